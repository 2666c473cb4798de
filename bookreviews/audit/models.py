"""The table of the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.lib.orm import Base, Moment

PERSON, COMMAND, SYSTEM = "person", "command", "system"

LONGEST_ACT = 60


class AuditEntry(Base):
    """One thing that a moderator, an admin, a command or the site itself did or looked up.

    Entries are added and never change: triggers on both databases refuse all else. `details`
    holds no e-mail address, password, token or removed words; people are named by their id, so
    that the trail survives whom it is about.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint(
            "actor_kind IN ('person', 'command', 'system')", name="actor_kind_is_known"
        ),
        CheckConstraint(
            "(actor_kind = 'person') = (actor_id IS NOT NULL)", name="a_person_is_named"
        ),
        Index(None, "actor_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "act", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    actor_kind: Mapped[str] = mapped_column(String(10))
    act: Mapped[str] = mapped_column(String(LONGEST_ACT))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
