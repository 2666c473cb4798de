"""One batch of entries: matched with what is here, and written, in the door's transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Literal, TypeAlias

from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bookreviews.catalog.listings import (
    list_by_year,
    list_new_works,
    list_works,
    rank_by_others,
)
from bookreviews.catalog.loading import bulk, facts, redirects
from bookreviews.catalog.loading.books import Books
from bookreviews.catalog.loading.elsewhere import Elsewhere
from bookreviews.catalog.loading.entries import (
    Book,
    Entry,
    Identifier,
    Person,
    Rating,
    Redirect,
    Rejected,
    Skipped,
)
from bookreviews.catalog.loading.labels import Labels
from bookreviews.catalog.loading.people import People
from bookreviews.catalog.loading.volumes import Told, Volume, link, place_in_series
from bookreviews.catalog.models import Authorship, Series, Subject
from bookreviews.catalog.search import index_again
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Conflict
from bookreviews.lib.among import among

Outcome: TypeAlias = Literal["added", "changed", "unchanged", "rejected", "skipped"]

UNKNOWN_AUTHOR = "an author who is not here; load the authors, then this file with --again"
OTHER_WORK = "an edition that belongs to another book here"
STRANGE_ISBN = "its ISBN belongs to another book here"
TURNED_DOWN = "a book that a moderator here has turned down"
UNKNOWN_BOOK = "the book is not here"

_WORKS_OF = select(Authorship.work_id).where(among(Authorship.author_id))


@dataclass(slots=True)
class Written:
    """What became of a batch: an outcome for each entry, and the works that show something else.

    `dated_ids` are works of another year. `rated_elsewhere` has the number of all ratings at other
    sites of those that have more now. `to_raise` are those whose page shows something else while
    they themselves are as before, `to_list` those that stand in other lists, or elsewhere in them,
    `to_index` those that may be found by other words.
    """

    outcomes: list[tuple[Entry, Outcome, list[str]]] = field(default_factory=list)
    new_ids: set[int] = field(default_factory=set)
    dated_ids: set[int] = field(default_factory=set)
    rated_elsewhere: dict[int, int] = field(default_factory=dict)
    to_raise: set[int] = field(default_factory=set)
    to_list: set[int] = field(default_factory=set)
    to_index: set[int] = field(default_factory=set)

    def counts(self) -> Counter[str]:
        """Return how often each outcome came."""
        return Counter(outcome for _entry, outcome, _reasons in self.outcomes)


class Overtaken(Conflict):
    """Somebody added or changed the same at the same moment; written again, the batch finds it."""


def write(entries: Sequence[Entry], *, load_id: int, at: datetime) -> Written:
    """Match a batch and write what is new, with the index and the versions of the works.

    Works that are new to search are left to the end of the load (`search.unindexed_after`).
    """
    try:
        written = _Batch(entries, load_id=load_id, at=at).written()
    except (IntegrityError, UniqueViolation, ForeignKeyViolation) as error:
        raise Overtaken("Somebody else added the same at the same moment.") from error
    rank_by_others(written.rated_elsewhere)
    list_new_works(written.new_ids - written.to_list)
    list_by_year(written.dated_ids - written.to_list)
    list_works(written.to_list)
    index_again(written.to_index)
    raise_versions(written.to_raise)
    return written


class _Batch:
    def __init__(self, entries: Sequence[Entry], *, load_id: int, at: datetime) -> None:
        self._entries = entries
        self._load_id = load_id
        self._at = at
        self._follow_redirects()
        self._look_up()

    def written(self) -> Written:
        """Take each entry in its order, then write everything."""
        result = Written()
        for entry in self._entries:
            outcome, reasons = self._take(entry)
            result.outcomes.append((entry, outcome, [*entry.notes, *reasons]))
        self._people.write()
        self._subjects.write()
        self._series.write()
        if not self._books.hold():
            raise Overtaken("Somebody changed one of these books at the same moment.")
        self._books.write(at=self._at)
        new, changed = self._books.new_ids(), self._books.changed_ids()
        renamed = self._people.renamed_ids()
        found_otherwise = {row.work_id for row in bulk.found_by(_WORKS_OF, renamed)}
        result.rated_elsewhere = self._elsewhere.write()
        result.new_ids = new
        shown = changed | result.rated_elsewhere.keys() - new
        result.to_raise = shown - self._books.described_ids()  # whose versions are raised
        result.dated_ids = self._books.dated_ids()
        result.to_list = self._books.linked_ids() | result.rated_elsewhere.keys()
        result.to_index = (changed | found_otherwise) - new
        return result

    # ---- Looking up what is here ------------------------------------------------------------
    def _follow_redirects(self) -> None:
        """Remember the batch's own redirects first: what follows them means the new keys."""
        own = [one.content for one in self._entries if isinstance(one.content, Redirect)]
        self._redirected = iter(redirects.take(own) if own else ())
        followed = redirects.Redirects(self._identifiers())
        for entry in self._entries:
            if isinstance(entry.content, Book | Person | Rating):
                entry.content = followed.followed(entry.content)

    def _identifiers(self) -> Iterator[Identifier]:
        for content in (entry.content for entry in self._entries):
            if isinstance(content, Rating):
                yield content.work
            elif isinstance(content, Book | Person):
                yield from content.identifiers
            if isinstance(content, Book):
                yield from chain.from_iterable(one.identifiers for one in content.authors)
                yield from chain.from_iterable(one.identifiers for one in content.publications)

    def _look_up(self) -> None:
        books = [one.content for one in self._entries if isinstance(one.content, Book)]
        people = [one.content for one in self._entries if isinstance(one.content, Person)]
        self._people = People([*people, *(person for book in books for person in book.authors)])
        self._met = iter([self._take_person(person) for person in people])
        self._subjects = Labels(Subject, (name for book in books for name in book.subjects))
        self._series = Labels(Series, (book.series for book in books if book.series))
        self._told = {id(book): self._with_authors(book) for book in books}
        rated = (one.content.work for one in self._entries if isinstance(one.content, Rating))
        self._books = Books(self._told.values(), rated)
        self._elsewhere = Elsewhere(self._books.known_ids(), load_id=self._load_id)

    def _with_authors(self, book: Book) -> Told:
        """Take the authors first: by their names here, books are compared."""
        taken = [self._people.take(person) for person in book.authors]
        known = [somebody for somebody, _news in taken if somebody is not None]
        news = [somebody for somebody, has_news in taken if somebody and has_news]
        return Told(book, known, news=news)

    # ---- Taking entries ---------------------------------------------------------------------
    def _take(self, entry: Entry) -> tuple[Outcome, list[str]]:
        match entry.content:
            case Rejected(reason):
                return "rejected", [reason]
            case Skipped(reason):
                return "skipped", [reason]
            case Redirect():
                is_news, problem = next(self._redirected)
                return "changed" if is_news else "unchanged", [problem] if problem else []
            case Person():
                return next(self._met), []
            case Rating() as rating:
                return self._take_rating(rating)
            case Book() as book:
                return self._take_book(self._told[id(book)])

    def _take_person(self, person: Person) -> Outcome:
        is_known = self._people.find(person) is not None
        somebody, has_news = self._people.take(person)
        if somebody is not None:
            somebody.is_wanted = True
        return ("changed" if has_news else "unchanged") if is_known else "added"

    def _take_rating(self, rating: Rating) -> tuple[Outcome, list[str]]:
        volume = self._books.identified(rating.work)
        if volume is None:
            return "skipped", [UNKNOWN_BOOK]
        is_news = self._elsewhere.count(volume, rating.source, rating.stars)
        return "added" if is_news else "unchanged", []

    def _take_book(self, told: Told) -> tuple[Outcome, list[str]]:
        found = self._books.find(told)
        if found is not None and found.is_turned_down:
            return "skipped", [TURNED_DOWN]
        if found is None and (owner := self._books.owner(told)):
            return "rejected", [f"{STRANGE_ISBN}: {owner.facts['title']}"]
        volume = found or self._books.add(told.book)
        has_news = self._describe(volume, told)
        has_news |= any(author.is_wanted for author in told.news)
        has_news |= self._books.identify(volume, _identifiers_of(volume, told))
        reasons = [UNKNOWN_AUTHOR] if len(told.authors) < len(told.book.authors) else []
        is_new = found is None
        for publication in told.book.publications:
            owner, was_added, changed = self._books.take_publication(volume, told, publication)
            is_new |= was_added
            has_news |= changed
            if owner is not volume:
                reasons.append(OTHER_WORK)
        if told.book.tally:
            has_news |= self._elsewhere.take(volume, told.book.tally)
        return "added" if is_new else "changed" if has_news else "unchanged", reasons

    def _describe(self, volume: Volume, told: Told) -> bool:
        book = told.book
        has_news = volume.fill(
            subtitle=book.subtitle,
            original_title=facts.original_title_of(book.original_title, volume.facts["title"]),
            description=book.description,
            language=book.language,
            first_published=book.first_published,
        )
        has_news |= link(volume, told.authors, [self._subjects.take(one) for one in book.subjects])
        if book.series:
            series = self._series.take(book.series)
            has_news |= place_in_series(volume, series, book.series_position)
        return has_news


def _identifiers_of(volume: Volume, told: Told) -> Iterable[Identifier]:
    """Return what a work is found by from now on.

    A title without authors would be anybody's, so it counts only for works that have none.
    """
    has_authors = bool(volume.facts["byline"])
    is_told = bool(told.authors) or not has_authors
    return (*told.book.identifiers, told.title) if is_told else told.book.identifiers
