"""Every list of works that readers page through: of all, a subject, an author, a language, a year.

Each is read in the order of an index that holds just that list (see `catalog.listings`), so its
first page and its thousandth cost the same, whether it has ten works or a million. A row is a
card, and what it is sorted by is its `place`. A broken cursor raises BrokenCursor.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import bindparam, func, literal, select, union_all

from bookreviews.catalog.models import UNKNOWN_YEAR, Authorship, Listing, Work
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.reviews import heat
from bookreviews.reviews.models import RatingSummary
from bookreviews.reviews.rated_works import CARDS

Sort = Literal["popular", "best", "talk", "newest", "published", "title"]
SubjectSort = Literal["popular", "best", "newest", "published", "title"]
AuthorSort = Literal["popular", "published"]
PAGE_SIZE = 24
DECADE = 10

# A work of a series that has no number in it stands behind those that have one.
_UNNUMBERED = 32_767


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """Works in one order: by `columns`, of which the last is the work's id."""

    rows: Statement
    columns: tuple[Any, ...]
    types: tuple[type, ...]
    downward: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Return what a row calls these columns."""
        return ("place", "id")[-len(self.columns) :]


def _order(
    rows: Statement, place: Any, work_id: Any, kind: type, *, downward: bool = True
) -> _Order:
    return _Order(
        rows.add_columns(place.label("place")), (place, work_id), (kind, int), downward=downward
    )


_of_subject = CARDS.join(Listing, Listing.work_id == Work.id).where(
    Listing.subject_id == bindparam("subject_id")
)
_of_author = CARDS.join(Authorship, Authorship.work_id == Work.id).where(
    Authorship.author_id == bindparam("author_id")
)
_talked_about = CARDS.where(RatingSummary.heat >= bindparam("least_heat"))
_dated = CARDS.where(Work.first_published.is_not(None))
_dated_of_subject = _of_subject.where(Listing.published > UNKNOWN_YEAR)

_OF_ALL: dict[Sort, _Order] = {
    "popular": _order(CARDS, Work.popularity, Work.id, int),
    "best": _order(CARDS.where(Work.score > 0), Work.score, Work.id, float),
    "talk": _order(_talked_about, RatingSummary.heat, RatingSummary.work_id, float),
    "newest": _Order(CARDS, (Work.id,), (int,)),
    "published": _order(_dated, Work.first_published, Work.id, int),
    "title": _order(CARDS, Work.title, Work.id, str, downward=False),
}
_OF_SUBJECT: dict[SubjectSort, _Order] = {
    "popular": _order(_of_subject, Listing.popularity, Listing.work_id, int),
    "best": _order(_of_subject.where(Listing.score > 0), Listing.score, Listing.work_id, float),
    "newest": _Order(_of_subject, (Listing.work_id,), (int,)),
    "published": _order(_dated_of_subject, Listing.published, Listing.work_id, int),
    "title": _order(_of_subject, Listing.title, Listing.work_id, str, downward=False),
}
_OF_AUTHOR: dict[AuthorSort, _Order] = {
    "popular": _order(_of_author, Authorship.popularity, Authorship.work_id, int),
    "published": _order(_of_author, Authorship.published, Authorship.work_id, int),
}
_IN_LANGUAGE = _order(
    CARDS.where(Work.language == bindparam("language")), Work.popularity, Work.id, int
)
_OF_YEAR = _order(
    CARDS.where(Work.first_published == bindparam("year")), Work.popularity, Work.id, int
)
_number = func.coalesce(Work.series_position, _UNNUMBERED)
# Within one series its works are sorted: there are never many, whatever the catalogue's size.
_OF_SERIES = _order(
    CARDS.add_columns(Work.series_position).where(Work.series_id == bindparam("series_id")),
    _number,
    Work.id,
    int,
    downward=False,
)


def works(
    *, sort: Sort = "popular", after: str | None = None, at: datetime | None = None
) -> Page[Record]:
    """Return a page of all works; "talk", those talked about at a moment, needs to know it."""
    if sort != "talk":
        return _page(_OF_ALL[sort], after)
    assert at is not None
    return _page(_OF_ALL[sort], after, least_heat=heat.least(at))


def works_of_subject(
    subject_id: int, *, sort: SubjectSort = "popular", after: str | None = None
) -> Page[Record]:
    """Return a page of a subject's works, those of what is part of it among them."""
    return _page(_OF_SUBJECT[sort], after, subject_id=subject_id)


def works_by(
    author_id: int, *, sort: AuthorSort = "popular", after: str | None = None
) -> Page[Record]:
    """Return a page of an author's works."""
    return _page(_OF_AUTHOR[sort], after, author_id=author_id)


def works_in_series(series_id: int, *, after: str | None = None) -> Page[Record]:
    """Return a page of a series' works in reading order, each with its `series_position`."""
    return _page(_OF_SERIES, after, series_id=series_id)


def works_in_language(language: str, *, after: str | None = None) -> Page[Record]:
    """Return a page of the works written in a language, the most read first."""
    return _page(_IN_LANGUAGE, after, language=language)


def works_of_year(year: int, *, after: str | None = None) -> Page[Record]:
    """Return a page of the works first published in a year, the most read first."""
    return _page(_OF_YEAR, after, year=year)


def works_of_decade(first_year: int, *, after: str | None = None) -> Page[Record]:
    """Return the same of ten years: of each year's list, only the next few are looked at."""
    values = {"year": first_year, **continuing(after, _OF_YEAR.names, _OF_YEAR.types)}
    return _page_of(read(_of_decade(after is not None), **values).all(), _OF_YEAR, after)


def _page(order: _Order, after: str | None, **values: Any) -> Page[Record]:
    values |= continuing(after, order.names, order.types)
    return _page_of(read(_list(order, after is not None), **values).all(), order, after)


def _page_of(rows: Any, order: _Order, after: str | None) -> Page[Record]:
    return page_of(
        rows,
        size=PAGE_SIZE,
        key=lambda row: tuple(getattr(row, name) for name in order.names),
        is_first=after is None,
    )


@cache
def _list(order: _Order, continues: bool) -> Statement:
    return keyset(
        order.rows, order.columns, order.names, downward=order.downward, continues=continues
    ).limit(PAGE_SIZE + 1)


@cache
def _of_decade(continues: bool) -> Statement:
    """Merge the lists of ten years."""
    columns = (Work.popularity, Work.id)
    first = select(Work.id.label("work_id"))
    years = [
        keyset(
            first.where(Work.first_published == bindparam("year") + literal(number)),
            columns,
            _OF_YEAR.names,
            downward=True,
            continues=continues,
        )
        .limit(PAGE_SIZE + 1)
        .subquery()
        for number in range(DECADE)
    ]
    merged = union_all(*(select(year.c.work_id) for year in years)).subquery()
    return (
        CARDS.add_columns(Work.popularity.label("place"))
        .where(Work.id.in_(select(merged.c.work_id)))
        .order_by(*(column.desc() for column in columns))
        .limit(PAGE_SIZE + 1)
    )
