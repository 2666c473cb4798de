"""What was done, in plain words: one sentence for everyone, others for the person concerned."""

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from bookreviews.lib.orm import Record
from bookreviews.moderation.vocabulary import (
    COVER,
    DECISION_REASONS,
    KINDS,
    PROFILE,
    REVIEW,
    RULES,
    WORK,
)
from bookreviews.site.settings import BY_NAME, SiteSettings

# What happened to a thing, as the public ledger says it.
_DEEDS = {
    "keep": "{} was looked at and kept as it is",
    "mark_spoiler": "{} was folded, since it gives the story away",
    "ask_change": "{} was hidden until its author changes it",
    "hide": "{} was hidden",
    "remove": "{} was removed",
    "restore": "{} was shown again",
    "hold": "{} was held until a person has looked",
    "exclude": "The stars of {} were left out of the book’s rating",
    "include": "The stars of {} were counted again",
    "warn": "A reader was warned about {}",
    "suspend": "An account was suspended because of {}",
    "lift": "The suspension of an account was lifted",
    "lock": "{} was closed to new reviews and ratings",
    "unlock": "{} was opened to new reviews and ratings again",
    "mend": "{} was corrected",
    "reverse": "A decision about {} was taken back",
    "turn_down": "What a reader said in {} was turned down",
    "put_back": "What a reader changed in {} was taken back",
}
_ABOUT_ACCOUNTS = {"warn": "A reader was warned", "suspend": "An account was suspended"}
_THINGS = {REVIEW: "a review", PROFILE: "a profile"}
_OF_BOOKS = {COVER: ("The cover of ", "a cover"), WORK: ("The data of ", "a book’s data")}


@dataclass(frozen=True, slots=True)
class Told:
    """What the person concerned reads about a decision: its title, and what it means for them."""

    title: str
    meaning: str


_TOLD = {
    "keep": Told("Your review stays as it is", "A moderator has looked at it, and it shows again."),
    "mark_spoiler": Told(
        "Your review was folded, since it gives the story away",
        "Readers see your words once they ask for them. Your stars count as before.",
    ),
    "ask_change": Told(
        "Please change your review",
        "Others don’t see it, and your stars don’t count, until you have changed it. As soon as "
        "you save the change, it shows again.",
    ),
    "hide": Told(
        "Your review was hidden",
        "Others don’t see it any more, and your stars don’t count.",
    ),
    "remove": Told(
        "Your review was removed",
        "Others don’t see it any more, your stars don’t count, and it can’t be changed.",
    ),
    "restore": Told("Your review shows again", "Everyone can read it, and your stars count."),
    "hold": Told(
        "Your review waits until a person has looked",
        "Nothing is decided. Until a moderator has looked, others don’t see it, and your stars "
        "don’t count.",
    ),
    "exclude": Told(
        "Your stars were left out of the book’s rating",
        "Your review stays where it is. Your stars show beside it, but don’t count.",
    ),
    "include": Told("Your stars count again", "They are part of the book’s rating as before."),
    "warn": Told(
        "A moderator has warned you",
        "Nothing else has changed. If it happens again, more may follow.",
    ),
    "suspend": Told(
        "Your account is suspended",
        "Until then you can sign in, read and appeal, but not write, and your ratings don’t count.",
    ),
    "lift": Told("Your account is free again", "You can write, and your ratings count."),
    "reverse": Told("A decision about you was taken back", "What it had changed is as before."),
}


def deed(entry: Record) -> Markup:
    """Return what an entry of the ledger says was done; books have their titles, nobody a name."""
    words = _DEEDS.get(entry.kind, "{}")
    if entry.subject == PROFILE:
        words = _ABOUT_ACCOUNTS.get(entry.kind, words)
    return _capital(Markup(words).format(_thing(entry)))  # noqa: S704 - our own words


def told(kind: str) -> Told:
    """Return what the person concerned is told about this kind of decision."""
    return _TOLD.get(kind) or Told(KINDS.get(kind, "A decision about you"), "")


def name_of(kind: str) -> str:
    """Return what this kind of decision is called."""
    return KINDS.get(kind, kind)


def act(name: str) -> str:
    """Return what an act of the audit trail is called, decisions of moderators among them."""
    return (KINDS.get(name) or name.replace("_", " ")).lower()


def why(entry: Record) -> str:
    """Return the rule of the community that a decision follows."""
    return reason(entry.reason)


def reason(name: str) -> str:
    """Return what a reason is called."""
    return DECISION_REASONS.get(name, name)


def means(entry: Record) -> str:
    """Return the automatic means behind an entry: the rule that fired, or readers' reports."""
    if entry.rule is None:
        return "so many readers’ reports that it should not wait in sight"
    return str(RULES.get(entry.rule, entry.rule))


def decided_by(entry: Record, settings: SiteSettings) -> str:
    """Return who decided: by name where the operator wants it and the account is still there."""
    if entry.is_automatic:
        return "an automatic rule"
    if entry.actor_name is None:  # from the command line
        return "the site’s operator"
    if settings.show_moderators != BY_NAME or entry.actor_erased_at is not None:
        return "a moderator"
    return str(entry.actor_name)


def month(name: str) -> str:
    """Write the month "2026-03" as "March 2026"."""
    return f"{date.fromisoformat(f'{name}-01'):%B %Y}"


def within(wait: timedelta | None) -> str:
    """Write how long something took at most: "4 hours", "2 days"."""
    if wait is None:
        return ""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = round(wait.total_seconds() / seconds)
        if wait.total_seconds() >= seconds:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "a minute"


def _thing(entry: Record) -> Markup | str:
    if entry.subject not in _OF_BOOKS:
        return _THINGS[entry.subject]
    named, unnamed = _OF_BOOKS[entry.subject]
    if entry.book_title is None:
        return unnamed
    if entry.kind in ("lock", "unlock"):
        named = ""
    if entry.kind in ("reverse", "turn_down", "put_back"):
        named = named.lower()
    return Markup('{}<a href="/books/{}">{}</a>').format(named, entry.book_slug, entry.book_title)


def _capital(sentence: Markup) -> Markup:
    return sentence[:1].upper() + sentence[1:]
