"""What readers of files find: books, people, ratings; the same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Identifier: TypeAlias = tuple[str, str]
"""A scheme and a value: ("openlibrary", "OL1W")."""


@dataclass(slots=True, kw_only=True)
class Person:
    """An author; `name` is empty where the file only says which one."""

    name: str = ""
    other_names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(slots=True, kw_only=True)
class Publication:
    """An edition; `isbns` hold, `doubtful_isbns` have a wrong checksum, `language` may be ""."""

    isbns: tuple[str, ...] = ()
    doubtful_isbns: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    publisher: str = ""
    published: int | None = None
    pages: int | None = None
    format: str = ""
    language: str = ""
    translators: str = ""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Ratings of one book at another site: of one to five stars, or their number and average."""

    source: str
    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    ratings_count: int = 0
    average: float = 0.0


@dataclass(slots=True, kw_only=True)
class Book:
    """A work, with what the file tells of its editions; `language` may be ""."""

    title: str
    subtitle: str = ""
    original_title: str = ""
    authors: tuple[Person, ...] = ()
    subjects: tuple[str, ...] = ()
    series: str = ""
    series_position: int | None = None
    description: str = ""
    language: str = ""
    first_published: int | None = None
    identifiers: tuple[Identifier, ...] = ()
    publications: tuple[Publication, ...] = ()
    tally: Tally | None = None


@dataclass(slots=True, kw_only=True)
class Rating:
    """What one reader of another site gave the work of this identifier."""

    source: str
    work: Identifier
    stars: int


@dataclass(slots=True, kw_only=True)
class Redirect:
    """An identifier that was given up for another of its scheme, `target`."""

    identifier: Identifier
    target: str


@dataclass(slots=True)
class Rejected:
    """What can't be taken, and why."""

    reason: str


@dataclass(slots=True)
class Skipped:
    """What is in order but says nothing to a catalogue, and why."""

    reason: str


Content: TypeAlias = Book | Person | Rating | Redirect | Rejected | Skipped


@dataclass(slots=True)
class Entry:
    """One entry of a file: where it stands, what it says, and what of it can't be taken.

    `line` is that of its first line; in files without lines the number of the record.
    """

    line: int
    raw: bytes
    content: Content
    notes: list[str] = field(default_factory=list)


class Reader(Protocol):
    """Yields the entries of an open file, always the same for the same bytes."""

    def __call__(self) -> Iterator[Entry]:
        """Read from the first entry on."""
