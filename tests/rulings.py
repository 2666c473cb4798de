"""What moderators do, for tests of what readers then see."""

from datetime import datetime, timedelta

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import appealing, deciding, reporting, services, surges, taking_back
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import Appeal
from bookreviews.moderation.subjects import Subject, review_subject
from bookreviews.transactions import transaction


def rule_on(
    review_id: int,
    by: Viewer,
    kind: str,
    *,
    reason: str = "harassment",
    words: str = "",
    quoted: str = "",
    until: datetime | None = None,
    at: datetime | None = None,
) -> int:
    """Let a moderator decide about a review; return the id of the action."""
    words = words or ("Please change it." if kind == "ask_change" else "")
    decision = Decision(kind=kind, reason=reason, words=words, quoted=quoted, until=until)
    with transaction():
        subject = review_subject(review_id, by)
        return deciding.act(actor=by, subject=subject, decision=decision, at=at or now()).id


def report(reporter: Viewer, subject: Subject, *, reason: str = "spam", words: str = "") -> int:
    """Let a reader report a thing; return the id of the case."""
    with transaction():
        return reporting.report(
            reporter=reporter, subject=subject, reason=reason, words=words, at=now()
        ).id


def decide(case_id: int, by: Viewer, kind: str, *, reason: str = "spam", words: str = "") -> int:
    """Let a moderator decide a case; return the id of the action."""
    words = words or ("Please change it." if kind == "ask_change" else "")
    decision = Decision(kind=kind, reason=reason, words=words)
    with transaction():
        return deciding.decide(moderator=by, case_id=case_id, decision=decision, at=now()).id


def suspend(user_id: int, by: Viewer | None, *, words: str = "", days: int = 7) -> int:
    """Suspend an account for some days; return the id of the action."""
    with transaction():
        return services.suspend(
            actor=by,
            user_id=user_id,
            reason="spam",
            words=words,
            until=now() + timedelta(days=days),
            at=now(),
        ).id


def take_back(action_id: int, by: Viewer) -> int:
    """Take an action back; return the id of the one that does."""
    with transaction():
        return taking_back.reverse(actor=by, action_id=action_id, at=now()).id


def appeal(person: Viewer, action_id: int, words: str = "It was a joke.") -> int:
    """Let the person concerned appeal; return the id of the appeal."""
    with transaction():
        return appealing.make_appeal(viewer=person, action_id=action_id, words=words, at=now()).id


def answer(appeal_id: int, by: Viewer, outcome: str, words: str = "We looked again.") -> None:
    """Let a moderator decide an appeal."""
    with transaction():
        appealing.decide_appeal(
            moderator=by, appeal_id=appeal_id, outcome=outcome, answer=words, at=now()
        )


def lock(work_id: int, by: Viewer, *, days: int = 3) -> int:
    """Close a book to new reviews for some days; return the id of the action."""
    with transaction():
        until = now() + timedelta(days=days)
        return surges.lock(actor=by, work_id=work_id, until=until, at=now()).id


def appeals() -> int:
    """Return how many appeals there are."""
    session().rollback()
    return session().query(Appeal).count()
