"""Letters in words: a template is a text, whose first line is the subject, and the same as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bookreviews.config import ROOT

_SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says."""

    subject: str
    text: str
    html: str


class _Missing(StrictUndefined):
    """A variable that wasn't given may be asked for (`if words`), but never printed as nothing."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:  # type: ignore[override]
        return False


def render(template: str, details: Mapping[str, Any]) -> Words:
    """Return the words of `templates/mail/<template>`; an error if a variable is missing."""
    text = _templates().get_template(f"mail/{template}.txt").render(details)
    first, _, rest = text.partition("\n")
    if not first.startswith(_SUBJECT):
        raise ValueError(f"The first line of mail/{template}.txt is not its subject.")
    html = _templates().get_template(f"mail/{template}.html").render(details)
    # A name in the subject may hold anything; a header is one line.
    subject = " ".join(first.removeprefix(_SUBJECT).split())
    return Words(subject, rest.strip() + "\n", html)


@lru_cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _day
    return environment


def _day(moment: str | datetime) -> str:
    """Write a moment of the details, which JSON keeps as text, as "14 March 2026"."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{when.day} {when:%B %Y}"
