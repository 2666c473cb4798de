"""Changes of the catalogue, decided: who made them is told, and the ledger tells of moderators.

All doors come through here. What a change does is `catalog.editing`'s. The doors commit.
"""

from datetime import datetime

from sqlalchemy import exists, or_, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import editing
from bookreviews.catalog.models import WORK, CatalogEdit, Merge, Work
from bookreviews.catalog.turns import take_turn_on_catalogue
from bookreviews.errors import Conflict
from bookreviews.extensions import session
from bookreviews.moderation import ledger, turns
from bookreviews.moderation.models import ModerationAction
from bookreviews.moderation.subjects import work_subject
from bookreviews.notifications.services import notify
from bookreviews.reviews.models import Review

CONFIRMED, DECLINED, REVERTED = "confirmed", "declined", "reverted"
_REASON = "wrong_data"


def confirm(*, by: Viewer, edit_id: int, at: datetime) -> CatalogEdit:
    """Let a suggestion hold, or what a new reader added stand."""
    _take_turn(edit_id)
    edit = editing.confirm(by=by, edit_id=edit_id, at=at)
    _tell(edit, CONFIRMED, by=by, at=at)
    return edit


def decline(*, by: Viewer, edit_id: int, reason: str, at: datetime) -> CatalogEdit:
    """Turn a suggestion down, or a book that was added, as long as nobody has reviewed it."""
    _take_turn(edit_id)
    edit = session().get(CatalogEdit, edit_id, populate_existing=True)
    if edit is not None and editing.is_addition(edit):
        _check_unread(edit.work_id)
        _check_unmerged(edit.work_id)
    edit = editing.decline(by=by, edit_id=edit_id, reason=reason, at=at)
    _tell(edit, DECLINED, by=by, at=at)
    _enter("turn_down", edit, by=by, note=reason, at=at)
    return edit


def revert(*, by: Viewer, edit_id: int, reason: str, at: datetime) -> CatalogEdit:
    """Put back what a change changed; return the change that does."""
    _take_turn(edit_id)
    reversal = editing.revert(by=by, edit_id=edit_id, reason=reason, at=at)
    edit = session().get_one(CatalogEdit, edit_id)
    _tell(edit, REVERTED, by=by, at=at)
    _enter("put_back", edit, by=by, note=reason, at=at)
    return reversal


def _take_turn(edit_id: int) -> None:
    """Wait for the catalogue first, then as every decision does."""
    take_turn_on_catalogue()
    found = session().get(CatalogEdit, edit_id)
    if found is not None and found.work_id is not None:
        turns.before_acting([work_subject(found.work_id)], kind="put_back")


def _check_unread(work_id: int | None) -> None:
    theirs = exists().where(Review.work_id == work_id, Review.withdrawn_at.is_(None))
    if session().scalar(select(theirs)):
        raise Conflict(
            "Readers have reviewed this book, so it can’t be turned down: correct its data, or "
            "merge it with the right one."
        )


def _check_unmerged(work_id: int | None) -> None:
    """Refuse to take away what a merge, while it holds, has put together or led elsewhere."""
    merged = exists().where(
        Merge.kind == WORK,
        or_(Merge.winner_id == work_id, Merge.loser_id == work_id),
        Merge.undone_at.is_(None),
    )
    if session().scalar(select(merged)):
        raise Conflict(
            "This book was merged with another, so it can’t be turned down: undo the merge first, "
            "or correct the data of the one that stays."
        )


def _tell(edit: CatalogEdit, outcome: str, *, by: Viewer, at: datetime) -> None:
    if edit.editor_id is None or edit.editor_id == by.id:
        return
    details = {"edit_id": edit.id, "outcome": outcome, "name": _name_of(edit)}
    notify(user_id=edit.editor_id, kind="change_decided", details=details, at=at)


def _name_of(edit: CatalogEdit) -> str:
    title = session().scalar(select(Work.title).where(Work.id == edit.work_id))
    names = (title, edit.after.get("name"), edit.before.get("name"))
    return next((name for name in names if name), "")


def _enter(kind: str, edit: CatalogEdit, *, by: Viewer, note: str, at: datetime) -> None:
    """Let the public ledger tell what a moderator did to what somebody else said of a book."""
    if not by.is_moderator or edit.editor_id == by.id or edit.work_id is None:
        return
    action = ModerationAction(at=at, kind=kind, reason=_REASON, change={"edit": edit.id})
    ledger.enter(action, subject=work_subject(edit.work_id), actor=by, note=note)
