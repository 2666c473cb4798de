"""What admins can set, with its types, its limits, and what holds until they do. Pure.

A value comes as text out of a form, or typed out of the database or from a command; `checked`
takes either and returns the one typed form, or raises Invalid that names the setting.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Any

from bookreviews.errors import Invalid
from bookreviews.lib import text
from bookreviews.site.rules import DEFAULT_RULES

OPEN, BY_INVITATION, BY_APPROVAL = "open", "invitation", "approval"
AS_ROLE, BY_NAME = "role", "name"

LONGEST_NAME = 60
LONGEST_LINE = 300
LONGEST_RULES = 20_000
LONGEST_ENTRY = 100
MOST_ENTRIES = 1_000

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What holds now. Each field is what admins have set, or its default."""

    name: str = "BookReviews"
    description: str = "Honest reviews of books, by people who have read them."
    rules: str = DEFAULT_RULES
    announcement: str = ""
    sign_up: str = OPEN
    show_moderators: str = AS_ROLE
    listed_words: tuple[str, ...] = ()
    listed_domains: tuple[str, ...] = ()
    listed_mail_domains: tuple[str, ...] = ()
    hold_weight: float = 3.0
    young_account_days: int = 1
    burst_reviews_per_hour: int = 10
    count_early_ratings: bool = True
    shares_minimum: int = 20

    def with_stored(self, stored: Iterable[tuple[str, Any]]) -> "SiteSettings":
        """Return these settings with what is stored in the place of defaults.

        What another version of the program has left and this one doesn't know or take is left
        out: a site must not stop because of it.
        """
        known: dict[str, Any] = {}
        for name, value in stored:
            try:
                known[name] = checked(name, value)
            except (Invalid, KeyError):
                continue
        return replace(self, **known)


def checked(name: str, value: Any) -> Any:
    """Return the value of a setting in its type, or raise Invalid; KeyError if there is none."""
    return _CHECKS[name](name, value)


def checked_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all values in their types, or raise one Invalid that names all that are wrong."""
    taken: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in values.items():
        try:
            taken[name] = checked(name, value)
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(**problems)
    return taken


def as_json(value: Any) -> Any:
    """Return a setting's value as JSON and the audit trail hold it."""
    return list(value) if isinstance(value, tuple) else value


def as_text(value: Any) -> str:
    """Return a setting's value as a form shows it; lists have one entry on each line."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return "\n".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _line(longest: int, *, missing: str | None = None) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        tidied = text.tidy(" ".join(_readable(name, value).split()))
        if text.has_hidden_characters(tidied):
            raise Invalid(**{name: "Some characters can't be seen; please retype this."})
        if missing and text.is_blank(tidied):
            raise Invalid(**{name: missing})
        return _short_enough(name, tidied, longest)

    return check


def _words(name: str, value: Any) -> str:
    tidied = text.tidy(_readable(name, value))
    if text.is_blank(tidied):
        raise Invalid(**{name: "The site needs rules; readers are told of them."})
    return _short_enough(name, tidied, LONGEST_RULES)


def _one_of(*choices: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in choices:
            raise Invalid(**{name: f"Please choose one of these: {', '.join(choices)}."})
        return str(value)

    return check


def _whole(least: int, most: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        number = _number(value)
        if number is None or number != int(number) or not least <= number <= most:
            raise Invalid(**{name: f"Please give a whole number from {least} to {most}."})
        return int(number)

    return check


def _decimal(least: float, most: float) -> Callable[[str, Any], float]:
    def check(name: str, value: Any) -> float:
        number = _number(value)
        if number is None or not least <= number <= most:
            raise Invalid(**{name: f"Please give a number from {least:g} to {most:g}."})
        return number

    return check


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _yes_or_no(name: str, value: Any) -> bool:
    if value in (True, "yes", "on"):
        return True
    if value in (False, "", "no"):
        return False
    raise Invalid(**{name: "Please say yes or no."})


def _entries(tidied: Callable[[str, str], str]) -> Callable[[str, Any], tuple[str, ...]]:
    """Return the check of a list, one entry on each line, each once and in its one spelling."""

    def check(name: str, value: Any) -> tuple[str, ...]:
        lines = value if isinstance(value, list | tuple) else _readable(name, value).splitlines()
        entries = (" ".join(str(line).split()) for line in lines)
        found = tuple(dict.fromkeys(tidied(name, entry) for entry in entries if entry))
        if len(found) > MOST_ENTRIES:
            raise Invalid(**{name: f"Please list at most {MOST_ENTRIES} of them."})
        return found

    return check


def _listed_word(name: str, entry: str) -> str:
    if text.is_blank(entry) or text.has_hidden_characters(entry):
        raise Invalid(**{name: "Some characters can't be seen; please retype this."})
    return _short_enough(name, text.tidy(entry).casefold(), LONGEST_ENTRY)


def _listed_domain(name: str, entry: str) -> str:
    """Take an address for the domain in it: people copy them out of a browser or a letter."""
    host = re.sub(r"^(?:[a-z]+://|.*@)", "", entry.lower()).split("/")[0].split(":")[0].strip(".")
    domain = host.removeprefix("www.")
    if not _DOMAIN.fullmatch(domain) or len(domain) > LONGEST_ENTRY:
        raise Invalid(**{name: f"{entry[:LONGEST_ENTRY]} is not a domain such as example.com."})
    return domain


def _readable(name: str, value: Any) -> str:
    if not isinstance(value, str) or not text.is_readable(value):
        raise Invalid(**{name: "Some characters can't be read; please retype this."})
    return value


def _short_enough(name: str, value: str, longest: int) -> str:
    if len(value) > longest:
        raise Invalid(**{name: f"Please use at most {longest:,} characters."})
    return value


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "name": _line(LONGEST_NAME, missing="The site needs a name."),
    "description": _line(LONGEST_LINE),
    "rules": _words,
    "announcement": _line(LONGEST_LINE),
    "sign_up": _one_of(OPEN, BY_INVITATION, BY_APPROVAL),
    "show_moderators": _one_of(AS_ROLE, BY_NAME),
    "listed_words": _entries(_listed_word),
    "listed_domains": _entries(_listed_domain),
    "listed_mail_domains": _entries(_listed_domain),
    "hold_weight": _decimal(0.5, 1_000),
    "young_account_days": _whole(0, 365),
    "burst_reviews_per_hour": _whole(1, 1_000),
    "count_early_ratings": _yes_or_no,
    "shares_minimum": _whole(1, 100_000),
}
NAMES = tuple(field.name for field in fields(SiteSettings))
