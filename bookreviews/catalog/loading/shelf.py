"""Works and editions that are here already, looked up for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.loading.entries import Book, Identifier
from bookreviews.catalog.loading.imprints import IMPRINT, imprint_of, is_nameless
from bookreviews.catalog.loading.volumes import Printing, Told, Volume, names_of
from bookreviews.catalog.models import (
    Edition,
    EditionIdentifier,
    UnverifiedIsbn,
    Work,
    WorkIdentifier,
)
from bookreviews.catalog.naming import ISBN, TITLE
from bookreviews.lib.among import among
from bookreviews.lib.orm import Record

_BY_IDENTIFIER = bulk.identifying(WorkIdentifier, WorkIdentifier.work_id)
_EDITION_BY_IDENTIFIER = bulk.identifying(EditionIdentifier, EditionIdentifier.edition_id)
_EDITION_BY_ISBN = select(Edition.isbn13, Edition.id).where(among(Edition.isbn13))
_EDITION_COLUMNS = (
    Edition.id,
    Edition.work_id,
    Edition.isbn13,
    Edition.publisher,
    Edition.published,
    Edition.pages,
    Edition.format,
    Edition.language,
    Edition.translators,
)
_EDITIONS = select(*_EDITION_COLUMNS).where(among(Edition.id))
_EDITIONS_OF_WORKS = select(*_EDITION_COLUMNS).where(among(Edition.work_id))
_WORKS = select(
    Work.id,
    Work.title,
    Work.subtitle,
    Work.original_title,
    Work.byline,
    Work.main_subject,
    func.substr(Work.description, 1, 1).label("description"),  # whether there is one
    Work.language,
    Work.first_published,
    Work.series_id,
    Work.series_position,
    Work.left_at,
    Work.version,
).where(among(Work.id))
_MERGED = select(Work.id, Work.merged_into_id.label("winner_id")).where(
    among(Work.id), Work.merged_into_id.is_not(None)
)
_SCHEMES = select(WorkIdentifier.work_id, WorkIdentifier.scheme).where(
    among(WorkIdentifier.work_id)
)
_DOUBTFUL = select(UnverifiedIsbn.edition_id, UnverifiedIsbn.value).where(
    among(UnverifiedIsbn.edition_id)
)
_DOUBTFUL_OF_WORKS = (
    select(UnverifiedIsbn.edition_id, UnverifiedIsbn.value)
    .join(Edition, Edition.id == UnverifiedIsbn.edition_id)
    .where(among(Edition.work_id))
)
_EDITION_SCHEMES = select(EditionIdentifier.edition_id, EditionIdentifier.scheme).where(
    among(EditionIdentifier.edition_id)
)


@dataclass(frozen=True, slots=True)
class Here:
    """Works by their ids and by what names them, and editions by what names those.

    `doubtful` has editions by their work and an unverified ISBN.
    """

    by_id: dict[int, Volume]
    volumes: dict[Identifier, Volume]
    printings: dict[Identifier, Printing]
    editions: Sequence[Printing]
    doubtful: dict[tuple[Volume, str], Printing]


def look_up(told: Sequence[Told], works: set[Identifier]) -> Here:
    """Return what is here of the books that a batch tells of, and of further `works`."""
    books = [one.book for one in told]
    wanted = {one for book in books for one in book.identifiers}
    wanted |= {one.title for one in told}
    by_identifier = dict(bulk.identified(_BY_IDENTIFIER, wanted | works))
    names = {name for book in books for one in book.publications for name in names_of(one)}
    names |= {
        imprint_of(one, edition)
        for one in told
        for edition in one.book.publications
        if is_nameless(edition)
    }
    isbns = {value for scheme, value in names if scheme == ISBN}
    editions = dict(bulk.identified(_EDITION_BY_IDENTIFIER, names))
    editions |= {(ISBN, row.isbn13): row.id for row in bulk.found_by(_EDITION_BY_ISBN, isbns)}
    rows = {row.id: row for row in bulk.found_by(_EDITIONS, set(editions.values()))}
    named = {*by_identifier.values(), *(row.work_id for row in rows.values())}
    winners = bulk.winners(_MERGED, named)
    here = {winners.get(work_id, work_id) for work_id in named}
    by_id = {row.id: _volume(row) for row in bulk.found_by(_WORKS, here)}
    volumes = {work_id: by_id[winners.get(work_id, work_id)] for work_id in named}
    for row in bulk.found_by(_SCHEMES, volumes):
        volumes[row.work_id].schemes |= {row.scheme} - {TITLE}
    rows |= _rows_with_doubtful(books, here)
    rows |= _rows_beside_nameless(told, {one: volumes[at].id for one, at in by_identifier.items()})
    editions_here = _editions(rows.values(), by_id | volumes)
    return Here(
        by_id,
        {one: volumes[work_id] for one, work_id in by_identifier.items()},
        {name: editions_here[edition_id] for name, edition_id in editions.items()},
        tuple(editions_here.values()),
        _by_doubtful(editions_here),
    )


def _rows_with_doubtful(books: Iterable[Book], work_ids: Iterable[int]) -> dict[int, Record]:
    """Return the editions of works that have an unverified ISBN of the books, by their ids."""
    told = {isbn for book in books for one in book.publications for isbn in one.doubtful_isbns}
    found = bulk.found_by(_DOUBTFUL_OF_WORKS, work_ids if told else ())
    ids = {row.edition_id for row in found if row.value in told}
    return {row.id: row for row in bulk.found_by(_EDITIONS, ids)}


def _rows_beside_nameless(
    told: Iterable[Told], works: Mapping[Identifier, int]
) -> dict[int, Record]:
    """Return all editions, by their ids, of works that get editions without a name."""
    work_ids = {
        works[name]
        for one in told
        if any(map(is_nameless, one.book.publications))
        for name in (*one.book.identifiers, one.title)
        if name in works
    }
    return {row.id: row for row in bulk.found_by(_EDITIONS_OF_WORKS, work_ids)}


def _editions(rows: Iterable[Record], volumes: Mapping[int, Volume]) -> dict[int, Printing]:
    printings = {row.id: Printing(row.id, _facts(row), volume=volumes[row.work_id]) for row in rows}
    for row in bulk.found_by(_DOUBTFUL, printings):
        printings[row.edition_id].doubtful_isbns.add(row.value)
    vague = [one.id for one in printings.values() if not one.facts["isbn13"] or one.doubtful_isbns]
    for row in bulk.found_by(_EDITION_SCHEMES, vague):
        printings[row.edition_id].schemes |= {row.scheme} - {IMPRINT}
    for printing in printings.values():
        if printing.facts["isbn13"]:
            printing.schemes.add(ISBN)
    return printings


def _by_doubtful(printings: Mapping[int, Printing]) -> dict[tuple[Volume, str], Printing]:
    """Return editions by work and unverified ISBN; of several, the oldest."""
    newest_first = sorted(printings.values(), key=lambda one: -one.id)
    return {(one.volume, isbn): one for one in newest_first for isbn in one.doubtful_isbns}


def _volume(row: Any) -> Volume:
    facts = _facts(row)
    has_left = facts.pop("left_at") is not None
    return Volume(row.id, facts, is_turned_down=has_left, version=facts.pop("version"))


def _facts(row: Any) -> dict[str, Any]:
    facts = dict(row._mapping)
    del facts["id"]
    return facts
