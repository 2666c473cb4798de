"""The public ledger's writing side: each action is added once and counted in the same moment."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.models import COMMAND
from bookreviews.audit.services import record
from bookreviews.errors import Conflict
from bookreviews.extensions import row_in_turn, session
from bookreviews.moderation import waits
from bookreviews.moderation.models import LedgerFigure, ModerationAction
from bookreviews.moderation.subjects import Subject


def enter(
    action: ModerationAction,
    *,
    subject: Subject,
    actor: Viewer | None,
    waited: timedelta | None = None,
    note: str = "",
) -> ModerationAction:
    """Add an action to the ledger; nothing there is ever changed or deleted.

    What a person did is entered into the admins' trail too, which names them; `note` is what they
    say of it there, where no statement carries it.
    """
    action.actor_id = actor.id if actor else None
    action.subject = subject.kind
    action.review_id, action.work_id = subject.review_id, subject.work_id
    action.person_id = subject.person_id
    session().add(action)
    try:
        session().flush()
    except IntegrityError as error:
        raise Conflict("The database refuses this: it is done already, or not allowed.") from error
    if action.reverses_id is None:
        _count(action, waited)
    if not action.is_automatic:
        details = {"action": action.id, "reason": action.reason, "subject": subject.key}
        details |= {"note": note} if note else {}
        record(
            actor=actor,
            act=f"decided: {action.kind}",
            person_id=subject.person_id,
            details=details,
            at=action.at,
            kind=COMMAND,
        )
    return action


def _count(action: ModerationAction, waited: timedelta | None) -> None:
    figure = _figure_of(action.at, action.reason)
    figure.actions += 1
    figure.automatic += bool(action.is_automatic)
    if waited is not None:
        figure.waits = waits.with_one_more(figure.waits, waited)


def count_appeal(action: ModerationAction) -> None:
    """Count an appeal under the month and reason of what it is against."""
    _figure_of(action.at, action.reason).appealed += 1


def count_overturn(action: ModerationAction) -> None:
    """Count a decision that did not hold, in the same way."""
    _figure_of(action.at, action.reason).overturned += 1


def _figure_of(at: datetime, reason: str) -> LedgerFigure:
    month = at.strftime("%Y-%m")

    def nothing_yet() -> LedgerFigure:
        nothing = {"actions": 0, "automatic": 0, "appealed": 0, "overturned": 0}
        return LedgerFigure(month=month, reason=reason, waits=waits.none(), **nothing)

    return row_in_turn(LedgerFigure, (month, reason), nothing_yet)
