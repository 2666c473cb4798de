"""Every write of a reader to reviews, and its rules; the summary of stars moves with them.

The doors commit. Callers pass who acts and when. Whoever writes about a work takes its turn first
(`summaries.py`); what moderators do to reviews is in `standing.py`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.turns import take_turn_on_work
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.lib import markdown, text
from bookreviews.lib.networks import network_of
from bookreviews.lib.orm import Record
from bookreviews.reviews.counting import is_young
from bookreviews.reviews.models import LONGEST_BODY, REMOVED, Review
from bookreviews.reviews.moving import forget_earlier_versions
from bookreviews.reviews.permissions import can_edit
from bookreviews.reviews.scores import STARS
from bookreviews.reviews.standing import stand_after_words
from bookreviews.reviews.summaries import (
    circumstances_in_turn,
    count_in,
    counted_anew,
    turn_on_review,
)
from bookreviews.reviews.summaries import recount as recount_summary
from bookreviews.reviews.tallies import Tally


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a review says: stars, words as written and as shown, and what it discloses."""

    stars: float | None
    source: str | None
    html: str | None
    has_spoilers: bool
    was_given: bool


_NOTHING = _Saying(None, None, None, False, False)


class AlreadyReviewed(Conflict):
    """The reader has a review of this work already."""

    def __init__(self) -> None:
        super().__init__("You have already reviewed this book. You can change your review instead.")


class WorkLocked(Conflict):
    """Moderators have closed the work to new reviews and ratings for a time."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "This book takes no new reviews and ratings at the moment, since far more than usual "
            f"came in at once. It opens again on {until:%d %B %Y at %H:%M} UTC."
        )


class NotNow(NotAllowed):
    """The account may not write: it is suspended, waits to be approved, or was just erased."""


def post_review(
    *,
    author: Viewer,
    work_id: int,
    stars: float | None,
    body: str,
    has_spoilers: bool = False,
    was_given: bool = False,
    language: str | None = None,
    address: str = "",
    at: datetime,
) -> Review:
    """Say what `author` thinks of a work: stars, words (Markdown), or both; once for each work.

    `was_given` discloses a free copy, or a tie to those who made the book. `address` is where the
    request came from. Who has withdrawn a review may post again; it then has its old address.
    """
    saying = _checked(stars, body, has_spoilers, was_given)
    work_id = take_turn_on_work(work_id)
    known = circumstances_in_turn(author.id, work_id)
    if known.left_at is not None:  # turned down while it was written about
        raise NotFound("There is no such book here.")
    _check_may_write(known, at)
    _check_open(known, at)
    review = _review_to_write(author, work_id, known)
    review.language = language
    review.posted_at = at
    review.revised_at = review.withdrawn_at = None
    review.by_new_account = is_young(known.joined_at, at)
    review.posted_from = network_of(address) if address else None
    stand_after_words(review, is_new=True)
    _say(review, saying)
    count_in(review, known, at=at)
    _save(review)
    return review


def revise_review(
    *,
    author: Viewer,
    review_id: int,
    stars: float | None,
    body: str,
    has_spoilers: bool,
    was_given: bool | None = None,
    version: int | None = None,
    at: datetime,
) -> Review:
    """Change one's own review; `was_given` None leaves what was disclosed as it is.

    `version` is the one the author saw while writing; if the review has changed since, in
    another window say, that is a Conflict and nothing is overwritten. None means: whatever it is.
    Words that come to a rating for the first time are new, and dated so, rather than revised.
    """
    saying = _checked(stars, body, has_spoilers, bool(was_given))
    review = _own_review(author, review_id)
    if was_given is None:
        saying = replace(saying, was_given=review.was_given)
    known = circumstances_in_turn(author.id, review.work_id)
    _check_may_revise(review, saying, version, known, at)
    if saying == _said(review):
        return review
    with counted_anew(review, known=known, at=at):
        if review.body_source is None and saying.source is not None:
            review.posted_at, review.revised_at = at, None
        else:
            review.revised_at = at
        _say(review, saying)
        stand_after_words(review, is_new=False)
    return review


def withdraw_review(*, author: Viewer, review_id: int, at: datetime) -> Review:
    """Take one's own review back: its stars count no more, its words are gone for good."""
    review = _own_review(author, review_id)
    with counted_anew(review, at=at):
        _say(review, _NOTHING)
        review.withdrawn_at = at
        forget_earlier_versions([review.id])
    return review


def says_the_same(
    review: Record, *, stars: float | None, body: str, has_spoilers: bool, was_given: bool = False
) -> bool:
    """Tell whether a review already says exactly this: its form was sent twice."""
    return _checked(stars, body, has_spoilers, was_given) == _said(review)


def preview(*, body: str) -> str:
    """Return the HTML that these words would become, or raise Invalid."""
    return _checked(None, body, False, False).html or ""


def recount(*, work_id: int, at: datetime) -> Tally:
    """Make a work's summary anew from the table of reviews; a repair, no page needs it."""
    return recount_summary(work_id, at=at)


def _checked(stars: float | None, body: str, has_spoilers: bool, was_given: bool) -> _Saying:
    """Return what will be kept, or raise Invalid. Slow: to be called before `take_turn_on_work`."""
    if stars is not None and stars not in STARS:
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
        return _Saying(stars, words, markdown.render(words), has_spoilers, was_given)
    if stars is None:
        raise Invalid(body="Give stars, or write a few words, or both.")
    return _Saying(stars, None, None, False, was_given)


def _said(review: Review | Record) -> _Saying:
    return _Saying(
        review.stars, review.body_source, review.body_html, review.has_spoilers, review.was_given
    )


def _check_may_write(known: Record, at: datetime) -> None:
    if known.erased_at is not None:  # since this request began
        raise NotNow("Your account has been erased, so nothing was published.")
    if known.suspended_until is not None and known.suspended_until > at:
        raise NotNow(
            f"Your account is suspended until {known.suspended_until:%d %B %Y, %H:%M} UTC, so "
            "nothing was published. Your notifications say why, and how to appeal."
        )
    if known.approved_at is None:
        raise NotNow("Your account waits for approval; until then you can read, but not write.")


def _check_open(known: Record, at: datetime) -> None:
    if known.locked_until is not None and known.locked_until > at:
        raise WorkLocked(known.locked_until)


def _check_may_revise(
    review: Review, saying: _Saying, version: int | None, known: Record, at: datetime
) -> None:
    _check_may_write(known, at)
    if review.concealment == REMOVED:
        raise NotAllowed("The moderators have removed this review, so it can't be changed.")
    if version is not None and version != review.version:
        raise Conflict("You changed this review somewhere else meanwhile; nothing was overwritten.")
    if saying.stars != review.stars:
        _check_open(known, at)


def _review_to_write(author: Viewer, work_id: int, known: Record) -> Review:
    """Return a new review, or the withdrawn one of the same author to be written again."""
    if known.review_id is None:
        review = Review(author_id=author.id, work_id=work_id, version=0)
        session().add(review)
        return review
    if known.withdrawn_at is None:
        raise AlreadyReviewed
    return session().get_one(Review, known.review_id, populate_existing=True)


def _own_review(author: Viewer, review_id: int) -> Review:
    """Return a review that `author` may change, as it is now that it is our turn."""
    gone = NotFound("This review does not exist, or its author has withdrawn it.")
    review = turn_on_review(review_id)
    if review is None or review.withdrawn_at is not None:
        raise gone
    if not can_edit(author, review):
        raise NotAllowed("Only its author can change a review.")
    return review


def _say(review: Review, saying: _Saying) -> None:
    review.stars = saying.stars
    review.body_source = saying.source
    review.body_html = saying.html
    review.has_spoilers = saying.has_spoilers
    review.was_given = saying.was_given
    review.words_digest = text.digest_of_words(saying.source) if saying.source else None
    review.version += 1


def _save(review: Review) -> None:
    """Write the row; the database has the last word on "one review for each reader and work"."""
    try:
        session().flush()
    except IntegrityError as error:
        raise AlreadyReviewed from error
