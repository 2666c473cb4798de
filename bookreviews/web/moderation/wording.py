"""How the desk says things: how long, how heavy, about what, and what a button does. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.orm import Record
from bookreviews.moderation.permissions import can_decide
from bookreviews.moderation.vocabulary import (
    CLAIM_LASTS,
    COVER,
    KINDS_FOR,
    PROFILE,
    REASONS,
    REVIEW,
    WORK,
)
from bookreviews.reviews.models import AWAITING_CHANGE, HELD, HIDDEN, REMOVED

# What each decision's button says, and its key. Those without a key are rarer.
BUTTONS = {
    "keep": ("Keep", "k"),
    "mark_spoiler": ("Mark as spoiler", "m"),
    "ask_change": ("Ask for a change", "c"),
    "hide": ("Hide", "h"),
    "remove": ("Remove", "r"),
    "restore": ("Show again", None),
    "exclude": ("Leave the stars out", None),
    "include": ("Count the stars again", None),
    "mend": ("The data is corrected", None),
    "warn": ("Warn the author", None),
    "suspend": ("Suspend", "s"),
    "lock": ("Close the book", None),
}
# These wait for something to be filled in, so that their key leads there first.
ASKS_FIRST = {"ask_change": "words", "suspend": "until"}
DANGEROUS = ("remove", "suspend")
# These need "for how long".
WITH_AN_END = ("suspend", "lock")

CONCEALED = {
    HELD: "Held until a person has looked: others don’t see it",
    HIDDEN: "Hidden: others don’t see it",
    AWAITING_CHANGE: "Hidden until its author changes it",
    REMOVED: "Removed: others don’t see it",
}
UNCOUNTED = {
    "concealed": "its stars don’t count while it is concealed",
    "suspended": "its stars don’t count while the account is suspended",
    "excluded": "its stars are left out of the summary by a decision",
    "early": "its stars don’t count: it is older than the book",
}
# What a bulk can do, and how it is told afterwards, for one and for many.
IN_BULK = {
    "keep": "kept",
    "hide": "hidden",
    "remove": "removed",
    "suspend": "suspended",
}

_LIGHT, _HEAVY = 1.0, 2.5


def span(length: timedelta) -> str:
    """Write how long something took or takes: "3 hours"."""
    seconds = max(length, timedelta()).total_seconds()
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"


def weight(case: Record) -> str:
    """Write how much speaks against a thing: "3 reports, heavy"."""
    if not case.reports_count:
        return "opened by a moderator"
    reports = "1 report" if case.reports_count == 1 else f"{case.reports_count} reports"
    if case.weight >= _HEAVY:
        return f"{reports}, heavy"
    return f"{reports}, light" if case.weight < _LIGHT else reports


def weight_of_report(number: float) -> str:
    """Write how much one report weighs."""
    if number >= _HEAVY:
        return "heavy"
    return "light" if number < _LIGHT else "medium"


def name_of(case: Record) -> str:
    """Write what a case is about, in one line of text."""
    return {
        REVIEW: f"{case.person_name} on {case.work_title}",
        PROFILE: f"The profile of {case.person_name}",
        COVER: f"The cover of {case.work_title}",
        WORK: f"The data of {case.work_title}",
    }[case.subject]


def excerpt(html: str | None, *, most: int = 260) -> str:
    """Return the beginning of a review's words as plain text."""
    text = Markup(html or "").striptags()  # noqa: S704 - what comes out is plain again
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def claim_on(case: Record, moderator: Viewer, at: datetime) -> str | None:
    """Return whose a case is at the moment: "mine", "theirs", or nobody's (None)."""
    if case.claimed_at is None or at - case.claimed_at >= CLAIM_LASTS:
        return None
    return "mine" if case.claimed_by_id == moderator.id else "theirs"


def claimed_until(case: Record) -> datetime:
    """Return when a claim runs out."""
    end: datetime = case.claimed_at + CLAIM_LASTS
    return end


def kinds_for(case: Record, moderator: Viewer) -> list[str]:
    """Return what this moderator can decide about a case, of that which would change something."""
    return [
        kind
        for kind in BUTTONS
        if kind in KINDS_FOR[case.subject]
        and _makes_sense(kind, case)
        and can_decide(moderator, kind=kind, person_id=case.person_id, person_role=case.person_role)
    ]


def kinds_for_all(cases: Sequence[Record]) -> list[str]:
    """Return what can be decided about all these cases alike."""
    subjects = {case.subject for case in cases}
    return [kind for kind in IN_BULK if all(kind in KINDS_FOR[one] for one in subjects)]


def button(kind: str, case: Record | None = None) -> str:
    """Return what the button of a decision says; what was held is shown by being kept."""
    if kind == "keep" and case is not None and case.concealment == HELD:
        return "Keep and show"
    if kind == "keep" and case is not None and case.concealment is not None:
        return "Leave it as it is"
    if kind == "warn" and case is not None and case.subject == PROFILE:
        return "Warn the reader"
    return BUTTONS[kind][0]


def button_for_all(kind: str, number: int) -> str:
    """Return what the button of a decision about so many cases, or people, says."""
    if kind == "suspend":
        return "Suspend the author" if number == 1 else f"Suspend all {number} authors"
    return BUTTONS[kind][0] if number == 1 else f"{BUTTONS[kind][0]} all {number}"


def done(kind: str, case: Record) -> str:
    """Write what was just done, to stand beside "Undo"."""
    acts = {
        "keep": "Kept",
        "mark_spoiler": "Marked as a spoiler",
        "ask_change": "Hidden until it is changed",
        "hide": "Hidden",
        "remove": "Removed",
        "restore": "Shown again",
        "exclude": "Stars left out",
        "include": "Stars counted again",
        "mend": "Noted as corrected",
        "warn": "Warned",
        "suspend": "Suspended",
        "lock": "Closed for a while",
    }
    return f"{acts[kind]}: {name_of(case)}."


def done_to_all(kind: str, cases: Sequence[Record]) -> str:
    """Write what was done to many: "200 reviews removed."."""
    if kind == "suspend":
        people = len({case.person_id for case in cases})
        return f"{_count(people, 'account')} suspended, in {_count(len(cases), 'case')}."
    thing = "review" if all(case.subject == REVIEW for case in cases) else "case"
    return f"{_count(len(cases), thing)} {IN_BULK[kind]}."


def reason(name: str) -> str:
    """Return a reason in words."""
    return REASONS.get(name, name)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _makes_sense(kind: str, case: Record) -> bool:
    """Tell whether a decision would change anything about a thing that stands as it does now."""
    if case.subject != REVIEW or kind in ("keep", "warn", "suspend"):
        return True
    if case.withdrawn_at is not None:
        return False
    concealed = case.concealment
    changes: dict[str, bool] = {
        "mark_spoiler": case.body_html is not None and not case.has_spoilers,
        "ask_change": case.body_html is not None and concealed != AWAITING_CHANGE,
        "hide": concealed not in (HIDDEN, REMOVED),
        "remove": concealed != REMOVED,
        "restore": concealed in (HIDDEN, AWAITING_CHANGE, REMOVED),
        "exclude": case.stars is not None and case.excluded_at is None,
        "include": case.excluded_at is not None,
    }
    return changes[kind]
