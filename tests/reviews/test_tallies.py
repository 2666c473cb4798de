"""What one review adds to the counts of its work, and takes away again."""

from typing import Any

import pytest

from bookreviews.reviews import scores
from bookreviews.reviews.models import EARLY, HIDDEN, RatingSummary, Review
from bookreviews.reviews.tallies import NAMES, Tally
from tests.conftest import NOON


def review(**said: Any) -> Review:
    facts = {"stars": 4.5, "by_new_account": False, "was_given": False, "posted_at": NOON}
    return Review(**(facts | said))


def counted(*reviews: Review) -> Tally:
    tally = Tally()
    for one in reviews:
        tally.count(one)
    return tally


def test_holds_what_a_summary_keeps_but_for_its_lock() -> None:
    kept = {column.name for column in RatingSummary.__table__.columns}
    assert set(NAMES) == kept - {"work_id", "locked_until", "lock_reason"}


def test_begins_as_a_work_that_nobody_has_rated() -> None:
    assert Tally().columns["distribution"] == scores.empty()
    assert Tally().ranks == (0, scores.score(scores.empty()))


def test_counts_stars() -> None:
    tally = counted(review(), review(stars=1.0, by_new_account=True, was_given=True))
    assert (tally.ratings_count, tally.average) == (2, 2.75)
    assert (tally.young_count, tally.given_count, tally.reviews_count) == (1, 1, 0)
    assert tally.distribution == [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert tally.score == scores.score(tally.distribution)


def test_counts_words_without_stars_as_a_review_alone() -> None:
    tally = counted(review(stars=None, body_source="Good."))
    assert (tally.reviews_count, tally.ratings_count, tally.average) == (1, 0, None)
    assert tally.heat is not None


def test_counts_stars_that_do_not_count() -> None:
    tally = counted(review(uncounted_because=EARLY, was_given=True))
    assert (tally.uncounted_count, tally.ratings_count, tally.given_count) == (1, 0, 0)
    assert tally.heat is None


def test_counts_no_words_that_nobody_sees() -> None:
    tally = counted(review(stars=None, body_source="Bad.", concealment=HIDDEN))
    assert tally == Tally()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"stars": None, "body_source": "Good."},
        {"body_source": "Good.", "by_new_account": True, "was_given": True},
        {"uncounted_because": EARLY},
        {"body_source": "Bad.", "concealment": HIDDEN, "uncounted_because": "concealed"},
    ],
)
def test_what_goes_takes_away_what_it_added(said: dict[str, Any]) -> None:
    tally = counted(review(**said))
    tally.count(review(**said), by=-1)
    assert tally == Tally()
