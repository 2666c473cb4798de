"""CSV of any dialect: a header in any order and many spellings, then a row for each book."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bookreviews.catalog.loading import columns, facts
from bookreviews.catalog.loading.entries import (
    Book,
    Content,
    Entry,
    Identifier,
    Person,
    Publication,
    Rejected,
    Tally,
)
from bookreviews.catalog.loading.streams import Source, UnreadableFile
from bookreviews.catalog.naming import byline_of

DELIMITERS = ",;\t|"
ELSEWHERE = "elsewhere"
_LONGEST_ROW = 1024 * 1024
_MOST_LINES_OF_A_ROW = 2000

TOO_LONG = "the line is too long"
NOT_TEXT = "the text is not in the encoding of the file"
OPEN_QUOTE = "a quotation mark is never closed"
OTHER_FIELDS = "the row has another number of fields than the header"
NO_TITLE = "there is no title"
NOT_CSV = "the row breaks the rules of CSV"

# "The Hunger Games (The Hunger Games, #1)", also "(Maus, #1-2)", "(Saga #1)", "(X, #3: Part 2)".
_SERIES = re.compile(
    r"^(?P<title>.*\S)\s*\((?P<series>[^()#]*(?:\([^()]*\)[^()#]*)?)#\s*(?P<at>[^()]*)\)\s*$"
)
_MARKS_AT_END = re.compile(r"[\s,;:–-]+$")
_AFTER_PLACE = re.compile(r"\s*[,;:].*$")
_WHOLE_NUMBER = re.compile(r"\d{1,4}")
_NAME_SUFFIX = re.compile(r"(jr|sr|ph\.?d|m\.?d|ii|iii|iv|esq|inc|ltd|llc)\.?", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[;|]\s*|\s+/\s+|/")
_STARS = ("ones", "twos", "threes", "fours", "fives")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file parts its fields, where its columns are, whose its ids and its ratings are."""

    delimiter: str
    header: tuple[str, ...]
    places: dict[str, int]
    scheme: str
    source: str


def dialect_of(source: Source, *, owner: str, digest: str) -> Dialect:
    """Read the header of a file whose ids are the `owner`'s.

    Ids of nobody named mean something within this one file, and so go by its digest.
    """
    first = next((line for line in source.lines() if line), b"") or b""
    source.rewind()
    try:
        written = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{source.path} is not in UTF-8. Say what it is in, for instance --encoding cp1252."
        ) from error
    choices = [tuple(next(csv.reader([written], delimiter=one), ())) for one in DELIMITERS]
    at, header = max(enumerate(choices), key=lambda choice: len(columns.meanings(choice[1])))
    places = columns.meanings(header)
    if "title" not in places:
        shown = ", ".join(facts.line_of(name, 40) for name in header[:8])
        raise UnreadableFile(
            f"{source.path} is none of the files that can be loaded. Were it CSV, its first line "
            f"would name the columns, with one for the title; it says: {shown[:200] or 'nothing'}."
        )
    owner = owner or ("goodreads" if columns.is_goodreads(header) else "")
    scheme = owner or f"file-{digest[:12]}"
    return Dialect(DELIMITERS[at], header, places, scheme, owner or ELSEWHERE)


def entries(source: Source, dialect: Dialect) -> Iterator[Entry]:
    """Yield what each row says."""
    for number, raw, problem in _rows(source):
        if problem:
            yield Entry(number, raw, Rejected(problem))
            continue
        try:
            rows = list(
                csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=dialect.delimiter)
            )
        except UnicodeDecodeError:
            yield Entry(number, raw, Rejected(NOT_TEXT))
        except csv.Error:
            yield Entry(number, raw, Rejected(NOT_CSV))
        else:
            for row in rows:
                notes: list[str] = []
                yield Entry(number, raw, _content(row, dialect, notes), notes)


def _rows(source: Source) -> Iterator[tuple[int, bytes, str]]:
    """Yield each row with the number of its first line, and what is wrong with it.

    A row goes on while a quotation mark is open. One that is never closed would swallow the rest
    of the file; its line is given up then, and reading goes on with the next.
    """
    numbered = enumerate(source.lines(), start=1)
    next(numbered, None)
    again: list[tuple[int, bytes | None]] = []
    while True:
        number, line = next(chain(iter(again[:1]), numbered), (0, None))
        del again[:1]
        if not number:
            return
        if line is None:
            yield number, b"", TOO_LONG
        elif line.count(b'"') % 2 == 0:
            if line.strip():
                yield number, line, ""
        else:
            again, row = _whole_row(line, again, numbered)
            yield number, row or line, "" if row else OPEN_QUOTE


def _whole_row(
    line: bytes,
    waiting: list[tuple[int, bytes | None]],
    following: Iterator[tuple[int, bytes | None]],
) -> tuple[list[tuple[int, bytes | None]], bytes]:
    """Read on until the quotation mark of `line` is closed; return what waits then, and the row.

    Without an end in reach the row is empty, and all lines read wait.
    """
    read: list[tuple[int, bytes | None]] = []
    row, length = [line], len(line)
    for number, more in chain(waiting, following):
        read.append((number, more))
        if more is None or length > _LONGEST_ROW or len(read) > _MOST_LINES_OF_A_ROW:
            break
        row.append(more)
        length += len(more)
        if more.count(b'"') % 2:
            return waiting[len(read) :], b"\n".join(row)
    return read + waiting[len(read) :], b""


def _content(row: Sequence[str], dialect: Dialect, notes: list[str]) -> Content:
    if len(row) != len(dialect.header):
        return Rejected(OTHER_FIELDS)
    if any("\N{REPLACEMENT CHARACTER}" in value for value in row):
        return Rejected(NOT_TEXT)
    cells = {name: row[place].strip() for name, place in dialect.places.items()}
    title, series, position = parted_title(facts.line_of(cells["title"]))
    if not facts.title_of(title):
        return Rejected(NO_TITLE)
    publication = _publication(cells, dialect, notes)
    series = facts.name_of(cells.get("series")) or series
    return Book(
        title=title,
        subtitle=facts.line_of(cells.get("subtitle")),
        original_title=parted_title(facts.title_of(cells.get("original_title")))[0],
        authors=tuple(Person(name=name) for name in _authors(cells)),
        subjects=facts.subjects_of(_parts(cells.get("subjects", ""))),
        series=series,
        series_position=_position(cells.get("position", "")) or position,
        description=facts.paragraphs_of(cells.get("description")),
        language=facts.original_language(publication),
        first_published=facts.year_of(cells.get("first_published")) or publication.published,
        identifiers=_identifiers(cells, "work", f"{dialect.scheme}-work"),
        publications=(publication,) if _says_something(publication) else (),
        tally=_tally(cells, dialect),
    )


def parted_title(title: str) -> tuple[str, str, int | None]:
    """Return the title, the series inside it, and the place there if it is a whole number.

    Of several series, "(Discworld, #1; Rincewind, #1)", the first counts.
    """
    found = _SERIES.match(title)
    series = facts.name_of(_MARKS_AT_END.sub("", found["series"])) if found else ""
    if not found or not series:
        return title, "", None
    return found["title"], series, _position(_AFTER_PLACE.sub("", found["at"]))


def _position(written: str) -> int | None:
    return int(written) if _WHOLE_NUMBER.fullmatch(written.strip()) else None


def _publication(cells: dict[str, str], dialect: Dialect, notes: list[str]) -> Publication:
    isbns = facts.Isbns()
    isbns.take(cells.get("isbn13"))
    for written in re.split(r"[,;|]\s*", cells.get("isbn", "")):
        isbns.take(written)
    notes += isbns.notes()
    written = cells.get("published") or ""
    return Publication(
        isbns=isbns.held,
        doubtful_isbns=isbns.doubtful,
        identifiers=_identifiers(cells, "edition", dialect.scheme),
        publisher=facts.name_of(cells.get("publisher")),
        published=facts.year_of(written),
        pages=facts.pages_of(cells.get("pages")),
        format=facts.format_of(cells.get("format")),
        language=facts.language_of(cells.get("language", "")),
        translators=byline_of(list(_people(cells.get("translators", "")))),
    )


def _says_something(publication: Publication) -> bool:
    """Tell whether there is an edition at all behind the row of a book."""
    return bool(
        publication.isbns
        or publication.doubtful_isbns
        or publication.identifiers
        or publication.publisher
        or publication.pages
    )


def _identifiers(cells: dict[str, str], column: str, scheme: str) -> tuple[Identifier, ...]:
    value = facts.line_of(cells.get(column), 100)
    return ((scheme, value),) if value else ()


def _tally(cells: dict[str, str], dialect: Dialect) -> Tally | None:
    ones, twos, threes, fours, fives = (facts.number_of(cells.get(stars)) for stars in _STARS)
    counts = (ones, twos, threes, fours, fives)
    if any(counts):
        total = sum(counts)
        average = sum(stars * count for stars, count in enumerate(counts, start=1)) / total
        return Tally(source=dialect.source, counts=counts, ratings_count=total, average=average)
    count, told = facts.number_of(cells.get("ratings_count")), _average(cells.get("average", ""))
    return (
        Tally(source=dialect.source, ratings_count=count, average=told) if count and told else None
    )


def _average(written: str) -> float:
    """Return an average of stars, or 0 for what can't be one."""
    try:
        average = float(written.replace(",", "."))
    except ValueError:
        return 0.0
    return average if 0 < average <= 5 else 0.0


# ---- Names --------------------------------------------------------------------------------------
def _authors(cells: dict[str, str]) -> Iterable[str]:
    if "authors" in cells:
        names = chain(_people(cells["authors"]), _people(cells.get("more_authors", "")))
    else:
        names = chain(_one(cells.get("author", "")), _people(cells.get("more_authors", "")))
    return dict.fromkeys(names)


def _one(written: str) -> Iterator[str]:
    """Yield who a column for one author names, "Le Guin, Ursula K." in the order of speech."""
    is_turned = written.count(",") == 1 and not _SEVERAL.search(written)
    yield from _people(natural_order(written) if is_turned else written)


def _people(written: str) -> Iterator[str]:
    """Yield the names of a list; commas part names unless something else does."""
    if _SEVERAL.search(written):
        parts = [natural_order(part) for part in _SEVERAL.split(written)]
    else:
        parts = _with_suffixes(written.split(","))
    yield from (name for part in parts if (name := facts.name_of(part)))


def _with_suffixes(parts: Iterable[str]) -> list[str]:
    """Put "Jr." back to whom it belongs."""
    names: list[str] = []
    for part in parts:
        if names and _NAME_SUFFIX.fullmatch(part.strip()):
            names[-1] += f", {part.strip()}"
        else:
            names.append(part)
    return names


def natural_order(name: str) -> str:
    """Return "Ursula K. Le Guin" for "Le Guin, Ursula K."; a suffix stays behind."""
    family, comma, given = name.partition(",")
    given = given.strip()
    if not comma or not given or "," in given or _NAME_SUFFIX.fullmatch(given):
        return name.strip()
    return f"{given} {family.strip()}"


def _parts(written: str) -> list[str]:
    """Return the parts of a list that semicolons, bars or slashes part, or else commas."""
    marks = _SEVERAL if _SEVERAL.search(written) else re.compile(r"\s*,\s*")
    return [part for part in marks.split(written.strip(" []{}'\"")) if part]
