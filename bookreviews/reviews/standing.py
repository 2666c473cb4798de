"""What a decision of the moderators does to reviews: whether they show, whether they count.

The decisions themselves, who may make them, and their log are `moderation`'s. Each function
returns what was before, so that a decision can be taken back. The doors commit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import extract, select, update

from bookreviews.catalog.models import Work
from bookreviews.catalog.turns import take_turn_on_work, take_turns_on_works
from bookreviews.errors import NotFound
from bookreviews.extensions import session
from bookreviews.reviews.models import AWAITING_CHANGE, EARLY, HELD, REMOVED, RatingSummary, Review
from bookreviews.reviews.moving import forget_earlier_versions
from bookreviews.reviews.summaries import (
    counted_anew,
    recount,
    summary_of,
    turn_on_review,
)
from bookreviews.site import queries as site


@dataclass(frozen=True, slots=True)
class Standing:
    """How a review stands: whether and why it is concealed, folded, or left out of the summary."""

    concealment: str | None
    has_spoilers: bool
    is_excluded: bool


def review_in_turn(review_id: int) -> Review:
    """Return a review as it is now that nobody else writes about its work, or raise NotFound."""
    review = turn_on_review(review_id)
    if review is None:
        raise NotFound("This review does not exist.")
    return review


def standing_of(review: Review) -> Standing:
    """Return how a review stands."""
    return Standing(review.concealment, review.has_spoilers, review.excluded_at is not None)


def stand(review: Review, standing: Standing, *, at: datetime) -> None:
    """Let a review, which `review_in_turn` gave, stand so."""
    with counted_anew(review, at=at):
        if standing.concealment != review.concealment:
            review.concealment = standing.concealment
            review.concealed_at = at if standing.concealment else None
        if standing.is_excluded != (review.excluded_at is not None):
            review.excluded_at = at if standing.is_excluded else None
        review.has_spoilers = standing.has_spoilers


def count_reviews_of_anew(author_id: int, *, at: datetime) -> int:
    """Judge all of a reader's ratings again, since their account was suspended or is free again.

    Works are taken in the order of their ids, as by everyone who takes several. Returns how many.
    """
    mine = select(Review.id).where(Review.author_id == author_id, Review.withdrawn_at.is_(None))
    ids = session().scalars(mine.order_by(Review.work_id)).all()
    for review_id in ids:
        with counted_anew(review_in_turn(review_id), at=at):
            pass
    return len(ids)


def take_turns_on_works_of(author_ids: Collection[int], *, and_on: Collection[int]) -> None:
    """Wait until nobody else writes about what these readers have rated, nor about `and_on`."""
    theirs = select(Review.work_id).where(Review.author_id.in_(author_ids))
    take_turns_on_works({*session().scalars(theirs), *and_on})


def lock_work(work_id: int, *, until: datetime | None, reason: str | None) -> datetime | None:
    """Take no new reviews and ratings of a work until then (None: open it); return what was."""
    work_id = take_turn_on_work(work_id)
    summary = summary_of(work_id)
    before = summary.locked_until
    summary.locked_until, summary.lock_reason = until, reason
    return before


def erase_reviews_of(author_id: int, *, at: datetime) -> None:
    """Take the words and stars of a former reader out of every book."""
    mine = select(Review.id).where(Review.author_id == author_id).order_by(Review.work_id)
    ids = session().scalars(mine).all()
    forget_earlier_versions(ids)
    for review_id in ids:
        review = review_in_turn(review_id)
        with counted_anew(review, at=at):
            review.stars = review.body_source = review.body_html = review.words_digest = None
            review.posted_from = None
            review.withdrawn_at = review.withdrawn_at or at


def recount_all(*, at: datetime) -> int:
    """Make every summary anew; return how many. Slow: for the command line."""
    works = session().scalars(select(RatingSummary.work_id).order_by(RatingSummary.work_id)).all()
    for work_id in works:
        recount(work_id, at=at)
    return len(works)


def works_with_misjudged_early_ratings() -> Sequence[int]:
    """Return the works where ratings older than the book count, or don't, against the setting."""
    if site.current().count_early_ratings:
        misjudged = select(Review.work_id).where(Review.uncounted_because == EARLY)
    else:
        misjudged = (
            select(Review.work_id)
            .join(Work, Work.id == Review.work_id)
            .where(
                Review.stars.is_not(None),
                Review.uncounted_because.is_(None),
                extract("year", Review.posted_at) < Work.first_published,
            )
        )
    return session().scalars(misjudged.distinct().order_by(Review.work_id)).all()


def forget_origins(*, before: datetime) -> None:
    """Forget from which networks older reviews came: floods are found while they are fresh."""
    session().execute(
        update(Review)
        .where(Review.posted_from.is_not(None), Review.posted_at < before)
        .values(posted_from=None)
        .execution_options(synchronize_session=False)
    )


def stand_after_words(review: Review, *, is_new: bool) -> None:
    """Let a concealed review stand as it does once its author has written it anew.

    Who was asked to change it has done so, and it shows again. What was removed and then posted
    once more waits for a person; everything else stays as it was decided.
    """
    if review.concealment == AWAITING_CHANGE:
        review.concealment = review.concealed_at = None
    elif is_new and review.concealment == REMOVED:
        review.concealment = HELD
