"""What somebody sent in vain, as a form to send again: nothing of it was saved, so it must not go.

The form goes to the address that the first went to, with every field it had, the token against
forgery among them. Words are there to be read and copied. Passwords alone are asked for again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from bookreviews.web.answers import this_address

# What people take time to write; from one sentence on, any other field is shown as well.
_WORDS = ("body", "words", "about", "note")
_A_SENTENCE = 60  # characters


@dataclass(frozen=True, slots=True)
class Sent:
    """A field as it was sent; `kind` is words, password or hidden."""

    name: str
    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class Resending:
    """A form to send again."""

    action: str
    fields: list[Sent]

    @property
    def has_words(self) -> bool:
        """Tell whether there is something that took time to write."""
        return any(one.kind == "words" for one in self.fields)


def form_to_resend() -> Resending | None:
    """Return what this request has sent, or None where it was no form that can be sent again."""
    if request.method != "POST":
        return None
    try:
        action, fields = this_address(), [*_fields()]
    except HTTPException:  # too large, or damaged
        return None
    return Resending(action, fields) if action and fields else None


def _fields() -> Iterator[Sent]:
    for name, value in request.form.items(multi=True):
        kind = _kind(name, value)
        yield Sent(name, "" if kind == "password" else value, kind)


def _kind(name: str, value: str) -> str:
    if "password" in name:
        return "password"
    is_words = name.rpartition("-")[2] in _WORDS or len(value) > _A_SENTENCE or "\n" in value
    return "words" if is_words and value and name != "csrf_token" else "hidden"
