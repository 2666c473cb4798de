"""Every read of what somebody might read next: works like one, works for a reader.

Both begin with what readers rated alike (`similar.py`) and go on with what the catalogue knows, so
that a book that nobody has rated is like others too. Each source is a few rows of an index, and
all of them are one statement.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Float, bindparam, case, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Authorship, Listing, Work, WorkSubject
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.reviews.models import Review, SimilarWork
from bookreviews.reviews.rated_works import CARDS

# How many each source may offer, of which some are offered by several, or are gone.
_OFFERED = 12
_LATEST_LIKED = 20
_LIKED_STARS = 4.0

# Sources of works like one, the surest first.
_RATED_ALIKE, _SERIES, _AUTHOR, _SUBJECT, _OTHER_LANGUAGE = (float(rank) for rank in range(5))

_this_id: BindParameter[int] = bindparam("work_id")
_first_author = (
    select(Authorship.author_id)
    .where(Authorship.work_id == _this_id)
    .order_by(Authorship.position)
    .limit(1)
    .scalar_subquery()
)
_main_subject = (
    select(WorkSubject.subject_id)
    .where(WorkSubject.work_id == _this_id)
    .order_by(WorkSubject.position)
    .limit(1)
    .scalar_subquery()
)
_this = aliased(Work)
_series = select(_this.series_id).where(_this.id == _this_id).scalar_subquery()
_language = select(_this.language).where(_this.id == _this_id).scalar_subquery()


def _offer(work_id: Any, rank: Any, place: Any, *conditions: Any, order: Any) -> Any:
    """Return the rows of one source: `work_id`, its `rank` and its `place` there, least first."""
    columns = work_id.label("work_id"), rank.label("rank"), cast(place, Float).label("place")
    offered = select(*columns).where(*conditions).order_by(*order).limit(_OFFERED)
    return select(offered.subquery())


_LIKE = (
    _offer(
        SimilarWork.other_id,
        literal(_RATED_ALIKE),
        SimilarWork.position,
        SimilarWork.work_id == _this_id,
        order=[SimilarWork.position],
    ),
    _offer(
        Work.id,
        literal(_SERIES),
        func.coalesce(Work.series_position, 0),
        Work.series_id == _series,
        order=[Work.series_position],
    ),
    _offer(
        Authorship.work_id,
        literal(_AUTHOR),
        -Authorship.popularity,
        Authorship.author_id == _first_author,
        order=[Authorship.popularity.desc(), Authorship.work_id.desc()],
    ),
    _offer(
        Listing.work_id,
        literal(_SUBJECT),
        -Listing.popularity,
        Listing.subject_id == _main_subject,
        order=[Listing.popularity.desc(), Listing.work_id.desc()],
    ),
)


def _works_like() -> Statement:
    offered = union_all(*_LIKE).subquery()
    best = (
        select(
            offered.c.work_id,
            func.min(offered.c.rank).label("rank"),
            func.min(offered.c.place).label("place"),
        )
        .where(offered.c.work_id != _this_id)
        .group_by(offered.c.work_id)
        .subquery()
    )
    is_foreign = (best.c.rank == _SUBJECT) & (Work.language != _language)
    rank = case((is_foreign, _OTHER_LANGUAGE), else_=best.c.rank)
    return (
        CARDS.join(best, best.c.work_id == Work.id)
        .order_by(rank, best.c.place, Work.id.desc())
        .limit(bindparam("most"))
    )


def _works_for() -> Statement:
    # What is like the last books a reader liked; then the best of the subjects of those.
    liked = (
        select(Review.work_id)
        .where(
            Review.author_id == bindparam("viewer_id"),
            Review.stars >= _LIKED_STARS,
            Review.withdrawn_at.is_(None),
        )
        .order_by(Review.posted_at.desc(), Review.id.desc())
        .limit(_LATEST_LIKED)
        .cte("liked")
    )
    offered = union_all(_rated_alike(liked), _best_of_subjects(liked)).subquery()
    best = (
        select(
            offered.c.work_id,
            func.min(offered.c.rank).label("rank"),
            func.max(offered.c.score).label("score"),
        )
        .group_by(offered.c.work_id)
        .subquery()
    )
    known = select(Review.id).where(
        Review.work_id == Work.id,
        Review.author_id == bindparam("viewer_id"),
        Review.withdrawn_at.is_(None),
    )
    return (
        CARDS.join(best, best.c.work_id == Work.id)
        .where(~known.exists())
        .order_by(best.c.rank, best.c.score.desc(), Work.id)
        .limit(bindparam("most"))
    )


def _rated_alike(liked: Any) -> Any:
    """Return works that were rated like these works, those like several of them above others."""
    return (
        select(
            SimilarWork.other_id.label("work_id"),
            literal(_RATED_ALIKE).label("rank"),
            func.sum(SimilarWork.score).label("score"),
        )
        .join(liked, liked.c.work_id == SimilarWork.work_id)
        .group_by(SimilarWork.other_id)
    )


def _best_of_subjects(liked: Any) -> Any:
    """Return the best rated few of the main subject of each of these works."""
    subjects = (
        select(WorkSubject.subject_id)
        # Not joined: SQLite would walk the subjects of all works, as these come without doubles.
        .where(WorkSubject.work_id.in_(select(liked.c.work_id)), WorkSubject.position == 0)
        .distinct()
        .subquery()
    )
    listing = aliased(Listing)
    few = (
        select(listing.work_id)
        .where(listing.subject_id == subjects.c.subject_id, listing.score > 0)
        .order_by(listing.score.desc(), listing.work_id.desc())
        .limit(2 * _OFFERED)
        .correlate(subjects)
    )
    return (
        select(Listing.work_id, literal(_SUBJECT).label("rank"), Listing.score)
        .join(subjects, subjects.c.subject_id == Listing.subject_id)
        .where(Listing.work_id.in_(few))
    )


_WORKS_LIKE, _WORKS_FOR = _works_like(), _works_for()


def works_like(work_id: int, *, most: int) -> Sequence[Record]:
    """Return the cards of other works that readers of this one may like, the surest first."""
    return read(_WORKS_LIKE, work_id=work_id, most=most).all()


def works_for(viewer: Viewer, *, most: int) -> Sequence[Record]:
    """Return the cards of works that the viewer may like and hasn't reviewed."""
    return read(_WORKS_FOR, viewer_id=viewer.id, most=most).all()
