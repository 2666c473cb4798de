"""Every read of works together with what readers make of them: book pages, cards, shelves.

The catalogue knows no ratings, so lists that show or sort by them live here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import bindparam, func, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Authorship, Series, Work, WorkSubject
from bookreviews.catalog.queries import missing_work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.reviews.models import RatingSummary, Review

Sort = Literal["popular", "best", "newest", "published", "title"]
PAGE_SIZE = 24

_CARD = (
    Work.id,
    Work.slug,
    Work.title,
    Work.subtitle,
    Work.byline,
    Work.main_subject,
    Work.first_published.label("published"),
    func.coalesce(RatingSummary.ratings_count, 0).label("ratings_count"),
    RatingSummary.average,
)
# Works that were merged into others, or turned down, show nowhere.
_is_here = Work.left_at.is_(None)
_cards = select(*_CARD).outerjoin(RatingSummary, RatingSummary.work_id == Work.id).where(_is_here)
# "popular" and "best" walk the summary's index, so they list only what somebody has rated.
_rated_cards = (
    select(*_CARD)
    .join(RatingSummary, RatingSummary.work_id == Work.id)
    .where(RatingSummary.ratings_count > 0, _is_here)
)

_PAGE = _cards.add_columns(
    Work.description,
    Work.language,
    Work.unconfirmed_since,
    Work.series_position,
    Series.name.label("series_name"),
    Series.slug.label("series_slug"),
    func.coalesce(RatingSummary.reviews_count, 0).label("reviews_count"),
    RatingSummary.distribution,
    func.coalesce(RatingSummary.uncounted_count, 0).label("uncounted_count"),
    func.coalesce(RatingSummary.young_count, 0).label("young_count"),
    func.coalesce(RatingSummary.given_count, 0).label("given_count"),
    RatingSummary.locked_until,
    RatingSummary.lock_reason,
).outerjoin(Series, Series.id == Work.series_id)
_BY_SLUG = _PAGE.where(Work.slug == bindparam("slug"))
_BY_ID = _PAGE.where(Work.id == bindparam("work_id"))
_BY_IDS = _cards.where(Work.id.in_(bindparam("ids", expanding=True)))
_OF_SERIES = _cards.where(Work.series_id == bindparam("series_id")).order_by(
    Work.series_position, Work.first_published, Work.id
)
_OF_AUTHOR = (
    _cards.join(Authorship, Authorship.work_id == Work.id)
    .where(Authorship.author_id == bindparam("author_id"))
    .order_by(Work.first_published.desc(), Work.id.desc())
    .limit(bindparam("most"))
)
_LIKE = (
    _rated_cards.where(Work.main_subject == bindparam("subject"), Work.id != bindparam("work_id"))
    .order_by(RatingSummary.ratings_count.desc(), RatingSummary.work_id.desc())
    .limit(bindparam("most"))
)
_read_by_viewer = select(Review.work_id).where(
    Review.author_id == bindparam("viewer_id"), Review.withdrawn_at.is_(None)
)
_liked_subjects = (
    select(Work.main_subject)
    .join(Review, Review.work_id == Work.id)
    .where(Review.author_id == bindparam("viewer_id"), Review.stars >= 4.0)
)
_FOR_VIEWER = (
    _rated_cards.where(Work.main_subject.in_(_liked_subjects), Work.id.not_in(_read_by_viewer))
    .order_by(RatingSummary.score.desc(), RatingSummary.work_id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class _Sorting:
    """One way to sort works: from which rows, by which columns (the last one unique)."""

    rows: Statement
    columns: tuple[Any, ...]
    names: tuple[str, ...]
    types: tuple[type, ...]
    downward: bool = True


_SORTINGS: dict[Sort, _Sorting] = {
    "popular": _Sorting(
        _rated_cards,
        (RatingSummary.ratings_count, RatingSummary.work_id),
        ("ratings_count", "id"),
        (int, int),
    ),
    "best": _Sorting(
        _rated_cards.add_columns(RatingSummary.score),
        (RatingSummary.score, RatingSummary.work_id),
        ("score", "id"),
        (float, int),
    ),
    "newest": _Sorting(_cards, (Work.id,), ("id",), (int,)),
    "published": _Sorting(
        _cards.where(Work.first_published.is_not(None)),
        (Work.first_published, Work.id),
        ("published", "id"),
        (int, int),
    ),
    "title": _Sorting(_cards, (Work.title, Work.id), ("title", "id"), (str, int), downward=False),
}


def get_rated_work(slug: str) -> Record:
    """Return all a book page says of the work itself; Moved or NotFound if it isn't here."""
    row = read(_BY_SLUG, slug=slug).one_or_none()
    if row is None:
        raise missing_work(slug)
    return row


def get_rated_work_by_id(work_id: int) -> Record:
    """Return the same by id, or raise NotFound."""
    row = read(_BY_ID, work_id=work_id).one_or_none()
    if row is None:
        raise NotFound("There is no such book here.")
    return row


def list_works(
    *, sort: Sort = "popular", subject_id: int | None = None, after: str | None = None
) -> Page[Record]:
    """Return a page of cards, of one subject or of all; a broken cursor raises BrokenCursor."""
    sorting = _SORTINGS[sort]
    values = continuing(after, sorting.names, sorting.types)
    if subject_id is not None:
        values["subject_id"] = subject_id
    statement = _list(sort, subject_id is not None, after is not None)
    return page_of(
        read(statement, **values).all(),
        size=PAGE_SIZE,
        key=lambda row: tuple(getattr(row, name) for name in sorting.names),
        is_first=after is None,
    )


def cards_of(work_ids: Sequence[int]) -> list[Record]:
    """Return the cards of these works, in this order."""
    if not work_ids:
        return []
    found = {row.id: row for row in read(_BY_IDS, ids=work_ids)}
    return [found[work_id] for work_id in work_ids if work_id in found]


def works_by(author_id: int, *, most: int = 200) -> Sequence[Record]:
    """Return an author's works, latest first."""
    return read(_OF_AUTHOR, author_id=author_id, most=most).all()


def works_in_series(series_id: int) -> Sequence[Record]:
    """Return the works of a series in reading order."""
    return read(_OF_SERIES, series_id=series_id).all()


def works_like(work_id: int, subject: str | None, *, most: int) -> Sequence[Record]:
    """Return the most rated other works of the same main subject."""
    values = {"work_id": work_id, "subject": subject, "most": most}
    return read(_LIKE, **values).all()


def works_for(viewer: Viewer, *, most: int) -> Sequence[Record]:
    """Return well-rated works in the subjects of what the viewer liked, and hasn't reviewed."""
    return read(_FOR_VIEWER, viewer_id=viewer.id, most=most).all()


@cache
def _list(sort: Sort, within_subject: bool, continues: bool) -> Statement:
    sorting = _SORTINGS[sort]
    statement = sorting.rows
    if within_subject:
        statement = statement.join(WorkSubject, WorkSubject.work_id == Work.id).where(
            WorkSubject.subject_id == bindparam("subject_id")
        )
    return keyset(
        statement, sorting.columns, sorting.names, downward=sorting.downward, continues=continues
    ).limit(PAGE_SIZE + 1)
