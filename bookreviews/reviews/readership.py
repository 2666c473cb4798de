"""How much works are read, told to search, which ranks by it.

A review that is posted doesn't write the index: a chore compares the summaries with it now and
then (`jobs/search.py`).
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from bookreviews.catalog.models import RatingsElsewhere
from bookreviews.catalog.search import Readership
from bookreviews.catalog.search.indexing import SLICE
from bookreviews.catalog.search.tables import SearchDocument
from bookreviews.extensions import read
from bookreviews.reviews.models import RatingSummary

_BY_IDS = select(
    RatingSummary.work_id,
    RatingSummary.ratings_count,
    RatingSummary.score,
    RatingSummary.average,
).where(RatingSummary.work_id.in_(bindparam("ids", expanding=True)))
_CHANGED = (
    select(RatingSummary.work_id)
    .join(SearchDocument, SearchDocument.work_id == RatingSummary.work_id)
    .where(
        RatingSummary.work_id > bindparam("after"),
        or_(
            RatingSummary.ratings_count != SearchDocument.ratings_count,
            RatingSummary.score != SearchDocument.score,
        ),
    )
    .order_by(RatingSummary.work_id)
    .limit(bindparam("most"))
)

_MORE_ELSEWHERE = (
    select(RatingsElsewhere.work_id)
    .distinct()
    .join(SearchDocument, SearchDocument.work_id == RatingsElsewhere.work_id)
    .where(
        RatingsElsewhere.work_id > bindparam("after"),
        RatingsElsewhere.ratings_count > SearchDocument.readers,
    )
    .order_by(RatingsElsewhere.work_id)
    .limit(bindparam("most"))
)


def readership_of(work_ids: Sequence[int]) -> dict[int, Readership]:
    """Return by its id how much each of these works is read."""
    known = {
        work_id: Readership(count, score, int(average or 0))
        for work_id, count, score, average in read(_BY_IDS, ids=work_ids)
    }
    return {work_id: known.get(work_id, Readership()) for work_id in work_ids}


def read_otherwise_after(after: int) -> Sequence[int]:
    """Return the ids of the next works, a slice of them, that are read more or less than known."""
    return read(_CHANGED, after=after, most=SLICE).scalars().all()


def read_more_elsewhere_after(after: int) -> Sequence[int]:
    """Return the ids of the next works of which a file told that they are read more than known."""
    return read(_MORE_ELSEWHERE, after=after, most=SLICE).scalars().all()
