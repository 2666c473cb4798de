"""Which works are like which: read from everybody's ratings, and kept for the pages of books.

Reading goes in portions and writing too, so that nobody waits for either. Portions of what was
found follow each other by the works' ids: each says what holds from the one before up to itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, insert, select

from bookreviews.catalog.models import Work
from bookreviews.catalog.versions import raise_versions
from bookreviews.extensions import read, session
from bookreviews.lib.orm import LARGEST_INTEGER
from bookreviews.reviews.models import Review, SimilarWork
from bookreviews.reviews.similarity import Alike, Ratings

_RATINGS_AT_ONCE = 50_000
_WORKS_AT_ONCE = 500
_IDS_AT_ONCE = 5_000

_NEXT_RATINGS = (
    select(Review.id, Review.author_id, Review.work_id, Review.stars)
    .where(
        Review.id > bindparam("after"),
        Review.stars.is_not(None),
        Review.uncounted_because.is_(None),
        Review.withdrawn_at.is_(None),
    )
    .order_by(Review.id)
    .limit(_RATINGS_AT_ONCE)
)
_KEPT = (
    select(SimilarWork.work_id, SimilarWork.other_id)
    .where(SimilarWork.work_id.between(bindparam("first"), bindparam("last")))
    .order_by(SimilarWork.work_id, SimilarWork.position)
)
_HERE = select(Work.id).where(Work.id.in_(bindparam("ids", expanding=True)), Work.left_at.is_(None))
_FORGET = delete(SimilarWork).where(SimilarWork.work_id.in_(bindparam("ids", expanding=True)))

Portion = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Range:
    """What was found for the works from id `first` to id `last`; for all others there, nothing."""

    first: int
    last: int
    found: list[Alike]


def ratings() -> Ratings:
    """Return all ratings that count, the oldest first."""
    portions = list(_portions())
    if not portions:
        return Ratings(np.empty(0, "i4"), np.empty(0, "i4"), np.empty(0, "f4"))
    readers, works, stars = (np.concatenate(column) for column in zip(*portions, strict=True))
    return Ratings(readers, works, stars)


def ranges(found: Iterable[Alike]) -> Iterator[Range]:
    """Yield what was found in ranges, one for each transaction, which together cover all works."""
    rest, first = iter(found), 1
    while portion := list(islice(rest, _WORKS_AT_ONCE)):
        yield Range(first, portion[-1].work_id, portion)
        first = portion[-1].work_id + 1
    yield Range(first, LARGEST_INTEGER, [])


def keep(found: Range) -> None:
    """Let the works of a range be like those found; where that is news, their pages say so."""
    kept = {
        work_id: [row.other_id for row in rows]
        for work_id, rows in groupby(
            read(_KEPT, first=found.first, last=found.last), key=lambda row: row.work_id
        )
    }
    here = _here(
        {each.work_id for each in found.found}
        | {other for each in found.found for other in each.others}
    )
    wanted = {each.work_id: _rows_of(each, here) for each in found.found if each.work_id in here}
    news = [
        work_id
        for work_id in kept.keys() | wanted.keys()
        if kept.get(work_id, []) != [row["other_id"] for row in wanted.get(work_id, [])]
    ]
    _replace(sorted(news), wanted)


def _replace(work_ids: list[int], wanted: dict[int, list[dict[str, Any]]]) -> None:
    for start in range(0, len(work_ids), _WORKS_AT_ONCE):
        some = work_ids[start : start + _WORKS_AT_ONCE]
        session().connection().execute(_FORGET, {"ids": some})
        rows = [row for work_id in some for row in wanted.get(work_id, [])]
        if rows:
            session().connection().execute(insert(SimilarWork), rows)
        raise_versions(some)


def _rows_of(each: Alike, here: set[int]) -> list[dict[str, Any]]:
    pairs = [pair for pair in zip(each.others, each.scores, strict=True) if pair[0] in here]
    return [
        {"work_id": each.work_id, "position": position, "other_id": other, "score": score}
        for position, (other, score) in enumerate(pairs)
    ]


def _here(work_ids: set[int]) -> set[int]:
    """Return those of the works that are still here: the ratings were read a while ago."""
    ids = sorted(work_ids)
    parts = (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))
    return {row.id for part in parts for row in read(_HERE, ids=part)}


def _portions() -> Iterator[Portion]:
    after = 0
    while rows := read(_NEXT_RATINGS, after=after).all():
        ids, readers, works, stars = zip(*rows, strict=True)
        yield np.array(readers, "i4"), np.array(works, "i4"), np.array(stars, "f4")
        after = ids[-1]
