"""Every write to reviews, and its rules; the summary of stars moves with them.

The doors commit. Callers pass who acts and when. Whoever writes about a work holds the lock on
its row first, so the reviews and the summary read after that are true until the commit.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.lib import markdown, text
from bookreviews.lib.orm import Record
from bookreviews.reviews import scores
from bookreviews.reviews.models import LONGEST_BODY, RatingSummary, Review
from bookreviews.reviews.permissions import can_edit

# What the session remembers of a row from before our turn may be stale.
_FRESH = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a review says: stars, the words as written and as shown, whether they give away much."""

    stars: float | None
    source: str | None
    html: str | None
    has_spoilers: bool


_NOTHING = _Saying(None, None, None, False)


class AlreadyReviewed(Conflict):
    """The reader has a review of this work already."""

    def __init__(self) -> None:
        super().__init__("You have already reviewed this book. You can change your review instead.")


def post_review(
    *,
    author: Viewer,
    work_id: int,
    stars: float | None,
    body: str,
    has_spoilers: bool = False,
    language: str | None = None,
    at: datetime,
) -> Review:
    """Say what `author` thinks of a work: stars, words (Markdown), or both; once for each work.

    Who has withdrawn a review may post again; it then has its old address.
    """
    saying = _checked(stars, body, has_spoilers)
    _take_turn(work_id)
    review = _review_to_write(author, work_id)
    review.language = language
    review.posted_at = at
    review.revised_at = review.withdrawn_at = None
    _say(review, saying)
    _save(review)
    _shift(_summary_of(work_id), review, by=1)
    return review


def revise_review(
    *,
    author: Viewer,
    review_id: int,
    stars: float | None,
    body: str,
    has_spoilers: bool,
    version: int | None = None,
    at: datetime,
) -> Review:
    """Change one's own review.

    `version` is the one the author saw while writing; if the review has changed since, in
    another window say, that is a Conflict and nothing is overwritten. None means: whatever it is.
    Words that come to a rating for the first time are new, and dated so, rather than revised.
    """
    saying = _checked(stars, body, has_spoilers)
    review = _own_review(author, review_id)
    if version is not None and version != review.version:
        raise Conflict("You changed this review somewhere else meanwhile; nothing was overwritten.")
    if saying == _said(review):
        return review
    if review.body_source is None and saying.source is not None:
        review.posted_at, review.revised_at = at, None
    else:
        review.revised_at = at
    summary = _summary_of(review.work_id)
    _shift(summary, review, by=-1)
    _say(review, saying)
    _shift(summary, review, by=1)
    return review


def withdraw_review(*, author: Viewer, review_id: int, at: datetime) -> Review:
    """Take one's own review back: its stars count no more, its words are gone for good."""
    review = _own_review(author, review_id)
    _shift(_summary_of(review.work_id), review, by=-1)
    _say(review, _NOTHING)
    review.withdrawn_at = at
    return review


def says_the_same(review: Record, *, stars: float | None, body: str, has_spoilers: bool) -> bool:
    """Tell whether a review already says exactly this: its form was sent twice."""
    return _checked(stars, body, has_spoilers) == _said(review)


def preview(*, body: str) -> str:
    """Return the HTML that these words would become, or raise Invalid."""
    return _checked(None, body, False).html or ""


def recount(*, work_id: int) -> RatingSummary:
    """Make a work's summary anew from the table of reviews; a repair, no page needs it."""
    _take_turn(work_id)
    summary = _summary_of(work_id)
    distribution, in_words = scores.empty(), 0
    for stars, source in session().execute(
        select(Review.stars, Review.body_source).where(Review.work_id == work_id)
    ):
        in_words += source is not None
        if stars is not None:
            distribution[scores.STARS.index(stars)] += 1
    summary.reviews_count = in_words
    _derive(summary, distribution)
    return summary


def _checked(stars: float | None, body: str, has_spoilers: bool) -> _Saying:
    """Return what will be kept, or raise Invalid. Slow: to be called before `_take_turn`."""
    if stars is not None and stars not in scores.STARS:
        raise Invalid(stars="Stars go from half a star to five, in halves.")
    words = text.tidy(body)
    if len(words) > LONGEST_BODY:
        raise Invalid(
            body=f"A review can have up to {LONGEST_BODY:,} characters; this one has "
            f"{len(words):,}."
        )
    if not text.is_readable(words):
        raise Invalid(
            body="Some characters in your review can't be read. They may come from a file in "
            "another encoding; please remove or retype them."
        )
    if not text.is_blank(words):
        return _Saying(stars, words, markdown.render(words), has_spoilers)
    if stars is None:
        raise Invalid(body="Give stars, or write a few words, or both.")
    return _Saying(stars, None, None, False)


def _said(review: Review | Record) -> _Saying:
    return _Saying(review.stars, review.body_source, review.body_html, review.has_spoilers)


def _take_turn(work_id: int) -> None:
    """Wait until nobody else writes about this work; NotFound if there is no such work."""
    lock = select(Work.id).where(Work.id == work_id).with_for_update(key_share=True)
    if session().scalar(lock) is None:
        raise NotFound("There is no such book here.")


def _review_to_write(author: Viewer, work_id: int) -> Review:
    """Return a new review, or the withdrawn one of the same author to be written again."""
    mine = select(Review).where(Review.author_id == author.id, Review.work_id == work_id)
    review = session().scalar(mine, execution_options=_FRESH)
    if review is None:
        review = Review(author_id=author.id, work_id=work_id, version=0)
        session().add(review)
    elif review.withdrawn_at is None:
        raise AlreadyReviewed
    return review


def _own_review(author: Viewer, review_id: int) -> Review:
    """Return a review that `author` may change, as it is now that it is our turn."""
    gone = NotFound("This review does not exist, or its author has withdrawn it.")
    work_id = session().scalar(select(Review.work_id).where(Review.id == review_id))
    if work_id is None:
        raise gone
    _take_turn(work_id)
    review = session().get_one(Review, review_id, populate_existing=True)
    if review.withdrawn_at is not None:
        raise gone
    if not can_edit(author, review):
        raise NotAllowed("Only its author can change a review.")
    return review


def _say(review: Review, saying: _Saying) -> None:
    review.stars = saying.stars
    review.body_source = saying.source
    review.body_html = saying.html
    review.has_spoilers = saying.has_spoilers
    review.version += 1


def _save(review: Review) -> None:
    """Write the row; the database has the last word on "one review for each reader and work"."""
    try:
        session().flush()
    except IntegrityError as error:
        raise AlreadyReviewed from error


def _summary_of(work_id: int) -> RatingSummary:
    """Return the work's summary as it is now, a new one where there was none."""
    summary = session().get(RatingSummary, work_id, populate_existing=True)
    if summary is None:
        summary = RatingSummary(
            work_id=work_id,
            ratings_count=0,
            reviews_count=0,
            distribution=scores.empty(),
        )
        session().add(summary)
    return summary


def _shift(summary: RatingSummary, review: Review, *, by: int) -> None:
    """Count a review in (+1) or out (-1)."""
    if review.body_source is not None:
        summary.reviews_count += by
    if review.stars is not None:
        distribution = list(summary.distribution)
        distribution[scores.STARS.index(review.stars)] += by
        _derive(summary, distribution)


def _derive(summary: RatingSummary, distribution: list[int]) -> None:
    summary.distribution = distribution
    summary.ratings_count = sum(distribution)
    summary.average = scores.average(distribution)
    summary.score = scores.score(distribution)
