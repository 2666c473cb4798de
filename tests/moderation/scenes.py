"""What readers and moderators do to each other, each in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.moderation import appealing, deciding, reporting, taking_back
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import Case, ModerationAction
from bookreviews.moderation.subjects import Subject, profile_subject, review_subject
from bookreviews.reviews import services
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import NOON

# The cast has been here for a while by then.
LATER = NOON + timedelta(days=60)


def report_review(
    reporter: Viewer, review_id: int, *, reason: str = "spam", words: str = "", at: datetime = LATER
) -> int:
    """Let somebody report a review; return the case."""
    with transaction():
        subject = review_subject(review_id, reporter)
        return reporting.report(
            reporter=reporter, subject=subject, reason=reason, words=words, at=at
        ).id


def report_profile(reporter: Viewer, user_id: int, *, reason: str = "spam") -> int:
    """Let somebody report a profile; return the case."""
    with transaction():
        return reporting.report(
            reporter=reporter, subject=profile_subject(user_id), reason=reason, at=LATER
        ).id


def decide(moderator: Viewer, case_id: int, kind: str, **more: Any) -> int:
    """Let a moderator decide a case; return the action."""
    at = more.pop("at", LATER)
    words = "Please change it." if kind == "ask_change" else ""
    decision = Decision(kind=kind, **{"reason": "spam", "words": words, **more})
    with transaction():
        return deciding.decide(moderator=moderator, case_id=case_id, decision=decision, at=at).id


def act(actor: Viewer | None, subject: Subject, kind: str, **more: Any) -> int:
    """Let a moderator act on a thing without a case; return the action."""
    at = more.pop("at", LATER)
    decision = Decision(kind=kind, **{"reason": "spam", **more})
    with transaction():
        return deciding.act(actor=actor, subject=subject, decision=decision, at=at).id


def reverse(actor: Viewer | None, action_id: int, *, at: datetime = LATER) -> int:
    """Let a moderator take an action back; return the reversal."""
    with transaction():
        return taking_back.reverse(actor=actor, action_id=action_id, at=at).id


def appeal(viewer: Viewer, action_id: int, *, at: datetime = LATER, words: str = "Why?") -> int:
    """Let the person concerned appeal; return the appeal."""
    with transaction():
        return appealing.make_appeal(viewer=viewer, action_id=action_id, words=words, at=at).id


def decide_appeal(moderator: Viewer, appeal_id: int, outcome: str, *, at: datetime = LATER) -> None:
    """Let a moderator decide an appeal."""
    with transaction():
        appealing.decide_appeal(
            moderator=moderator, appeal_id=appeal_id, outcome=outcome, answer="Because.", at=at
        )


def kinds() -> list[str]:
    """Return the kinds of all actions in the ledger, in their order."""
    session().rollback()
    statement = select(ModerationAction.kind).order_by(ModerationAction.id)
    return list(session().scalars(statement))


def open_cases() -> list[int]:
    """Return the open cases in the order of the queue."""
    session().rollback()
    statement = select(Case.id).where(Case.closed_at.is_(None)).order_by(Case.due_at, Case.id)
    return list(session().scalars(statement))


def from_network(reader: Viewer, work_id: int, address: str, body: str) -> int:
    """Let a reader review a book from an address, and return the review."""
    with transaction():
        return services.post_review(
            author=reader, work_id=work_id, stars=5.0, body=body, address=address, at=LATER
        ).id


def recounted(book_id: int) -> bool:
    """Tell whether a summary says what a recount says."""
    before = stored.summary(book_id)
    with transaction():
        services.recount(work_id=book_id, at=LATER)
    return stored.summary(book_id) == before
