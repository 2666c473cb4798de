"""What a moderator may ask for: the shape of a decision, and the rules it must keep by itself."""

from dataclasses import dataclass
from datetime import datetime

from bookreviews.errors import Invalid
from bookreviews.lib import text
from bookreviews.moderation.vocabulary import (
    DECISION_REASONS,
    LONGEST_LOCK,
    LONGEST_SUSPENSION,
    LONGEST_WORDS,
    NEEDS_WORDS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done: its kind, the rule it follows, words for the person, how long."""

    kind: str
    reason: str
    words: str = ""
    quoted: str = ""
    until: datetime | None = None


def checked_decision(decision: Decision, at: datetime) -> Decision:
    """Return the decision tidied, or refuse it by field."""
    words, quoted = text.tidy(decision.words), text.tidy(decision.quoted)
    if decision.reason not in DECISION_REASONS:
        raise Invalid(reason="Please choose the rule this follows.")
    if not (text.is_readable(words) and text.is_readable(quoted)):
        raise Invalid(words="Some characters can’t be read; please retype this.")
    if max(len(words), len(quoted)) > LONGEST_WORDS:
        raise Invalid(words=f"Please use at most {LONGEST_WORDS:,} characters.")
    if decision.kind == "ask_change" and text.is_blank(words):
        raise Invalid(words="Please say what the author should change.")
    if decision.reason == NEEDS_WORDS and decision.kind != "keep" and text.is_blank(words):
        raise Invalid(words="Please say in a few words why.")
    return Decision(
        kind=decision.kind,
        reason=decision.reason,
        words=words,
        quoted=quoted,
        until=_checked_until(decision, at),
    )


def _checked_until(decision: Decision, at: datetime) -> datetime | None:
    longest = {"suspend": LONGEST_SUSPENSION, "lock": LONGEST_LOCK}.get(decision.kind)
    if longest is None:
        return None
    if decision.until is None or not at < decision.until <= at + longest:
        raise Invalid(until=f"Please choose an end, at most {longest.days} days from now.")
    return decision.until
