"""Open Library's dumps: one record a line, `type, key, revision, last_modified, JSON`.

The dump of ratings has other lines: key of the work, key of the edition or nothing, stars, day.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bookreviews.catalog.loading import facts
from bookreviews.catalog.loading.entries import (
    Book,
    Content,
    Entry,
    Identifier,
    Person,
    Publication,
    Rating,
    Redirect,
    Rejected,
    Skipped,
)
from bookreviews.catalog.loading.streams import Source
from bookreviews.catalog.naming import byline_of

SCHEME = "openlibrary"

TOO_LONG = "the line is too long"
NOT_UTF8 = "the text is not UTF-8"
NOT_FIVE_FIELDS = "the line has other than five fields"
BROKEN_JSON = "the JSON is broken"
NO_KEY = "the key is none of Open Library's"
NO_TITLE = "there is no title"
NO_NAME = "there is no name"
BAD_RATING = "the rating is none"
DELETED = "deleted at Open Library"
NO_BOOK = "no book, author or edition"

_KEY = re.compile(r"(?:/(?:works|books|authors|a|b))?/?(OL\d{1,15}[WMA])")
_ROLES_OF_TRANSLATORS = re.compile(r"translat|traduc|übersetz|vertaal", re.IGNORECASE)
_SERIES_POSITION = re.compile(
    r"^(?P<name>.+?)\s*[;,(#]+\s*(?:no|vol|book|bk|v)?\.?\s*(?P<at>\d+)\)?$"
)
# What Open Library calls other catalogues, as far as their numbers name one person.
_NAMING_PEOPLE = {"viaf": "viaf", "isni": "isni", "wikidata": "wikidata", "goodreads": "goodreads"}

Record = dict[str, Any]


def entries(source: Source) -> Iterator[Entry]:
    """Yield what each line of a dump says."""
    for number, line in enumerate(source.lines(), start=1):
        if line is None:
            yield Entry(number, b"", Rejected(TOO_LONG))
        elif line:
            notes: list[str] = []
            yield Entry(number, line, _content(line, notes), notes)


def identifier_of(key: object) -> Identifier | None:
    """Return the identifier in a key of any age: "/authors/OL1A", "/a/OL1A", "OL1A"."""
    if isinstance(key, dict):
        key = key.get("key")
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    return (SCHEME, found[1]) if found else None


def _content(line: bytes, notes: list[str]) -> Content:
    try:
        fields = line.decode().split("\t")
    except UnicodeDecodeError:
        return Rejected(NOT_UTF8)
    if len(fields) == 4 and not fields[0].startswith("/type/"):
        return _rating(fields)
    if len(fields) != 5:
        return Rejected(NOT_FIVE_FIELDS)
    return _record(fields[0], fields[1], fields[4], notes)


def _rating(fields: list[str]) -> Content:
    work = identifier_of(fields[0])
    if work is None or not work[1].endswith("W"):
        return Rejected(NO_KEY)
    if fields[2] not in {"1", "2", "3", "4", "5"}:
        return Rejected(BAD_RATING)
    return Rating(source=SCHEME, work=work, stars=int(fields[2]))


def _record(kind: str, key: str, written: str, notes: list[str]) -> Content:
    reader = _READERS.get(kind)
    if reader is None:
        return Skipped(DELETED if kind == "/type/delete" else NO_BOOK)
    identifier = identifier_of(key)
    record = _json(written)
    if identifier is None:
        # Pages of all kinds are moved; only those of books, people and editions matter here.
        return Skipped(NO_BOOK) if reader is _redirect else Rejected(NO_KEY)
    return Rejected(BROKEN_JSON) if record is None else reader(identifier, record, notes)


def _json(written: str) -> Record | None:
    try:
        record = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _redirect(identifier: Identifier, record: Record, _notes: list[str]) -> Content:
    target = identifier_of(record.get("location"))
    if target is None or target[1][-1] != identifier[1][-1]:
        return Rejected(NO_KEY)
    return Redirect(identifier=identifier, target=target[1])


def _author(identifier: Identifier, record: Record, _notes: list[str]) -> Content:
    name = facts.name_of(record.get("name")) or facts.name_of(record.get("personal_name"))
    if not name:
        return Rejected(NO_NAME)
    others = map(facts.name_of, (record.get("personal_name"), *_list(record, "alternate_names")))
    numbers = record.get("remote_ids")
    numbers = numbers if isinstance(numbers, dict) else {}
    return Person(
        name=name,
        other_names=tuple(dict.fromkeys(other for other in others if other and other != name)),
        identifiers=(
            identifier,
            *(
                (scheme, facts.line_of(numbers[theirs], 100))
                for theirs, scheme in _NAMING_PEOPLE.items()
                if facts.line_of(numbers.get(theirs))
            ),
        ),
    )


def _work(identifier: Identifier, record: Record, _notes: list[str]) -> Content:
    title = _title(record)
    if not title:
        return Rejected(NO_TITLE)
    return Book(
        title=title,
        subtitle=facts.line_of(record.get("subtitle")),
        authors=_authors(record),
        subjects=facts.subjects_of(_list(record, "subjects")),
        description=facts.paragraphs_of(record.get("description")),
        language=_language(record, "original_languages"),
        first_published=facts.year_of(record.get("first_publish_date")),
        identifiers=(identifier,),
    )


def _edition(identifier: Identifier, record: Record, notes: list[str]) -> Content:
    title = _title(record)
    works = [work for work in map(identifier_of, _list(record, "works")) if work]
    if not title:
        return Rejected(NO_TITLE)
    publication = _publication(identifier, record, notes)
    series, position = _series(record)
    original = _language(record, "translated_from")
    return Book(
        title=title,
        subtitle=facts.line_of(record.get("subtitle")),
        original_title=facts.title_of(record.get("translation_of")),
        authors=_authors(record),
        subjects=facts.subjects_of(_list(record, "subjects")),
        series=series,
        series_position=position,
        description=facts.paragraphs_of(record.get("description")),
        language=original or facts.original_language(publication),
        first_published=publication.published,
        identifiers=tuple(works[:1]),
        publications=(publication,),
    )


_READERS: dict[str, Callable[[Identifier, Record, list[str]], Content]] = {
    "/type/author": _author,
    "/type/work": _work,
    "/type/edition": _edition,
    "/type/redirect": _redirect,
}


def _publication(identifier: Identifier, record: Record, notes: list[str]) -> Publication:
    isbns = facts.Isbns()
    for written in (*_list(record, "isbn_13"), *_list(record, "isbn_10"), *_list(record, "isbn")):
        isbns.take(written)
    notes += isbns.notes()
    return Publication(
        isbns=isbns.held,
        doubtful_isbns=isbns.doubtful,
        identifiers=(identifier, *_numbers(record)),
        publisher=facts.name_of(next(iter(_list(record, "publishers")), "")),
        published=facts.year_of(record.get("publish_date")),
        pages=facts.pages_of(record.get("number_of_pages") or record.get("pagination")),
        format=facts.format_of(record.get("physical_format")),
        language=_language(record, "languages"),
        translators=byline_of(_translators(record)),
    )


def _numbers(record: Record) -> tuple[Identifier, ...]:
    """Return the numbers of other catalogues that name the edition.

    LCCN and OCLC number several printings and so aren't among them.
    """
    others = record.get("identifiers")
    if not isinstance(others, dict):
        return ()
    goodreads = (facts.line_of(value, 100) for value in _list(others, "goodreads"))
    return tuple(("goodreads", value) for value in goodreads if value)


def _authors(record: Record) -> tuple[Person, ...]:
    """Return the authors, each by key; an entry is a key, {key}, or a role {author, type}."""
    entered = _list(record, "authors")
    keys = (entry.get("author", entry) if isinstance(entry, dict) else entry for entry in entered)
    known = dict.fromkeys(identifier for key in keys if (identifier := identifier_of(key)))
    return tuple(Person(identifiers=(identifier,)) for identifier in known)


def _translators(record: Record) -> list[str]:
    entered = [entry for entry in _list(record, "contributors") if isinstance(entry, dict)]
    return [
        name
        for entry in entered
        if _ROLES_OF_TRANSLATORS.search(str(entry.get("role", "")))
        and (name := facts.name_of(entry.get("name")))
    ]


def _title(record: Record) -> str:
    prefix = facts.line_of(record.get("title_prefix"))
    title = facts.title_of(record.get("title"))
    return facts.line_of(f"{prefix} {title}") if title else ""


def _series(record: Record) -> tuple[str, int | None]:
    named = facts.name_of(next(iter(_list(record, "series")), "")).strip("()")
    if found := _SERIES_POSITION.match(named):
        return found["name"], int(found["at"]) if len(found["at"]) < 5 else None
    return named, None


def _language(record: Record, field: str) -> str:
    keys = (
        entry.get("key") if isinstance(entry, dict) else entry for entry in _list(record, field)
    )
    return facts.language_of(str(next(iter(keys), "") or ""))


def _list(record: Record, field: str) -> Iterable[Any]:
    """Return a list as it should be; old records have a single value here and there."""
    value = record.get(field)
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
