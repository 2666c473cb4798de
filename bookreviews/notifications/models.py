"""The table of notifications."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.lib.orm import Base, Moment

# Each kind, and the group under which its letters are chosen; None is told on the page alone.
# Its words are in `templates/notifications/<kind>.html` and `templates/mail/notification-<kind>`.
GROUPS: dict[str, str | None] = {
    "report_received": "reports",
    "report_decided": "reports",
    "statement": "decisions",
    "appeal_decided": "decisions",
    "warning": "decisions",
    "role_changed": "role",
    "case_waiting": None,
    "change_decided": None,
    "reviews_merged": None,
}

LONGEST_KIND = 20

_UNREAD = text("read_at IS NULL")


class Notification(Base):
    """Something that concerns one person. `details` are what the words of its kind tell of."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(
            f"kind IN ({', '.join(repr(kind) for kind in sorted(GROUPS))})", name="kind_is_known"
        ),
        Index(None, "user_id", "id"),
        Index("ix_notifications_unread", "user_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index(None, "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
