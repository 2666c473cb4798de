"""What a file is, by what it holds: its name says nothing here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bookreviews.catalog.loading import marc, onix, openlibrary, spreadsheets
from bookreviews.catalog.loading.entries import Entry
from bookreviews.catalog.loading.streams import Source, UnreadableFile

_STRANGE = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or sound",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or a spreadsheet's own file; please unpack it, or save it as CSV",
    b"BZh": "packed by bzip2; please unpack it",
    b"\xfd7zXZ": "packed by xz; please unpack it",
    b"\x28\xb5\x2f\xfd": "packed by zstd; please unpack it",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "packed twice; please unpack it once",
    b"7z\xbc\xaf": "packed by 7-Zip; please unpack it",
}
_DUMP = re.compile(rb"/type/(\w+)\t/?[\w/]+\t")
_RATING = re.compile(rb"/works/OL\d+W\t(?:/books/OL\d+M)?\t[0-9.]+\t")
_LEADER = re.compile(rb"\d{5}[a-z ][a-z][a-z ].[ a]\d\d\d{5}.{3}45", re.DOTALL)
_MARC_XML = re.compile(rb"<(?:\w+:)?(?:collection|record)\b")
_ONIX = re.compile(rb"<(?:\w+:)?ONIX[mM]essage\b")

# In this order files fill each other's gaps least: people before the books that name them.
_ORDER = ("author", "redirect", "work", "edition", "", "ratings")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is called for people, how its entries are read, and when its turn is."""

    format: str
    entries: Callable[[], Iterator[Entry]]
    turn: int


def recognise(source: Source, *, owner: str, digest: str) -> Recognised:
    """Return what a file is, or refuse it with what it seems to be."""
    beginning = source.beginning()
    _refuse_strange(source, beginning)
    found = _dump(source, beginning) or _library(source, beginning)
    if found:
        return found
    dialect = spreadsheets.dialect_of(source, owner=owner, digest=digest)
    return Recognised("CSV", partial(spreadsheets.entries, source, dialect), _ORDER.index(""))


def _refuse_strange(source: Source, beginning: bytes) -> None:
    if not beginning.strip():
        raise UnreadableFile(f"{source.path} is empty.")
    for magic, words in _STRANGE.items():
        if beginning.startswith(magic):
            raise UnreadableFile(f"{source.path} is {words}.")
    first_lines = beginning[:1000]
    if first_lines.count(b"\0") * 4 > len(first_lines):
        raise UnreadableFile(f"{source.path} is no text and no MARC records.")


def _dump(source: Source, beginning: bytes) -> Recognised | None:
    lines = beginning.split(b"\n")[:20]
    read = partial(openlibrary.entries, source)
    if any(map(_RATING.match, lines)):
        return Recognised("Open Library ratings", read, _ORDER.index("ratings"))
    if kind := next((found[1].decode() for found in map(_DUMP.match, lines) if found), None):
        turn = _ORDER.index(kind) if kind in _ORDER else _ORDER.index("")
        return Recognised("Open Library", read, turn)
    return None


def _library(source: Source, beginning: bytes) -> Recognised | None:
    turn = _ORDER.index("")
    if _LEADER.match(beginning.lstrip()):
        return Recognised("MARC 21", partial(marc.binary_entries, source), turn)
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return None
    if _ONIX.search(beginning):
        return Recognised("ONIX", partial(onix.entries, source), turn)
    if _MARC_XML.search(beginning):
        return Recognised("MARCXML", partial(marc.xml_entries, source), turn)
    raise UnreadableFile(f"{source.path} is XML, but neither MARCXML nor ONIX.")
