"""Moving all reviews of a work to another, since both are one, and putting them back.

A reader has one review of a work. Of two that stand, the later is kept, and the earlier becomes
its earlier version (EarlierReview): no words are lost. The row that had them goes to the work that
leaves, where it stands withdrawn, so that whatever refers to it still finds it.

Both works' turns are ours (`turns.take_turns_on_works`). Whoever moves recounts.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bookreviews.catalog.merging import place_between
from bookreviews.extensions import read, session, write
from bookreviews.lib import text
from bookreviews.lib.among import among
from bookreviews.reviews.models import EarlierReview, Review

# What was moved, as plain values: see `move_reviews`.
Moved = dict[str, Any]

_SAYING = ("stars", "body_source", "body_html", "has_spoilers", "was_given")

# A book may have more reviews than a statement has room for parameters.
_REVIEWS = select(Review).where(among(Review.id, "ids"))
_PUT = update(Review).where(among(Review.id, "ids"))
_AUTHORS = select(Review.author_id, Review.id).where(among(Review.id, "ids"))
_EARLIER = select(EarlierReview).where(among(EarlierReview.review_id, "ids"))
_FORGET = delete(EarlierReview).where(among(EarlierReview.review_id, "ids"))
_GIVE_BACK = update(EarlierReview).where(EarlierReview.id == bindparam("earlier_id"))


def move_reviews(*, loser_id: int, winner_id: int, at: datetime) -> Moved:
    """Move the reviews of one work to another; return what `move_back` needs.

    `alone` are reviews whose authors had said nothing of the winner; of the `pairs` each tells the
    review that is kept, the other, whether both changed places, and the earlier version if one was
    made; `inherited` are earlier versions that the other had already, by review.
    """
    pairs = [_chosen(*pair) for pair in _pairs(loser_id, winner_id)]
    paired = {review.id for pair in pairs for review in pair}
    on_loser = select(Review.id).where(Review.work_id == loser_id).order_by(Review.id)
    alone = [review_id for review_id in session().scalars(on_loser) if review_id not in paired]
    swapped = [pair for pair in pairs if pair[0].work_id == loser_id]
    both_stand = [pair for pair in pairs if not any(one.withdrawn_at for one in pair)]
    inherited = _inherit(both_stand)
    earlier = {kept.id: _keep_as_earlier(kept, other, at=at) for kept, other in both_stand}
    told = [
        [kept.id, other.id, kept.work_id == loser_id, earlier.get(kept.id)] for kept, other in pairs
    ]
    session().flush()
    _change_places(swapped, loser_id=loser_id, winner_id=winner_id)
    _put(alone, winner_id)
    return {"alone": alone, "pairs": told, "inherited": inherited}


def move_back(moved: Moved, *, loser_id: int, winner_id: int) -> None:
    """Put back what `move_reviews` moved.

    What its author has said or withdrawn since stays so; an earlier version whose author has
    withdrawn the later one is gone for good.
    """
    for earlier_id, review_id in moved["inherited"]:
        write(_GIVE_BACK, earlier_id=earlier_id, review_id=review_id)
    session().expire_all()
    ids = [review_id for pair in moved["pairs"] for review_id in pair[:2]]
    rows = {review.id: review for review in _fresh(_REVIEWS, ids=ids)}
    for _kept_id, other_id, _swapped, earlier_id in moved["pairs"]:
        if earlier_id is not None:
            _say_again(rows[other_id], earlier_id)
    session().flush()
    swapped = [(rows[kept], rows[other]) for kept, other, places, _ in moved["pairs"] if places]
    _change_places(swapped, loser_id=winner_id, winner_id=loser_id)
    _put(moved["alone"], loser_id)


def forget_earlier_versions(review_ids: Collection[int]) -> None:
    """Let earlier versions of these reviews be gone for good: their author takes them back."""
    session().flush()
    write(_FORGET, ids=list(review_ids))


def readers_with_both(moved: Moved) -> Sequence[tuple[int, int]]:
    """Return who had said something of both, and the review of each that is kept."""
    kept = [pair[0] for pair in moved["pairs"] if pair[3] is not None]
    return [(author_id, review_id) for author_id, review_id in read(_AUTHORS, ids=kept)]


def _pairs(loser_id: int, winner_id: int) -> Iterable[tuple[Review, Review]]:
    """Yield for each reader who has a row on both works the one on the loser and on the winner."""
    on_winner = {one.author_id: one for one in _by_readers_of(loser_id, on=winner_id)}
    for one in _by_readers_of(winner_id, on=loser_id):
        yield one, on_winner[one.author_id]


def _by_readers_of(other_id: int, *, on: int) -> Sequence[Review]:
    readers = select(Review.author_id).where(Review.work_id == other_id)
    mine = Review.work_id == on, Review.author_id.in_(readers)
    return _fresh(select(Review).where(*mine).order_by(Review.id))


def _chosen(one: Review, other: Review) -> tuple[Review, Review]:
    """Return the review that is kept, and the other: what stands, then what was said last."""

    def weight(review: Review) -> tuple[bool, datetime, int]:
        return review.withdrawn_at is None, review.revised_at or review.posted_at, review.id

    return (one, other) if weight(one) > weight(other) else (other, one)


def _keep_as_earlier(kept: Review, other: Review, *, at: datetime) -> int:
    earlier = EarlierReview(
        review_id=kept.id,
        was_review_id=other.id,
        language=other.language,
        posted_at=other.posted_at,
        revised_at=other.revised_at,
        kept_at=at,
        **{name: getattr(other, name) for name in _SAYING},
    )
    session().add(earlier)
    session().flush()
    other.stars = other.body_source = other.body_html = other.words_digest = None
    other.has_spoilers = other.was_given = False
    other.withdrawn_at = at
    other.version += 1
    return earlier.id


def _say_again(review: Review, earlier_id: int) -> None:
    earlier = session().get(EarlierReview, earlier_id, populate_existing=True)
    if earlier is None or review.withdrawn_at is None:
        return
    for name in _SAYING:
        setattr(review, name, getattr(earlier, name))
    said = review.body_source
    review.words_digest = text.digest_of_words(said) if said else None
    review.withdrawn_at = None
    review.version += 1
    session().delete(earlier)


def _inherit(pairs: Sequence[tuple[Review, Review]]) -> list[list[int]]:
    """Let earlier versions of the others be the kept ones'; return them with whose they were."""
    heirs = {other.id: kept.id for kept, other in pairs}
    inherited = []
    for earlier in session().scalars(_EARLIER, {"ids": list(heirs)}).all():
        inherited.append([earlier.id, earlier.review_id])
        earlier.review_id = heirs[earlier.review_id]
    return inherited


def _change_places(
    pairs: Sequence[tuple[Review, Review]], *, loser_id: int, winner_id: int
) -> None:
    """Let the first of each pair go to the winner and the second to the loser.

    A reader can't have two rows on one work, not even for a moment: one of them waits in between.
    """
    if not pairs:
        return
    first, second = [kept.id for kept, _ in pairs], [other.id for _, other in pairs]
    with place_between(winner_id, loser_id, at=pairs[0][0].posted_at) as between:
        _put(second, between)
        _put(first, winner_id)
        _put(second, loser_id)


def _put(review_ids: Collection[int], work_id: int) -> None:
    write(_PUT, ids=list(review_ids), work_id=work_id)
    session().expire_all()


def _fresh(statement: Any, **values: Any) -> Sequence[Review]:
    options = {"populate_existing": True}
    rows: Sequence[Review] = session().scalars(statement, values, execution_options=options).all()
    return rows
