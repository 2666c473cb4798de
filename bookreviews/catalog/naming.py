"""How names and titles compare, and which addresses they ask for: one place for all who add."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import count

from bookreviews.catalog.models import LONGEST_NAME, LONGEST_TITLE, Subject, Work
from bookreviews.lib.slugs import APOSTROPHES, slug_of

_WORD = re.compile(r"\w+")

TITLE = "title"
"""The scheme of WorkIdentifier whose values are `title_key`s."""

ISBN = "isbn"
"""The scheme of EditionIdentifier for further ISBNs of an edition, in thirteen digits."""

# What stands in the place of a slug in addresses of our own: /books/new, /subjects/by-name.
_RESERVED: dict[type, frozenset[str]] = {
    Work: frozenset({"new"}),
    Subject: frozenset({"by-name"}),
}


def byline_of(names: Sequence[str]) -> str:
    """Return "A", "A and B" or "A, B and C", cut where a title page would say "et al."."""
    if len(names) < 2:
        return "".join(names)[:LONGEST_TITLE]
    whole = f"{', '.join(names[:-1])} and {names[-1]}"
    return whole if len(whole) <= LONGEST_TITLE else f"{names[0]} et al."[:LONGEST_TITLE]


@lru_cache(maxsize=20_000)  # files name the same subjects and authors over and over
def name_key(name: str) -> str:
    """Return what spellings of one name share: "J. R. R. Tolkien" and "J.R.R. TOLKIEN" do.

    Case, accents, marks and the space between initials make no difference; the order of words
    does. Empty for a name without a letter or digit.
    """
    key = ""
    after_initial = False
    for word in compared(name):
        is_initial = len(word) == 1
        key += word if not key or (is_initial and after_initial) else f" {word}"
        after_initial = is_initial
    return key[:LONGEST_NAME]


def title_key(title: str, authors: Sequence[str]) -> str:
    """Return a digest that records of one work share who tell no common identifier.

    They have the same title and the same first author, but for case, accents and marks.
    """
    first = name_key(authors[0]) if authors else ""
    words = " ".join(compared(title)) or title  # a title of marks alone is compared as it is
    return blake2b(f"{words}\n{first}".encode(), digest_size=16).hexdigest()


def reserved(kind: type) -> frozenset[str]:
    """Return the slugs that nothing of this kind may have."""
    return _RESERVED.get(kind, frozenset())


def work_slugs(title: str, authors: Sequence[str]) -> tuple[str, str]:
    """Return the slugs that a work asks for: its title's, then that with its first author."""
    plain = slug_of(title, otherwise="book")
    return plain, slug_of(f"{title} {' '.join(authors[:1])}", otherwise=plain)


@lru_cache(maxsize=20_000)
def name_slug(name: str) -> str:
    """Return the slug that an author, subject or series of this name asks for."""
    return slug_of(name, otherwise="unnamed")


def numbered(slug: str, number: int) -> str:
    """Return a slug for what comes late to a name that others have."""
    return f"{slug[:69]}-{number}"


def numbered_from_two(slug: str) -> Iterator[str]:
    """Yield slug-2, slug-3, … without end."""
    return (numbered(slug, number) for number in count(2))


def compared(text: str) -> list[str]:
    """Return the words of `text` without case and accents.

    Keys made of them are stored, so what changes here must be changed by a migration as well;
    that is why searching, which may learn new tricks, has a folding of its own.
    """
    bare = APOSTROPHES.sub("", text.casefold())
    if bare.isascii():
        return _WORD.findall(bare)
    plain = unicodedata.normalize("NFKD", bare)
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
