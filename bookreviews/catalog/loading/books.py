"""Works and their editions: found by identifiers, ISBNs, title and first author, or made.

A work is found by its identifiers; else by those and the ISBNs of its editions; else by its title
and first author. Whatever is found so only stands if no identifier contradicts: of two records
with other keys of one and the same catalogue, each is a work of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.loading.entries import Book, Identifier, Publication
from bookreviews.catalog.loading.imprints import (
    IMPRINT,
    are_one,
    facts_of,
    imprint_of,
    is_nameless,
)
from bookreviews.catalog.loading.kept import Kept
from bookreviews.catalog.loading.likeness import authors_are_alike, titles_are_alike
from bookreviews.catalog.loading.shelf import look_up
from bookreviews.catalog.loading.volumes import Printing, Told, Volume, names_of, put_back
from bookreviews.catalog.models import (
    UNKNOWN_YEAR,
    Authorship,
    Edition,
    EditionIdentifier,
    UnverifiedIsbn,
    Work,
    WorkIdentifier,
    WorkSubject,
)
from bookreviews.catalog.naming import ISBN, TITLE, numbered, work_slugs
from bookreviews.catalog.turns import take_turns_on_works
from bookreviews.lib.among import among
from bookreviews.lib.languages import UNKNOWN

_NEW_WORK = (
    "id",
    "slug",
    "title",
    "subtitle",
    "original_title",
    "byline",
    "main_subject",
    "description",
    "language",
    "first_published",
    "series_id",
    "series_position",
    "added_at",
)
_NEW_EDITION = (
    "id",
    "work_id",
    "isbn13",
    "publisher",
    "published",
    "pages",
    "format",
    "language",
    "translators",
)

_VERSIONS = select(Work.id, Work.version).where(among(Work.id))


class Books:
    """The works and editions that a batch names, each found or made once."""

    def __init__(self, told: Iterable[Told], works: Iterable[Identifier]) -> None:
        here = look_up(list(told), set(works))
        self._by_id, self._volumes, self._printings = here.by_id, here.volumes, here.printings
        self._known_printings, self._doubtful = here.editions, here.doubtful
        self._printings_of: defaultdict[Volume, list[Printing]] = defaultdict(list)
        for printing in here.editions:
            self._printings_of[printing.volume].append(printing)
        self._new_volumes: list[Volume] = []
        self._new_printings: list[Printing] = []
        self._new_identifiers: list[tuple[Volume, Identifier]] = []
        self._new_printing_identifiers: list[tuple[Printing, Identifier]] = []
        self._new_doubtful: list[tuple[Printing, str]] = []

    # ---- Finding ----------------------------------------------------------------------------
    def identified(self, identifier: Identifier) -> Volume | None:
        """Return the work of an identifier."""
        return self._volumes.get(identifier)

    def find(self, told: Told) -> Volume | None:
        """Return the work that a book is one with, or None."""
        book = told.book
        for identifier in book.identifiers:
            if volume := self._volumes.get(identifier):
                return volume
        schemes = {scheme for scheme, _value in book.identifiers}
        return next((one for one in self._alike(told) if not one.schemes & schemes), None)

    def _alike(self, told: Told) -> Iterator[Volume]:
        for publication in told.book.publications:
            printing = self._printing(publication)
            if printing and self._may_be(told, publication, printing):
                yield printing.volume
        if volume := self._volumes.get(told.title):
            yield volume

    def _may_be(self, told: Told, publication: Publication, printing: Printing) -> bool:
        """Tell whether a book may be that of an edition, to which a wrong ISBN may have led."""
        facts = printing.volume.facts
        names = [name for author in told.authors for name in (author.name, *author.names)]
        whole = f"{told.book.title}: {told.book.subtitle}"
        return (
            self._volumes.get(told.title) is printing.volume
            or any(self._printings.get(one) is printing for one in publication.identifiers)
            or authors_are_alike(names, facts["byline"])
            or titles_are_alike(told.book.title, facts["title"])
            or titles_are_alike(whole, f"{facts['title']}: {facts['subtitle']}")
        )

    def owner(self, told: Told) -> Volume | None:
        """Return the other book that has all editions of one that has no key of its own."""
        if told.book.identifiers:
            return None
        printings = [self._printing(one) for one in told.book.publications]
        first = next(iter(printings), None)
        return first.volume if first and all(printings) else None

    def _printing(self, publication: Publication) -> Printing | None:
        return next(
            (one for name in names_of(publication) if (one := self._printings.get(name))), None
        )

    def _doubtful_printing(self, volume: Volume, publication: Publication) -> Printing | None:
        """Return the edition of a work that has the same unverified ISBN, if nothing contradicts.

        Such a number names no edition for certain, and so none of another work.
        """
        schemes = {scheme for scheme, _value in names_of(publication)}
        alike = (self._doubtful.get((volume, one)) for one in publication.doubtful_isbns)
        return next((one for one in alike if one and not one.schemes & schemes), None)

    def _nameless_printing(
        self, volume: Volume, imprint: Identifier, publication: Publication
    ) -> Printing | None:
        """Return the edition of a work that is the same by all that a file says of it."""
        known = self._printings.get(imprint)
        if known and known.volume is volume:
            return known
        return next((one for one in self._printings_of[volume] if are_one(one, publication)), None)

    # ---- Taking -----------------------------------------------------------------------------
    def add(self, book: Book) -> Volume:
        """Make a new work of a book."""
        volume = Volume(
            0,
            {
                "title": book.title,
                "subtitle": "",
                "original_title": "",
                "byline": "",
                "main_subject": None,
                "description": "",
                "language": UNKNOWN,
                "first_published": None,
                "series_id": None,
                "series_position": None,
            },
        )
        self._new_volumes.append(volume)
        return volume

    def identify(self, volume: Volume, identifiers: Iterable[Identifier]) -> bool:
        """Let a work be found by these; tell whether any is news, which another title isn't."""
        news = [one for one in dict.fromkeys(identifiers) if one not in self._volumes]
        for identifier in news:
            self._volumes[identifier] = volume
            volume.schemes |= {identifier[0]} - {TITLE}
            self._new_identifiers.append((volume, identifier))
        return any(scheme != TITLE for scheme, _value in news)

    def take_publication(
        self, volume: Volume, told: Told, publication: Publication
    ) -> tuple[Volume, bool, bool]:
        """Take an edition of a work; tell whose it is, whether it is new, and whether it has news.

        One that is here already stays with the work that it is an edition of.
        """
        names = list(names_of(publication))
        if is_nameless(publication):
            names = [imprint_of(told, publication)]
            printing = self._nameless_printing(volume, names[0], publication)
        else:
            printing = self._printing(publication) or self._doubtful_printing(volume, publication)
        is_new = printing is None
        if printing is None:
            printing = self._add_printing(volume, publication)
        facts = facts_of(publication)
        if publication.isbns and not self._is_taken(publication.isbns[0]):
            facts["isbn13"] = publication.isbns[0]
        has_news = printing.fill(**facts)
        has_news |= self._identify_printing(printing, names, publication.doubtful_isbns)
        return printing.volume, is_new, has_news

    def _add_printing(self, volume: Volume, publication: Publication) -> Printing:
        nothing = dict.fromkeys(("isbn13", "published", "pages"))
        empty = dict.fromkeys(("publisher", "format", "translators"), "")
        printing = Printing(0, {**nothing, **empty, "language": UNKNOWN}, volume=volume)
        self._new_printings.append(printing)
        self._printings_of[volume].append(printing)
        if publication.published is not None:
            put_back(volume, publication.published)
        return printing

    def _is_taken(self, isbn13: str) -> bool:
        return (ISBN, isbn13) in self._printings

    def _identify_printing(
        self, printing: Printing, names: Sequence[Identifier], doubtful_isbns: Iterable[str]
    ) -> bool:
        """Let an edition be found by these; tell whether any is news, which an imprint isn't."""
        news = [name for name in names if name not in self._printings]
        for name in news:
            self._printings[name] = printing
            if name != (ISBN, printing.facts["isbn13"]):
                self._new_printing_identifiers.append((printing, name))
        doubtful = [one for one in doubtful_isbns if one not in printing.doubtful_isbns]
        printing.doubtful_isbns.update(doubtful)
        printing.schemes.update(scheme for scheme, _value in names if scheme != IMPRINT)
        for written in doubtful:
            self._doubtful.setdefault((printing.volume, written), printing)
        self._new_doubtful += [(printing, one) for one in doubtful]
        return any(scheme != IMPRINT for scheme, _value in news) or bool(doubtful)

    # ---- Writing ------------------------------------------------------------

    def known_ids(self) -> set[int]:
        """Return the ids of the works that were here before."""
        return set(self._by_id)

    def hold(self) -> bool:
        """Wait for our turn on the works that get something; tell whether they are as we read them.

        Where not, a reader may have filled what we would, or a moderator have merged one away.
        """
        ids = self._by_id.keys() & (
            self.changed_ids() | self.linked_ids() | {one.id for one, _ in self._new_identifiers}
        )
        take_turns_on_works(ids)
        found = bulk.found_by(_VERSIONS, ids)
        return all(row.version == self._by_id[row.id].version for row in found)

    def write(self, *, at: datetime) -> None:
        """Write what is new."""
        self._write_works(at)
        self._write_links()
        self._write_editions()

    def new_ids(self) -> set[int]:
        """Return the ids of the works that were written new."""
        return {volume.id for volume in self._new_volumes}

    def described_ids(self) -> set[int]:
        """Return the ids of works that were here before and say more of themselves now."""
        return {one.id for one in self._by_id.values() if one.changed}

    def linked_ids(self) -> set[int]:
        """Return those of them that only now have authors, or subjects."""
        return {one.id for one in self._by_id.values() if one.authors or one.subjects}

    def dated_ids(self) -> set[int]:
        """Return those of them that have another year now."""
        return {one.id for one in self._by_id.values() if "first_published" in one.changed}

    def changed_ids(self) -> set[int]:
        """Return those that say more, or have more editions, or more said of one of these."""
        printings = [*self._new_printings, *(one for one in self._known_printings if one.changed)]
        return self.described_ids() | {one.volume.id for one in printings} - self.new_ids()

    def _write_works(self, at: datetime) -> None:
        for volume, new_id in _with_ids(Work, self._new_volumes):
            volume.id = new_id
        for volume in (*self._new_volumes, *self._by_id.values()):
            _resolve_links(volume)
        choices = [
            (*work_slugs(one.facts["title"], [author.name for author in one.authors]), one.id)
            for one in self._new_volumes
        ]
        slugs = _free_slugs(choices)
        rows = [
            _row(_NEW_WORK, {**volume.facts, "id": volume.id, "slug": slug, "added_at": at})
            for volume, slug in zip(self._new_volumes, slugs, strict=True)
        ]
        bulk.insert(Work, _NEW_WORK, rows)
        bulk.change(Work, ((one.id, one.changed) for one in self._by_id.values() if one.changed))

    def _write_links(self) -> None:
        volumes = (*self._new_volumes, *self._by_id.values())
        bulk.insert(
            Authorship,
            ("work_id", "author_id", "position", "published"),
            [
                (one.id, who.id, at, _year_to_list_by(one))
                for one in volumes
                for at, who in enumerate(one.authors)
            ],
        )
        bulk.insert(
            WorkSubject,
            ("work_id", "subject_id", "position"),
            [(one.id, what.id, at) for one in volumes for at, what in enumerate(one.subjects)],
        )
        bulk.insert(
            WorkIdentifier,
            ("scheme", "value", "work_id"),
            [(*identifier, one.id) for one, identifier in self._new_identifiers],
        )

    def _write_editions(self) -> None:
        changes = {one.id: one.changed for one in self._known_printings if one.changed}
        bulk.change(Edition, changes.items())
        for printing, new_id in _with_ids(Edition, self._new_printings):
            printing.id = new_id
        rows = [
            _row(_NEW_EDITION, {**one.facts, "id": one.id, "work_id": one.volume.id})
            for one in self._new_printings
        ]
        bulk.insert(Edition, _NEW_EDITION, rows)
        bulk.insert(
            EditionIdentifier,
            ("scheme", "value", "edition_id"),
            [(*name, one.id) for one, name in self._new_printing_identifiers],
        )
        bulk.insert(
            UnverifiedIsbn,
            ("edition_id", "value"),
            [(one.id, written) for one, written in self._new_doubtful],
        )


def _resolve_links(volume: Volume) -> None:
    """Take over what only now is known, since labels have their ids and addresses."""
    if volume.series is not None:
        volume.set(series_id=volume.series.id)
    if volume.subjects:
        volume.set(main_subject=volume.subjects[0].slug)


def _year_to_list_by(volume: Volume) -> int:
    year: int | None = volume.facts["first_published"]
    return UNKNOWN_YEAR if year is None else year


def _with_ids(kind: type[Work] | type[Edition], new: Sequence[Kept]) -> Iterator[tuple[Kept, int]]:
    return zip(new, bulk.new_ids(kind, len(new)), strict=True)


def _free_slugs(choices: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return a slug for each new work: of its title, with its author, or with its id."""
    wanted = [(plain, by, numbered(plain, new_id)) for plain, by, new_id in choices]
    taken = bulk.taken_slugs(Work, wanted)
    return [bulk.first_free(slugs, taken) for slugs in wanted]


def _row(columns: Sequence[str], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in columns)
