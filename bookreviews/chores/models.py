"""The table of chores."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.failures import LONGEST as LONGEST_ERROR
from bookreviews.lib.orm import Base, Moment

LONGEST_CHORE = 60


class Chore(Base):
    """Work that recurs, and its last run: running while `ended_at` is null.

    `failed_at` and `error` tell of the last failure, even when all has been well since;
    `failures` counts those in a row, and is 0 when the last run went well.
    """

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(LONGEST_CHORE), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    failures: Mapped[int] = mapped_column(default=0)
