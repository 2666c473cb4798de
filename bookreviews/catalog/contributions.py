"""What somebody's work on the catalogue adds up to, and how much of it they may do.

`permissions` says what follows from it.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import CatalogEdit, Contributor
from bookreviews.catalog.permissions import (
    CHANGES_WITHIN,
    can_contribute,
    is_trusted,
    most_changes,
)
from bookreviews.errors import NotAllowed, TooMany
from bookreviews.extensions import read, row_in_turn, session
from bookreviews.lib.orm import Record

_KNOWN = (
    select(
        User.joined_at,
        User.approved_at,
        User.suspended_until,
        User.erased_at,
        func.coalesce(Contributor.confirmed, 0).label("confirmed"),
        Contributor.last_reverted_at,
        Contributor.trusted_at,
    )
    .outerjoin(Contributor, Contributor.user_id == User.id)
    .where(User.id == bindparam("user_id"))
)
_LATELY = (
    select(func.count())
    .select_from(CatalogEdit)
    .where(CatalogEdit.editor_id == bindparam("user_id"), CatalogEdit.at > bindparam("since"))
)

_NOT_NOW = "Your account can read at the moment, but not change the catalogue."


def find(viewer: Viewer | None) -> Record | None:
    """Return what is known of somebody's work, or None for nobody.

    Columns: `joined_at`, `approved_at`, `suspended_until`, `erased_at`, `confirmed`,
    `last_reverted_at`, `trusted_at`.
    """
    return read(_KNOWN, user_id=viewer.id).one() if viewer else None


def find_by_id(user_id: int) -> Record:
    """Return the same of the account with this id."""
    return read(_KNOWN, user_id=user_id).one()


def trusts(viewer: Viewer | None, *, at: datetime) -> bool:
    """Tell whether somebody is trusted; asks the database about readers alone."""
    if viewer is None or viewer.is_moderator:
        return is_trusted(viewer, None, at)
    return is_trusted(viewer, find(viewer), at)


def begin(editor: Viewer, *, at: datetime) -> bool:
    """Let somebody change something now, in their turn; return whether they are trusted.

    NotAllowed if they may not write, TooMany if they have done as much today as anybody may.
    """
    row_in_turn(Contributor, editor.id, lambda: Contributor(user_id=editor.id, confirmed=0))
    known = read(_KNOWN, user_id=editor.id).one()
    is_away = known.suspended_until is not None and known.suspended_until > at
    if not can_contribute(editor, at) or is_away or known.erased_at or not known.approved_at:
        raise NotAllowed(_NOT_NOW)
    trusted = is_trusted(editor, known, at)
    most = most_changes(is_trusted=trusted)
    done = read(_LATELY, user_id=editor.id, since=at - CHANGES_WITHIN).scalar_one()
    if done >= most:
        raise TooMany(
            f"You have added and changed {most} things within a day; that is as much as goes. "
            "Please go on tomorrow.",
            retry_after=int(CHANGES_WITHIN.total_seconds()),
        )
    return trusted


def count_confirmed(user_id: int | None) -> None:
    """Count that somebody else has confirmed a change of theirs."""
    if user_id is not None:
        _row_of(user_id).confirmed += 1


def note_reverted(user_id: int | None, *, at: datetime) -> None:
    """Note that somebody else has taken a change of theirs back."""
    if user_id is not None:
        _row_of(user_id).last_reverted_at = at


def give_trust(*, user_id: int, at: datetime) -> None:
    """Let an admin's word stand for what somebody hasn't shown yet."""
    _row_of(user_id).trusted_at = at


def withdraw_trust(*, user_id: int) -> None:
    """Take an admin's word back; trust that was earned stays."""
    _row_of(user_id).trusted_at = None


def _row_of(user_id: int) -> Contributor:
    return row_in_turn(Contributor, user_id, lambda: Contributor(user_id=user_id, confirmed=0))


def forget(*, user_id: int) -> None:
    """Forget what somebody said of their changes: their account is being erased.

    The facts they gave stay in the books; who gave them is a former reader.
    """
    session().execute(
        update(CatalogEdit)
        .where(CatalogEdit.editor_id == user_id)
        .values(summary="")
        .execution_options(synchronize_session=False)
    )
