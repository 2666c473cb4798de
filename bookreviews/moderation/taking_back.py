"""Taking decisions back: everything is as before, and the case is open again.

What an action changed is in the action, so nothing is guessed. The doors commit.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import effects, ledger, reporting, telling, turns
from bookreviews.moderation.claims import check_allowed
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import Case, ModerationAction
from bookreviews.moderation.subjects import subject_of, take_turn_on
from bookreviews.moderation.vocabulary import APPEALABLE


def reverse(
    *,
    actor: Viewer | None,
    action_id: int,
    at: datetime,
    batch: str | None = None,
    is_told: bool = True,
) -> ModerationAction:
    """Take an action back: everything it changed is as before, the summary included.

    What a later decision has changed again stays as that decision left it. `is_told` False leaves
    the statement out, where the person concerned hears of it in another way.
    """
    action = session().get(ModerationAction, action_id)
    if action is None:
        raise NotFound("There is no such decision.")
    subject = subject_of(action)
    turns.before_reversing([action])
    take_turn_on(subject)
    is_reversed = select(ModerationAction.id).where(ModerationAction.reverses_id == action_id)
    if session().scalar(is_reversed) is not None:
        raise Conflict("This has been taken back already.")
    effects.put_back(action.change, subject, at=at)
    reversal = ModerationAction(
        at=at,
        kind="reverse",
        reason=action.reason,
        case_id=action.case_id,
        reverses_id=action.id,
        batch=batch,
    )
    ledger.enter(reversal, subject=subject, actor=actor)
    if is_told and action.kind in APPEALABLE:
        telling.tell(reversal, subject, Decision(kind="reverse", reason=action.reason), at=at)
    return reversal


def undo(*, moderator: Viewer, action_id: int, at: datetime) -> ModerationAction:
    """Take a decision back with what was done together with it, and open its case again."""
    action = session().get(ModerationAction, action_id)
    if action is None or action.reverses_id is not None:
        raise NotFound("There is no such decision.")
    check_allowed(moderator, action.kind, subject_of(action))
    reversal = reverse(actor=moderator, action_id=action.id, at=at)
    for other in _done_together_with(action):
        reverse(actor=moderator, action_id=other, at=at)
    _reopen(action.case_id, at=at)
    return reversal


def undo_batch(*, moderator: Viewer, batch: str, at: datetime) -> int:
    """Take back all decisions of one bulk, the latest first, and open their cases again."""
    actions = (
        session()
        .scalars(
            select(ModerationAction)
            .where(ModerationAction.batch == batch, ModerationAction.actor_id == moderator.id)
            .order_by(ModerationAction.work_id, ModerationAction.id.desc())
        )
        .all()
    )
    if not actions:
        raise NotFound("There is no such bulk of yours.")
    turns.before_reversing(actions)
    undone = 0
    for action in actions:
        try:
            reverse(actor=moderator, action_id=action.id, at=at)
        except Conflict:  # taken back one by one, or on appeal
            continue
        undone += 1
        _reopen(action.case_id, at=at)
    return undone


def settle_again(action: ModerationAction, *, outcome: str, at: datetime) -> None:
    """Correct the records of those who reported what an appeal has decided otherwise."""
    case = session().get(Case, action.case_id) if action.case_id else None
    if case is not None and case.closed_at is not None:
        reporting.settle(case, outcome=outcome, at=at)


def _done_together_with(action: ModerationAction) -> Sequence[int]:
    """Return what else one decision did that still stands: a review was hidden as well."""
    if action.case_id is None:
        return []
    reversal = aliased(ModerationAction)
    others = (
        select(ModerationAction.id)
        .outerjoin(reversal, reversal.reverses_id == ModerationAction.id)
        .where(
            ModerationAction.case_id == action.case_id,
            ModerationAction.actor_id == action.actor_id,
            ModerationAction.at == action.at,
            ModerationAction.id != action.id,
            ModerationAction.kind != "reverse",
            reversal.id.is_(None),
        )
        .order_by(ModerationAction.id.desc())
    )
    return session().scalars(others).all()


def _reopen(case_id: int | None, *, at: datetime) -> None:
    """Put a case back into the queue, unless new reports have opened another since."""
    case = session().get(Case, case_id, populate_existing=True) if case_id else None
    if case is None or case.closed_at is None:
        return
    other = select(Case.id).where(Case.subject_key == case.subject_key, Case.closed_at.is_(None))
    if session().scalar(other) is None:
        case.closed_at = case.claimed_by_id = case.claimed_at = None
        reporting.settle(case, outcome=None, at=at)
        session().flush()
