"""Everyone's stars for a work, moved by each write of a review and never summed while reading.

With them moves where the work stands in lists, by how many rated it, how well, and how lately.

Whoever writes about a work holds the lock on its row first (`take_turn`), so the reviews and the
summary read after that are true until the commit; with the turn the work's version rises, by which
its page is kept. Every change of a review happens inside
`counted_anew`, which counts it out, judges whether it counts, and counts it in again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from bookreviews.accounts.models import User
from bookreviews.catalog import listings
from bookreviews.catalog.models import Work
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import NotFound
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Record
from bookreviews.reviews import heat, scores
from bookreviews.reviews.counting import is_early, why_not_counted
from bookreviews.reviews.models import RatingSummary, Review
from bookreviews.site import queries as site

_CIRCUMSTANCES = (
    select(
        User.suspended_until,
        User.approved_at,
        User.erased_at,
        User.joined_at,
        Work.first_published,
    )
    .join(Work, Work.id == bindparam("work_id"))
    .where(User.id == bindparam("author_id"))
)
_TURN = (
    update(Work)
    .where(Work.id == bindparam("turn_id"))
    .values(version=Work.version + 1)
    .returning(Work.merged_into_id)
)
_ON_WORK = (
    select(Review, User.suspended_until, Work.first_published)
    .join(User, User.id == Review.author_id)
    .join(Work, Work.id == Review.work_id)
    .where(Review.work_id == bindparam("work_id"), Review.withdrawn_at.is_(None))
)
_HELD_CIRCUMSTANCES = _CIRCUMSTANCES.with_for_update(of=User, key_share=True)


def take_turn(work_id: int) -> int:
    """Wait until nobody else writes about this work, and raise its version for what we write.

    Return its id: that of the work which it was merged into, where it was. NotFound if there is
    no such work.
    """
    session().flush()
    found = read(_TURN, turn_id=work_id).one_or_none()
    if found is None:
        raise NotFound("There is no such book here.")
    return work_id if found.merged_into_id is None else take_turn(found.merged_into_id)


def turn_on_review(review_id: int) -> Review | None:
    """Return a review as it is now that nobody else writes about its work, or None."""
    work_id = session().scalar(select(Review.work_id).where(Review.id == review_id))
    while work_id is not None:
        turn = take_turn(work_id)
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
        summary = RatingSummary(work_id=work_id)
        _start_over(summary)
        session().add(summary)
    return summary


def circumstances_of(author_id: int, work_id: int) -> Record:
    """Return what decides whether and how a rating counts, as it is now.

    Columns: `suspended_until`, `approved_at`, `erased_at`, `joined_at`, `first_published`.
    """
    return read(_CIRCUMSTANCES, author_id=author_id, work_id=work_id).one()


def circumstances_in_turn(author_id: int, work_id: int) -> Record:
    """Return the same, held until the commit: nobody is suspended or erased while they write.

    Whoever suspends or erases judges all of a reader's reviews, and would not see this one.
    """
    return read(_HELD_CIRCUMSTANCES, author_id=author_id, work_id=work_id).one()


@contextmanager
def counted_anew(review: Review, *, at: datetime) -> Iterator[None]:
    """Let a review change inside, and the summary with it."""
    summary = summary_of(review.work_id)
    ranked = summary.ranks
    _shift(summary, review, by=-1)
    yield
    judge(review, circumstances_of(review.author_id, review.work_id), at=at)
    _shift(summary, review, by=1)
    _rank(summary, ranked)


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


def count_in(review: Review, summary: RatingSummary, known: Record, *, at: datetime) -> None:
    """Count a new review into the summary that we have read in our turn."""
    ranked = summary.ranks
    judge(review, known, at=at)
    _shift(summary, review, by=1)
    _rank(summary, ranked)


def recount(work_id: int, *, at: datetime) -> RatingSummary:
    """Make a work's summary anew from the table of reviews; a repair, no page needs it."""
    if not raise_versions([work_id]):  # of this very work, wherever it was merged into
        raise NotFound("There is no such book here.")
    summary = summary_of(work_id)
    _start_over(summary)
    rows = session().execute(
        _ON_WORK, {"work_id": work_id}, execution_options={"populate_existing": True}
    )
    for review, suspended_until, first_published in rows:
        judge(review, _Known(suspended_until, first_published), at=at)
        _shift(summary, review, by=1)
    _rank(summary)
    return summary


def _start_over(summary: RatingSummary) -> None:
    summary.heat = None
    summary.reviews_count = summary.uncounted_count = 0
    summary.young_count = summary.given_count = 0
    _derive(summary, scores.empty())


def _shift(summary: RatingSummary, review: Review, *, by: int) -> None:
    """Count a review in (+1) or out (-1)."""
    _warm(summary, review, by=by)
    if review.body_source is not None and review.concealment is None:
        summary.reviews_count += by
    if review.stars is None:
        return
    if review.uncounted_because is not None:
        summary.uncounted_count += by
        return
    summary.young_count += by * review.by_new_account
    summary.given_count += by * review.was_given
    distribution = list(summary.distribution)
    distribution[scores.STARS.index(review.stars)] += by
    _derive(summary, distribution)


def _warm(summary: RatingSummary, review: Review, *, by: int) -> None:
    """Let a review be talk about its work; what doesn't count, or isn't shown, is none."""
    if review.withdrawn_at or review.concealment or review.uncounted_because:
        return
    warmth = heat.warmth(review.posted_at, in_words=review.body_source is not None)
    summary.heat = (heat.warmer if by > 0 else heat.cooler)(summary.heat, warmth)


def _rank(summary: RatingSummary, before: tuple[int, float] | None = None) -> None:
    """Move the work in all lists, unless its ranks are what they were."""
    if summary.ranks != before:
        popularity, score = summary.ranks
        listings.rank_work(summary.work_id, popularity=popularity, score=score)


def _derive(summary: RatingSummary, distribution: list[int]) -> None:
    summary.distribution = distribution
    summary.ratings_count = sum(distribution)
    summary.average = scores.average(distribution)
    summary.score = scores.score(distribution)
