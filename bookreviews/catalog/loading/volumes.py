"""Works and editions as a batch knows them: what is here, and what a file adds to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookreviews.catalog.loading.entries import Book, Identifier, Publication
from bookreviews.catalog.loading.kept import Kept
from bookreviews.catalog.loading.labels import Label
from bookreviews.catalog.loading.people import Somebody
from bookreviews.catalog.naming import ISBN, TITLE, byline_of, title_key


@dataclass(slots=True, eq=False)
class Volume(Kept):
    """A work that is here, or will be, or that a moderator has turned down."""

    is_turned_down: bool = False
    version: int = 0  # of its row as we read it
    schemes: set[str] = field(default_factory=set)
    authors: Sequence[Somebody] = ()
    subjects: Sequence[Label] = ()
    series: Label | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Printing(Kept):
    """An edition that is here, or will be, of which work."""

    volume: Volume
    doubtful_isbns: set[str] = field(default_factory=set)
    schemes: set[str] = field(default_factory=set)


class Told:
    """A book as a file tells of it, with the authors it has here, and those of whom it has news.

    `title` is what other records of the work have in common with this one.
    """

    __slots__ = ("authors", "book", "news", "title")

    def __init__(
        self, book: Book, authors: Sequence[Somebody], *, news: Sequence[Somebody] = ()
    ) -> None:
        self.book = book
        self.authors = authors
        self.news = news
        names = [author.name for author in authors]
        self.title: Identifier = (TITLE, title_key(book.title, names))


def names_of(publication: Publication) -> Iterator[Identifier]:
    """Yield all that an edition is found by: its ISBNs, and its keys elsewhere."""
    yield from ((ISBN, isbn13) for isbn13 in publication.isbns)
    yield from publication.identifiers


def link(volume: Volume, authors: Sequence[Somebody], subjects: Sequence[Label]) -> bool:
    """Give a work its authors and subjects where it has none; tell whether that is news."""
    has_news = False
    if authors and not volume.facts["byline"]:
        volume.authors = list(dict.fromkeys(authors))
        for author in authors:
            author.is_wanted = True
        volume.set(byline=byline_of([one.name for one in volume.authors]))
        has_news = True
    if subjects and volume.facts["main_subject"] is None and not volume.subjects:
        volume.subjects = list(dict.fromkeys(subjects))
        has_news = True
    return has_news


def place_in_series(volume: Volume, series: Label, position: int | None) -> bool:
    """Give a work its series where it has none; tell whether that is news."""
    if volume.facts["series_id"] is not None or volume.series is not None:
        return False
    volume.series = series
    volume.set(series_position=position)
    return True


def put_back(volume: Volume, year: int) -> None:
    """No work is first published after an edition of it."""
    first = volume.facts["first_published"]
    if first is not None and year < first:
        volume.set(first_published=year)
