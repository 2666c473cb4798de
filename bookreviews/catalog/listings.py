"""Where works stand in the lists of their subjects and authors, kept so that no page sorts.

A subject's page shows its works and those of the subjects that are part of it, in any of several
orders, and costs the same whether there are ten or a million. So each work has a row for each of
its subjects and for all of which they are part, with what the lists are sorted by.

Whoever changes a work's title, year, subjects or authors, or lets it leave, calls `list_works` in
the same transaction (`services.index` does); whoever changes what readers make of it, `rank_work`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from math import log10
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from bookreviews.catalog.browsing import MOST_DEEP, path_of_subject
from bookreviews.catalog.models import (
    LONGEST_START,
    UNKNOWN_YEAR,
    Authorship,
    Listing,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import read, session, write
from bookreviews.lib.among import among
from bookreviews.lib.orm import Record, slices_of

_year = func.coalesce(Work.first_published, UNKNOWN_YEAR)

# Each work with each subject it is listed under: its own, and all of which they are part.
_own = (
    select(WorkSubject.work_id, WorkSubject.subject_id)
    .where(among(WorkSubject.work_id, "ids"))
    .cte("listed", recursive=True)
)
_listed = _own.union(
    select(_own.c.work_id, Subject.parent_id)
    .join(Subject, Subject.id == _own.c.subject_id)
    .where(Subject.parent_id.is_not(None))
)
_FORGET = delete(Listing).where(among(Listing.work_id, "ids"))
_LIST = insert(Listing).from_select(
    ["work_id", "subject_id", "popularity", "score", "published", "title"],
    select(
        Work.id,
        _listed.c.subject_id,
        Work.popularity,
        Work.score,
        _year,
        func.substr(Work.title, 1, LONGEST_START),
    )
    .join(_listed, _listed.c.work_id == Work.id)
    .where(Work.left_at.is_(None)),
)
_of_the_work = Work.id == Authorship.work_id
_LIST_UNDER_AUTHORS = (
    update(Authorship)
    .where(among(Authorship.work_id, "ids"))
    .values(
        popularity=select(Work.popularity).where(_of_the_work).scalar_subquery(),
        published=select(_year).where(_of_the_work).scalar_subquery(),
    )
)

_YEAR_MOVED: tuple[Any, ...] = tuple(
    update(table)
    .where(among(table.work_id, "ids"))
    .values(published=select(_year).where(Work.id == table.work_id).scalar_subquery())
    for table in (Listing, Authorship)
)

# Our own readers come first; among books that equally many of them rated, those of other sites
# say which is read more, by the logarithm of their number: a step for each quarter more.
_STEPS = 100


def _popularity_of(table: Any) -> dict[str, Any]:
    return {"popularity": bindparam("own_ratings") * _STEPS + table.popularity % _STEPS}


_score: dict[str, Any] = {"score": bindparam("new_score")}
_RANK_WORK = (
    update(Work).where(Work.id == bindparam("ranked_id")).values({**_popularity_of(Work), **_score})
)
_RANK_LISTINGS = (
    update(Listing)
    .where(Listing.work_id == bindparam("ranked_id"))
    .values({**_popularity_of(Listing), **_score})
)
_RANK_UNDER_AUTHORS = (
    update(Authorship)
    .where(Authorship.work_id == bindparam("ranked_id"))
    .values(_popularity_of(Authorship))
)
# PostgreSQL takes all in one question.
_RANKS: dict[str, tuple[Any, ...]] = {
    "sqlite": (_RANK_WORK, _RANK_LISTINGS, _RANK_UNDER_AUTHORS),
    "postgresql": (
        _RANK_WORK.add_cte(_RANK_LISTINGS.cte("listed"), _RANK_UNDER_AUTHORS.cte("under_authors")),
    ),
}
_RANK_BY_OTHERS = (
    update(Work)
    .where(Work.id == bindparam("ranked_id"))
    .values(popularity=Work.popularity - Work.popularity % _STEPS + bindparam("step"))
)

_works_count = (
    select(func.count())
    .where(Listing.subject_id == Subject.id)
    .correlate(Subject)
    .scalar_subquery()
)
_COUNTED_AT_ONCE = 200  # subjects of one statement
_COUNTED = (
    select(Subject.id, Subject.works_count, _works_count.label("counted"))
    .where(Subject.id > bindparam("after"))
    .order_by(Subject.id)
    .limit(_COUNTED_AT_ONCE)
)
_SET_COUNT = (
    update(Subject)
    .where(Subject.id == bindparam("counted_id"))
    .values(works_count=bindparam("counted"))
)


def list_works(work_ids: Collection[int]) -> None:
    """Put works where they belong in the lists of their subjects and authors."""
    session().flush()
    for ids in slices_of(work_ids):
        for statement in (_FORGET, _LIST, _LIST_UNDER_AUTHORS):
            write(statement, ids=ids)


def list_new_works(work_ids: Collection[int]) -> None:
    """Do so with works that are in no list yet, and whose authorships have their years already."""
    for ids in slices_of(work_ids):
        write(_LIST, ids=ids)


def list_by_year(work_ids: Collection[int]) -> None:
    """Move works, of which nothing else has changed, in all lists to where their years put them."""
    for ids in slices_of(work_ids):
        for statement in _YEAR_MOVED:
            write(statement, ids=ids)


def rank_work(work_id: int, *, popularity: int, score: float) -> None:
    """Move a work in all lists to where so many ratings, and this score, put it."""
    values = {"ranked_id": work_id, "own_ratings": popularity, "new_score": score}
    for statement in _RANKS[session().connection().dialect.name]:
        write(statement, **values)


def rank_by_others(ratings: Mapping[int, int]) -> None:
    """Tell how many readers of other sites rated each of these works; call `list_works` then."""
    steps = [
        {"ranked_id": work_id, "step": min(int(10 * log10(1 + count)), _STEPS - 1)}
        for work_id, count in sorted(ratings.items())
    ]
    if steps:
        session().connection().execute(_RANK_BY_OTHERS, steps)


def place_subject(*, slug: str, under: str | None) -> None:
    """Make a subject part of another one, or of none; all its works move in the lists with it."""
    subject = _subject(slug)
    parent = _subject(under) if under is not None else None
    if parent is not None:
        _check_may_hold(parent, subject)
    subject.parent_id = parent.id if parent else None
    works = select(Listing.work_id).where(Listing.subject_id == subject.id)
    list_works(session().scalars(works).all())


def miscounted_subjects() -> Iterator[list[Record]]:
    """Yield the subjects (`id`, `counted`) that have more or fewer works by now, in portions.

    Counting is reading, which keeps nobody waiting; `set_counts` then writes a portion.
    """
    after = 0
    while rows := read(_COUNTED, after=after).all():
        after = rows[-1].id
        if miscounted := [row for row in rows if row.works_count != row.counted]:
            yield miscounted


def set_counts(rows: Iterable[Record]) -> None:
    """Write how many works each of these subjects has."""
    values = [{"counted_id": row.id, "counted": row.counted} for row in rows]
    session().connection().execute(_SET_COUNT, values)


def _subject(slug: str) -> Subject:
    known = Subject.slug == slug, Subject.merged_into_id.is_(None)
    found = session().scalar(select(Subject).where(*known).with_for_update())
    if found is None:
        raise NotFound(f"There is no subject {slug} here.")
    return found


def _check_may_hold(parent: Subject, subject: Subject) -> None:
    """Refuse a tree that would be a circle, or deeper than a page can show."""
    above = [step.id for step in path_of_subject(parent.slug)]
    if subject.id in above:
        raise Conflict(f"{parent.name} is part of {subject.name}, so it can't be the other way.")
    if len(above) + _height(subject.id) > MOST_DEEP:
        raise Conflict(f"Subjects can be parts of each other {MOST_DEEP} levels deep at most.")


def _height(subject_id: int) -> int:
    """Return how many levels a subject has with all that is part of it."""
    levels, level = 0, [subject_id]
    while level:
        levels += 1
        level = list(session().scalars(select(Subject.id).where(Subject.parent_id.in_(level))))
    return levels
