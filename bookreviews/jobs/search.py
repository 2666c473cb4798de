"""Jobs about search: what it knows late, since no review that is posted writes its index."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bookreviews.catalog.search.indexing import index_works, settle, unindexed_after
from bookreviews.jobs.board import Jobs
from bookreviews.reviews.readership import (
    read_more_elsewhere_after,
    read_otherwise_after,
    readership_of,
)
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add_chore(refresh_search, every=timedelta(hours=1))
    jobs.add_chore(settle_search, every=timedelta(days=1))


def refresh_search(_at: datetime) -> None:
    """Let search find what it can't yet, after an upgrade, and know what is read more than it was.

    A few works at a time, so that no writer waits long.
    """
    for next_after in (unindexed_after, read_otherwise_after, read_more_elsewhere_after):
        _index_all(next_after)


def settle_search(_at: datetime) -> None:
    """Put the most read works where they are found first, and count how frequent each word is."""
    part: str | None = ""
    while part is not None:
        with transaction():
            part = settle(part)


def _index_all(next_after: Callable[[int], Sequence[int]]) -> None:
    last = 0
    while ids := next_after(last):
        with transaction():
            index_works(ids, readership_of(ids))
        last = ids[-1]
