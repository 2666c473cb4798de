"""Appeals: what the person concerned says against an action, and what another moderator decides."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.lib import text
from bookreviews.moderation import claims, ledger, taking_back
from bookreviews.moderation.models import DECLINED, OVERTURNED, UPHELD, Appeal, ModerationAction
from bookreviews.moderation.permissions import can_appeal, can_decide_appeal
from bookreviews.moderation.subjects import name_of, subject_of
from bookreviews.moderation.vocabulary import LONGEST_WORDS
from bookreviews.notifications.services import notify


def make_appeal(*, viewer: Viewer, action_id: int, words: str, at: datetime) -> Appeal:
    """Say what is wrong with an action against oneself; once, within half a year."""
    action = session().get(ModerationAction, action_id)
    if action is None or action.person_id != viewer.id:
        raise NotFound("There is no such decision about you.")
    said = _checked(words, "Please say what you think is wrong with the decision.")
    if not can_appeal(
        viewer, kind=action.kind, person_id=action.person_id, acted_at=action.at, at=at
    ):
        raise NotAllowed("This decision can’t be appealed against, or not any more.")
    if _is_reversed(action_id):
        raise Conflict("This decision has been taken back already; there is nothing to appeal.")
    appeal = Appeal(
        action_id=action_id,
        person_id=viewer.id,
        acted_by_id=action.actor_id,
        words=said,
        made_at=at,
    )
    session().add(appeal)
    try:
        session().flush()
    except IntegrityError as error:
        raise Conflict("You have appealed against this decision already.") from error
    ledger.count_appeal(action)
    return appeal


def decide_appeal(
    *, moderator: Viewer, appeal_id: int, outcome: str, answer: str, at: datetime
) -> Appeal:
    """Uphold or overturn an action, with words; overturning puts everything back."""
    if outcome not in (UPHELD, OVERTURNED):
        raise Invalid(outcome="Please choose whether the decision stands.")
    said = _checked(answer, "Please say why, in words for the person concerned.", field="answer")
    appeal = session().get(Appeal, appeal_id, populate_existing=True, with_for_update=True)
    if appeal is None:
        raise NotFound("There is no such appeal.")
    if appeal.decided_at is not None:
        raise claims.DecidedMeanwhile
    if not can_decide_appeal(moderator, acted_by_id=appeal.acted_by_id, person_id=appeal.person_id):
        raise NotAllowed("An appeal is for another moderator than the one who acted.")
    appeal.decided_by_id, appeal.decided_at = moderator.id, at
    appeal.outcome, appeal.answer = outcome, said
    action = session().get_one(ModerationAction, appeal.action_id)
    if outcome == OVERTURNED:
        _overturn(action, moderator, at)
    session().flush()
    notify(
        user_id=appeal.person_id,
        kind="appeal_decided",
        details={
            "action_id": action.id,
            "outcome": outcome,
            "subject": name_of(subject_of(action), is_own=True),
        },
        at=at,
    )
    return appeal


def _overturn(action: ModerationAction, moderator: Viewer, at: datetime) -> None:
    """Take the action back; if that was done meanwhile, there is nothing left to do."""
    if not _is_reversed(action.id):
        taking_back.reverse(actor=moderator, action_id=action.id, at=at, is_told=False)
    taking_back.settle_again(action, outcome=DECLINED, at=at)
    ledger.count_overturn(action)


def _is_reversed(action_id: int) -> bool:
    reversal = select(ModerationAction.id).where(ModerationAction.reverses_id == action_id)
    return session().scalar(reversal) is not None


def _checked(words: str, missing: str, *, field: str = "words") -> str:
    if not text.is_readable(words):
        raise Invalid(**{field: "Some characters can’t be read; please retype this."})
    said = text.tidy(words)
    if text.is_blank(said):
        raise Invalid(**{field: missing})
    if len(said) > LONGEST_WORDS:
        raise Invalid(**{field: f"Please use at most {LONGEST_WORDS:,} characters."})
    return said
