"""The table of letters."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.failures import LONGEST as LONGEST_ERROR
from bookreviews.lib.orm import Base, Moment

LONGEST_ADDRESS = 254
LONGEST_TEMPLATE = 60

_WAITING = text("sent_at IS NULL AND given_up_at IS NULL")
_GIVEN_UP = text("given_up_at IS NOT NULL")


class Letter(Base):
    """A letter to one address. It waits until `due_at`, and in the end was sent or given up.

    `details` are the template's variables, links with tokens among them: they are forgotten
    once the letter was sent, and so is its address.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        Index("ix_letters_waiting", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_letters_given_up", "id", sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP),
        Index(None, "written_at"),
        Index(None, "address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    template: Mapped[str] = mapped_column(String(LONGEST_TEMPLATE))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
