"""Looking a missing book up at Open Library, by its ISBN, where the operator allows it.

Another site's answer is believed as little as a reader's: it comes within a few seconds or not at
all, is only so large, leads nowhere else, and each thing in it is what we ask for or left out.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bookreviews.catalog.models import LONGEST_NAME, LONGEST_TITLE
from bookreviews.errors import DomainError, NotFound, TooMany
from bookreviews.lib import text
from bookreviews.lib.isbn import isbn13_of

PATIENCE = 4.0  # seconds, for the whole answer
LARGEST_ANSWER = 512 * 1024  # bytes
_BLOCK = 16 * 1024
_MOST_NAMES = 10
_MOST_PAGES = 99_999
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")


class Unreachable(DomainError):
    """Another site doesn't answer as it should."""

    status = 502
    title = "Open Library doesn’t answer"

    def __init__(self) -> None:
        super().__init__(
            "Open Library doesn’t answer at the moment. Please fill in what you know of the book."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What Open Library says of a book; what it doesn't say is empty."""

    isbn: str
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: int | None = None
    pages: int | None = None
    subjects: tuple[str, ...] = ()


class _StayHere(HTTPRedirectHandler):
    """Follows nobody elsewhere."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


# A reader who waits for another site holds a thread of ours: in each process one at a time.
_turn = threading.BoundedSemaphore()


def look_up(site: str, isbn: str) -> Found:
    """Return what Open Library at the address `site` knows of the book with this ISBN.

    NotFound where it knows none, or where nothing is to be looked up (`site` is empty);
    Unreachable where it doesn't answer in time and form.
    """
    isbn13 = isbn13_of(isbn)
    if isbn13 is None or not site:
        raise NotFound("There is nothing to be found under this ISBN.")
    with _in_turn():
        told = _ask(site, isbn13)
    book = told.get(f"ISBN:{isbn13}")
    if not isinstance(book, dict):
        book = {}
    title = _text(book.get("title"), LONGEST_TITLE)
    if not title:
        raise NotFound("Open Library knows no book with this ISBN.")
    return _found(isbn13, title, book)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _turn.acquire(blocking=False):
        raise TooMany("Others are looking books up. Please try again.", retry_after=5)
    try:
        yield
    finally:
        _turn.release()


def _ask(site: str, isbn13: str) -> dict[str, Any]:
    query = urlencode({"bibkeys": f"ISBN:{isbn13}", "format": "json", "jscmd": "data"})
    asked = Request(  # noqa: S310 - the setting is checked to be http or https
        f"{site}/api/books?{query}", headers={"Accept": "application/json"}
    )
    until = monotonic() + PATIENCE
    try:
        with build_opener(_StayHere).open(asked, timeout=PATIENCE) as answer:
            told = json.loads(_read(answer, until))
    except (URLError, OSError, ValueError, RecursionError) as error:
        raise Unreachable from error
    if not isinstance(told, dict):
        raise Unreachable
    return told


def _read(answer: Any, until: float) -> bytes:
    """Read it to its end, unless that is too far away or too late."""
    content = bytearray()
    while block := answer.read1(_BLOCK):
        content += block
        if len(content) > LARGEST_ANSWER or monotonic() > until:
            raise OSError("too much, or too late")
    return bytes(content)


def _found(isbn13: str, title: str, book: dict[str, Any]) -> Found:
    publishers = _names(book.get("publishers"))
    year = _YEAR.search(_text(book.get("publish_date"), 100))
    pages = book.get("number_of_pages")
    return Found(
        isbn=isbn13,
        title=title,
        subtitle=_text(book.get("subtitle"), LONGEST_TITLE),
        authors=_names(book.get("authors")),
        publisher=publishers[0] if publishers else "",
        published=int(year[0]) if year else None,
        pages=pages if type(pages) is int and 0 < pages <= _MOST_PAGES else None,
        subjects=_names(book.get("subjects")),
    )


def _names(things: Any) -> tuple[str, ...]:
    """Return the names in a list of objects that have some."""
    if not isinstance(things, list):
        return ()
    named = (_text(one.get("name"), LONGEST_NAME) for one in things if isinstance(one, dict))
    return tuple(dict.fromkeys(name for name in named if name))[:_MOST_NAMES]


def _text(value: Any, longest: int) -> str:
    """Return a value if it is a line of text that we could store, else nothing."""
    if not isinstance(value, str):
        return ""
    line = " ".join(value.split())
    return line if len(line) <= longest and text.is_readable(line) else ""
