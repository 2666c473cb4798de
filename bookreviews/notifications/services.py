"""Every write to notifications. The doors commit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from bookreviews.accounts import people
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.orm import Record
from bookreviews.mail.services import write_letter
from bookreviews.notifications.models import GROUPS, Notification

READ_IS_KEPT = timedelta(days=90)


def notify(*, user_id: int, kind: str, details: Mapping[str, Any], at: datetime) -> None:
    """Tell somebody something on their page, and by mail if they want that of such things.

    Letters go to confirmed addresses alone: what is told is for this person's eyes. Nobody is
    told whose account is erased.
    """
    if kind not in GROUPS:
        raise ValueError(f"{kind} is no kind of notification")
    person = people.count_unread(user_id=user_id)
    if person is None:
        return
    session().add(Notification(user_id=user_id, kind=kind, details=dict(details), made_at=at))
    session().flush()
    if _wants_letter(person, kind):
        write_letter(
            address=person.email,
            template=f"notification-{kind}",
            details={"username": person.username, "name": person.name, **details},
            at=at,
        )


def mark_all_read(viewer: Viewer, at: datetime, *, up_to: int | None = None) -> None:
    """Mark one's notifications as read; those up to the newest that was on the page, if given.

    What arrives between seeing the page and pressing the button stays unread.
    """
    people.take_turn_on_unread(user_id=viewer.id)
    unread = (Notification.user_id == viewer.id, Notification.read_at.is_(None))
    seen = () if up_to is None else (Notification.id <= up_to,)
    session().execute(
        update(Notification)
        .where(*unread, *seen)
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
    left = session().scalar(select(func.count()).select_from(Notification).where(*unread)) or 0
    people.set_unread(user_id=viewer.id, count=left)


def forget(*, user_id: int) -> None:
    """Forget all that somebody was told: their account is being erased."""
    session().execute(delete(Notification).where(Notification.user_id == user_id))
    people.set_unread(user_id=user_id, count=0)


def forget_old(*, at: datetime) -> None:
    """Forget what was read 90 days ago; what nobody has read stays."""
    session().execute(delete(Notification).where(Notification.read_at <= at - READ_IS_KEPT))


def _wants_letter(person: Record, kind: str) -> bool:
    is_reachable = person.email_confirmed_at is not None
    return is_reachable and GROUPS[kind] in person.mails_about
