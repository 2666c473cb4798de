"""Everyone's stars for a work, moved by each write of a review and never summed while reading.

With them moves where the work stands in lists, by how many rated it, how well, and how lately.

Whoever writes about a work holds the lock on its row first (`take_turn_on_work`), so the reviews
and the summary read after that are true until the commit; with the turn the work's version rises,
by which its page is kept. Every change of a review happens inside `counted_anew`, which counts it
out, judges whether it counts, and counts it in again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update

from bookreviews.accounts.models import User
from bookreviews.catalog import listings
from bookreviews.catalog.models import Work
from bookreviews.catalog.turns import take_turn_on_work
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import NotFound
from bookreviews.extensions import read, session, write
from bookreviews.lib.orm import Record
from bookreviews.reviews import tallies
from bookreviews.reviews.counting import is_early, why_not_counted
from bookreviews.reviews.models import RatingSummary, Review
from bookreviews.reviews.tallies import Tally
from bookreviews.site import queries as site

_TALLY = tuple(getattr(RatingSummary, name) for name in tallies.NAMES)
_CIRCUMSTANCES = (
    select(
        User.suspended_until,
        User.approved_at,
        User.erased_at,
        User.joined_at,
        Work.first_published,
        Work.left_at,
        RatingSummary.locked_until,
        Review.id.label("review_id"),
        Review.withdrawn_at,
        *_TALLY,
    )
    .select_from(User)
    .join(Work, Work.id == bindparam("work_id"))
    .outerjoin(RatingSummary, RatingSummary.work_id == Work.id)
    .outerjoin(Review, (Review.work_id == Work.id) & (Review.author_id == User.id))
    .where(User.id == bindparam("author_id"))
)
_CIRCUMSTANCES_IN_TURN = _CIRCUMSTANCES.with_for_update(of=User, key_share=True)
_KEEP = update(RatingSummary).where(RatingSummary.work_id == bindparam("of_work"))
_KEEP_FIRST = insert(RatingSummary)
_ON_WORK = (
    select(Review, User.suspended_until, Work.first_published)
    .join(User, User.id == Review.author_id)
    .join(Work, Work.id == Review.work_id)
    .where(Review.work_id == bindparam("work_id"), Review.withdrawn_at.is_(None))
)


def turn_on_review(review_id: int) -> Review | None:
    """Return a review as it is now that nobody else writes about its work, or None."""
    work_id = session().scalar(select(Review.work_id).where(Review.id == review_id))
    while work_id is not None:
        turn = take_turn_on_work(work_id)
        review = session().get_one(Review, review_id, populate_existing=True)
        if review.work_id in (turn, work_id):
            return review
        work_id = review.work_id  # moved while we waited: its work was merged, or is two again
    return None


def raise_versions_of_works_by(author_id: int) -> None:
    """Raise the versions of all works whose pages may show who this reader is."""
    reviewed = select(Review.work_id).where(Review.author_id == author_id)
    raise_versions(session().scalars(reviewed).all())


def summary_of(work_id: int) -> RatingSummary:
    """Return the work's summary as it is now, a new one where there was none."""
    summary = session().get(RatingSummary, work_id, populate_existing=True)
    if summary is None:
        summary = RatingSummary(work_id=work_id, **Tally().columns)
        session().add(summary)
    return summary


def circumstances_of(author_id: int, work_id: int) -> Record:
    """Return what decides whether and how a rating counts, and what is counted, as it is now.

    Columns: `suspended_until`, `approved_at`, `erased_at`, `joined_at`, `first_published`, and
    where there is such a thing `review_id` and `withdrawn_at` of what the reader has said of the
    work, and of the work's summary `locked_until` and what a `Tally` holds.
    """
    return read(_CIRCUMSTANCES, author_id=author_id, work_id=work_id).one()


def circumstances_in_turn(author_id: int, work_id: int) -> Record:
    """Return the same, held until the commit: nobody is suspended or erased while they write.

    Whoever suspends or erases judges all of a reader's reviews, and would not see this one.
    """
    return read(_CIRCUMSTANCES_IN_TURN, author_id=author_id, work_id=work_id).one()


@contextmanager
def counted_anew(review: Review, *, known: Record | None = None, at: datetime) -> Iterator[None]:
    """Let a review change inside, and the summary with it; `known` are its circumstances."""
    known = known or circumstances_of(review.author_id, review.work_id)
    tally = _tally_in(known)
    ranked = tally.ranks
    tally.count(review, by=-1)
    yield
    judge(review, known, at=at)
    tally.count(review)
    _keep(review.work_id, tally, ranked)


class _Known(NamedTuple):
    """What decides whether a rating counts."""

    suspended_until: datetime | None
    first_published: int | None


def judge(review: Review, known: Record | _Known, *, at: datetime) -> None:
    """Decide whether a review's stars count in these circumstances, and say why not."""
    review.uncounted_because = why_not_counted(
        is_concealed=review.concealment is not None,
        is_suspended=known.suspended_until is not None and known.suspended_until > at,
        is_excluded=review.excluded_at is not None,
        is_early=not site.current().count_early_ratings
        and is_early(review.posted_at, known.first_published),
    )


def count_in(review: Review, known: Record, *, at: datetime) -> None:
    """Judge a new review in these circumstances, and count it into the summary."""
    tally = _tally_in(known)
    ranked = tally.ranks
    judge(review, known, at=at)
    tally.count(review)
    _keep(review.work_id, tally, ranked)


def recount(work_id: int, *, at: datetime) -> Tally:
    """Make a work's summary anew from the table of reviews; a repair, no page needs it."""
    if not raise_versions([work_id]):  # of this very work, wherever it was merged into
        raise NotFound("There is no such book here.")
    tally = Tally()
    rows = session().execute(
        _ON_WORK, {"work_id": work_id}, execution_options={"populate_existing": True}
    )
    for review, suspended_until, first_published in rows:
        judge(review, _Known(suspended_until, first_published), at=at)
        tally.count(review)
    _keep(work_id, tally)
    return tally


def _tally_in(known: Record) -> Tally:
    """Return the tally among circumstances; an empty one where there is no summary yet."""
    if known.distribution is None:
        return Tally()
    return Tally(**{name: getattr(known, name) for name in tallies.NAMES})


def _keep(work_id: int, tally: Tally, ranked: tuple[int, float] | None = None) -> None:
    """Write a tally down, and move the work in all lists unless its ranks are what they were."""
    if not write(_KEEP, of_work=work_id, **tally.columns):
        write(_KEEP_FIRST, work_id=work_id, **tally.columns)
    if tally.ranks != ranked:
        popularity, score = tally.ranks
        listings.rank_work(work_id, popularity=popularity, score=score)
