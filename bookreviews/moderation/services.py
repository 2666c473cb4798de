"""What moderators and admins do to accounts: suspending, lifting, erasing. The doors commit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from bookreviews.accounts import people as accounts
from bookreviews.accounts.models import ADMIN, MODERATOR, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.services import record
from bookreviews.catalog import contributions
from bookreviews.errors import Conflict, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import deciding, queue, turns
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import Appeal, Case, ModerationAction, Report, Statement
from bookreviews.moderation.subjects import profile_subject
from bookreviews.moderation.vocabulary import WAITS_TOO_LONG
from bookreviews.notifications import services as notifications
from bookreviews.notifications.services import notify
from bookreviews.reviews import standing


def suspend(
    *,
    actor: Viewer | None,
    user_id: int,
    reason: str,
    words: str = "",
    until: datetime,
    at: datetime,
) -> ModerationAction:
    """Keep an account from writing until then; its ratings don't count meanwhile."""
    decision = Decision(kind="suspend", reason=reason, words=words, until=until)
    return deciding.act(actor=actor, subject=profile_subject(user_id), decision=decision, at=at)


def lift(
    *, actor: Viewer | None, user_id: int, reason: str, words: str = "", at: datetime
) -> ModerationAction:
    """End a suspension before its time; the account's ratings count again."""
    suspended_until = session().scalar(select(User.suspended_until).where(User.id == user_id))
    if suspended_until is None or suspended_until <= at:
        raise Conflict("This account is not suspended.")
    decision = Decision(kind="lift", reason=reason, words=words)
    return deciding.act(actor=actor, subject=profile_subject(user_id), decision=decision, at=at)


def suspensions_over(*, at: datetime) -> Sequence[int]:
    """Return whose suspension has run out; each is ended in a transaction of its own."""
    return session().scalars(select(User.id).where(_is_over(at)).order_by(User.id)).all()


def end_suspension(*, user_id: int, at: datetime) -> bool:
    """Let somebody's ratings count again; False if they were suspended anew meanwhile."""
    turns.before_acting([profile_subject(user_id)], kind="lift")
    if session().scalar(select(User.id).where(User.id == user_id, _is_over(at))) is None:
        return False
    accounts.lift_suspension(user_id=user_id)
    standing.count_reviews_of_anew(user_id, at=at)
    return True


def remind_moderators(*, at: datetime) -> int:
    """Tell all moderators that something waits too long; return how many cases wait."""
    oldest = queue.oldest_open_case()
    if oldest is None or at - oldest < WAITS_TOO_LONG:
        return 0
    count = queue.count_open_cases()
    moderators = select(User.id).where(User.role.in_((MODERATOR, ADMIN))).order_by(User.id)
    for user_id in session().scalars(moderators).all():
        notify(user_id=user_id, kind="case_waiting", details={"count": count}, at=at)
    return count


def erase_person(*, actor: Viewer | None, user_id: int, at: datetime) -> None:
    """Erase an account with all it wrote; what the ledger and the trail say of it names nobody.

    Admins are made readers before they can be erased, so that none goes by mistake.
    """
    person = session().get(User, user_id, populate_existing=True)
    if person is None or person.erased_at is not None:
        raise NotFound("There is no such account.")
    if actor is not None and actor.id == user_id:
        raise NotAllowed("You can’t erase your own account here; another admin can.")
    if person.role == ADMIN:
        raise NotAllowed("Take the role away first: an admin’s account can’t be erased.")
    turns.before_acting([profile_subject(user_id)], kind="suspend")
    standing.erase_reviews_of(user_id, at=at)
    _close_cases_about(user_id, at)
    _forget_words_of(user_id)
    contributions.forget(user_id=user_id)
    notifications.forget(user_id=user_id)
    accounts.erase(user_id=user_id, at=at)
    record(actor=actor, act="erased", person_id=user_id, details={}, at=at)


def _is_over(at: datetime) -> ColumnElement[bool]:
    return User.suspended_until <= at


def _close_cases_about(user_id: int, at: datetime) -> None:
    """Close what waits for a decision about somebody who is gone: nothing is left to decide."""
    about = Case.person_id == user_id, Case.closed_at.is_(None)
    session().execute(
        update(Case)
        .where(*about)
        .values(closed_at=at, claimed_by_id=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )


def _forget_words_of(user_id: int) -> None:
    """Empty what a person said in reports and appeals, and what they were told."""
    for statement in (
        update(Statement).where(Statement.person_id == user_id).values(words="", quoted=""),
        update(Appeal).where(Appeal.person_id == user_id).values(words="", answer=""),
        update(Report).where(Report.reporter_id == user_id).values(words=""),
        update(Report)
        .where(Report.case_id.in_(select(Case.id).where(Case.person_id == user_id)))
        .values(words=""),
    ):
        session().execute(statement.execution_options(synchronize_session=False))
