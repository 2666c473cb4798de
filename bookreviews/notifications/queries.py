"""Every read of notifications."""

from sqlalchemy import bindparam, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.notifications.models import Notification

PAGE_SIZE = 30

_OWN = select(
    Notification.id,
    Notification.kind,
    Notification.details,
    Notification.made_at,
    Notification.read_at,
).where(Notification.user_id == bindparam("user_id"))
_FIRST, _NEXT = (
    keyset(_OWN, (Notification.id,), ("id",), downward=True, continues=continues).limit(
        PAGE_SIZE + 1
    )
    for continues in (False, True)
)


def notifications_of(viewer: Viewer, after: str | None = None) -> Page[Record]:
    """Return a page of one's own notifications, the newest first.

    Each has id, kind, details, made_at, read_at.
    """
    values = continuing(after, ("id",), (int,))
    rows = read(_NEXT if values else _FIRST, user_id=viewer.id, **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)
