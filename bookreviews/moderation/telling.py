"""The statement: what the person concerned is told of a decision, on which words."""

from datetime import datetime

from bookreviews.extensions import session
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.effects import Change
from bookreviews.moderation.models import ModerationAction, Statement
from bookreviews.moderation.subjects import Subject, name_of, words_of
from bookreviews.notifications.services import notify
from bookreviews.reviews.models import HELD

_LONGEST_QUOTE = 2_000


def quoted_from(subject: Subject) -> str:
    """Return the words of a thing as a statement quotes them, as they stand now."""
    return words_of(subject)[:_LONGEST_QUOTE]


def must_be_told(kind: str, change: Change) -> bool:
    """Tell whether the person concerned needs a statement: not where they saw nothing happen."""
    before = change.get("before", {})
    if kind == "keep":
        return before.get("concealment") == HELD
    return kind != "hide" or before != change.get("after")


def tell(
    action: ModerationAction,
    subject: Subject,
    decision: Decision,
    *,
    at: datetime,
    quoted: str | None = None,
) -> None:
    """Write the statement for the person concerned, and let them know of it."""
    if subject.person_id is None:
        return
    session().add(
        Statement(
            action_id=action.id,
            person_id=subject.person_id,
            words=decision.words,
            quoted=quoted_from(subject) if quoted is None else quoted,
        )
    )
    notify(
        user_id=subject.person_id,
        kind="warning" if decision.kind == "warn" else "statement",
        details={
            "action_id": action.id,
            "kind": decision.kind,
            "subject": name_of(subject, is_own=True),
        },
        at=at,
    )
