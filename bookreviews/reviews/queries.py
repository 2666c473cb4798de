"""Every read of reviews. Rows, not entities: each statement selects what a page shows.

Lists hold reviews in words; ratings without words show in a work's summary and on the profile
of who gave them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Boolean, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.days import day_of
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import BrokenCursor, Page, continuing, keyset, page_of
from bookreviews.reviews.models import EarlierReview, Review
from bookreviews.reviews.scores import STARS

Order = Literal["newest", "oldest", "highest", "lowest"]
PAGE_SIZE = 15
_MOST_BOOKS = 30  # of a reader, whose reviews by others are looked through

_REVIEW = (
    Review.id,
    Review.work_id,
    Review.author_id,
    Review.stars,
    Review.body_html,
    Review.has_spoilers,
    Review.language,
    Review.posted_at,
    Review.revised_at,
    Review.version,
    Review.was_given,
    Review.concealment,
    Review.uncounted_because,
    User.username.label("author_username"),
    User.name.label("author_name"),
)
_WORK = (
    Work.slug.label("work_slug"),
    Work.title.label("work_title"),
    Work.byline.label("work_byline"),
    Work.main_subject.label("work_subject"),
    Work.cover.label("work_cover"),
)
# Lists show what everyone may see; who wrote a concealed review, or one of a book that was turned
# down, still reaches it, and so do moderators.
_in_words = and_(Review.body_html.is_not(None), Review.concealment.is_(None))
_of_a_book_here = Work.left_at.is_(None)
_standing = Review.withdrawn_at.is_(None)

_with_author = select(*_REVIEW).join(User, User.id == Review.author_id)
_with_work = (
    select(*_REVIEW, *_WORK)
    .join(User, User.id == Review.author_id)
    .join(Work, Work.id == Review.work_id)
)
_newest_first = (Review.posted_at.desc(), Review.id.desc())

_seen_by_viewer = or_(
    and_(Review.concealment.is_(None), _of_a_book_here),
    Review.author_id == bindparam("viewer_id"),
    bindparam("sees_all", type_=Boolean),
)

_ONE = _with_work.add_columns(Review.body_source).where(
    Review.id == bindparam("review_id"), _standing, _seen_by_viewer
)
_OWN = _with_author.add_columns(Review.body_source).where(
    Review.work_id == bindparam("work_id"), Review.author_id == bindparam("viewer_id"), _standing
)
_EARLIER = (
    select(
        EarlierReview.stars,
        EarlierReview.body_html,
        EarlierReview.has_spoilers,
        EarlierReview.posted_at,
        EarlierReview.revised_at,
    )
    .where(EarlierReview.review_id == bindparam("review_id"))
    .order_by(EarlierReview.posted_at.desc(), EarlierReview.id.desc())
)
_LATER = select(EarlierReview.review_id).where(
    EarlierReview.was_review_id == bindparam("review_id")
)
_other = aliased(Review)
_OF_BOTH = (
    select(func.count())
    .select_from(Review)
    .join(_other, _other.author_id == Review.author_id)
    .where(
        Review.work_id == bindparam("work_id"),
        _other.work_id == bindparam("other_id"),
        _standing,
        _other.withdrawn_at.is_(None),
    )
)
_LATEST = (
    _with_work.where(_in_words, _of_a_book_here).order_by(*_newest_first).limit(bindparam("most"))
)
_BY_READER = _with_work.where(
    Review.author_id == bindparam("author_id"), _standing, _seen_by_viewer
)
# A reader may have books of which thousands were written: of the latest books, the latest each.
_mine = (
    select(Review.work_id)
    .where(Review.author_id == bindparam("viewer_id"), _standing)
    .order_by(*_newest_first)
    .limit(_MOST_BOOKS)
    .subquery("mine")
)
_latest_of_each = (
    select(_other.id)
    .where(
        _other.work_id == _mine.c.work_id,
        _other.author_id != bindparam("viewer_id"),
        _other.body_html.is_not(None),
        _other.concealment.is_(None),
    )
    .order_by(_other.posted_at.desc(), _other.id.desc())
    .limit(bindparam("most"))
    .correlate(_mine)
)
_near = aliased(Review)
_BY_OTHERS = (
    _with_work.where(
        Review.id.in_(select(_near.id).join(_mine, _near.id.in_(_latest_of_each))), _of_a_book_here
    )
    .order_by(*_newest_first)
    .limit(bindparam("most"))
)

_day = day_of(Review.posted_at)
_PER_DAY = (
    select(_day.label("day"), func.count().label("count"))
    .where(Review.posted_at >= bindparam("since", type_=Review.posted_at.type))
    .group_by(_day)
)

# What each order sorts by; the id makes every key different.
_KEYS: dict[Order, tuple[Any, ...]] = {
    "newest": (Review.posted_at, Review.id),
    "oldest": (Review.posted_at, Review.id),
    "highest": (Review.stars, Review.posted_at, Review.id),
    "lowest": (Review.stars, Review.posted_at, Review.id),
}
_KINDS = {"stars": float, "posted_at": datetime, "id": int}


def reviews_of(
    work_id: int, *, order: Order = "newest", stars: int | None = None, after: str | None = None
) -> Page[Record]:
    """Return a page of a work's reviews in words.

    `stars` keeps those that round to it (5 keeps 4.5 and 5); the orders by stars leave out reviews
    without any. `after` is a page's cursor; a broken one raises BrokenCursor.
    """
    names = [column.key for column in _KEYS[order]]
    values = continuing(after, names, tuple(_KINDS[name] for name in names))
    if values.get("after_stars", STARS[0]) not in STARS:
        raise BrokenCursor(after)
    bar = {} if stars is None else {"bar": [stars - 0.5, float(stars)]}
    statement = _list_of_work(order, stars is not None, after is not None)
    rows = read(statement, work_id=work_id, **bar, **values).all()
    return page_of(
        rows,
        size=PAGE_SIZE,
        key=lambda row: tuple(getattr(row, name) for name in names),
        is_first=after is None,
    )


def get_review(review_id: int, viewer: Viewer | None = None) -> Record:
    """Return a review with its work and source, or raise NotFound.

    What moderators have concealed is there for its author and for moderators alone.
    """
    row = read(_ONE, review_id=review_id, **_seeing(viewer)).one_or_none()
    if row is None:
        raise NotFound("This review does not exist, or it isn't shown any more.")
    return row


def earlier_versions(review_id: int) -> Sequence[Record]:
    """Return what its author had said before of a work that was merged with this one's."""
    return read(_EARLIER, review_id=review_id).all()


def find_later_review(review_id: int) -> int | None:
    """Return the review of which this one is an earlier version now, or None."""
    return read(_LATER, review_id=review_id).scalar()


def count_readers_of_both(work_id: int, other_id: int) -> int:
    """Return how many readers have said something of both works."""
    return int(read(_OF_BOTH, work_id=work_id, other_id=other_id).scalar_one())


def find_own_review(work_id: int, viewer: Viewer) -> Record | None:
    """Return the viewer's own review of a work with its source, or None."""
    return read(_OWN, work_id=work_id, viewer_id=viewer.id).one_or_none()


def latest_reviews(*, most: int) -> Sequence[Record]:
    """Return the latest reviews in words of all works, with their works."""
    return read(_LATEST, most=most).all()


def latest_on_books_of(viewer: Viewer, *, most: int) -> Sequence[Record]:
    """Return the latest reviews that others wrote of the works this viewer has reviewed."""
    return read(_BY_OTHERS, viewer_id=viewer.id, most=most).all()


def reviews_by(
    author_id: int, viewer: Viewer | None = None, *, after: str | None = None
) -> Page[Record]:
    """Return a page of all a reader gave that `viewer` may see, newest first."""
    values = continuing(after, ("posted_at", "id"), (datetime, int))
    values |= {"author_id": author_id, **_seeing(viewer)}
    rows = read(_list_of_reader(after is not None), **values).all()
    return page_of(
        rows, size=PAGE_SIZE, key=lambda row: (row.posted_at, row.id), is_first=after is None
    )


def count_per_day(since: datetime) -> dict[date, int]:
    """Return how many reviews and ratings were posted on each day since; days without are out."""
    rows = read(_PER_DAY, since=since)
    return {date.fromisoformat(str(day)): count for day, count in rows}


def _seeing(viewer: Viewer | None) -> dict[str, Any]:
    """Return the parameters of `_seen_by_viewer`."""
    return {
        "viewer_id": viewer.id if viewer else None,
        "sees_all": viewer is not None and viewer.is_moderator,
    }


@cache
def _list_of_work(order: Order, within_bar: bool, continues: bool) -> Statement:
    statement = _with_author.where(Review.work_id == bindparam("work_id"), _in_words)
    if within_bar:
        statement = statement.where(Review.stars.in_(bindparam("bar", expanding=True)))
    if order in ("highest", "lowest"):
        statement = statement.where(Review.stars.is_not(None))
    return _in_order(statement, order, continues)


@cache
def _list_of_reader(continues: bool) -> Statement:
    return _in_order(_BY_READER, "newest", continues)


def _in_order(statement: Statement, order: Order, continues: bool) -> Statement:
    columns, downward = _KEYS[order], order in ("newest", "highest")
    names = [column.key for column in columns]
    return keyset(statement, columns, names, downward=downward, continues=continues).limit(
        PAGE_SIZE + 1
    )
