"""The table of breakages."""

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.orm import Base, Moment

LONGEST_PLACE, LONGEST_ERROR = 120, 160


class Breakage(Base):
    """How often one error happened in one place on one day.

    The error's message isn't kept, for it may hold what a reader typed: the log has it.
    """

    __tablename__ = "breakages"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), primary_key=True)
    error: Mapped[str] = mapped_column(String(LONGEST_ERROR), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime] = mapped_column(Moment)
