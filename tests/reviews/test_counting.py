from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bookreviews.reviews import counting
from bookreviews.reviews.models import REASONS_NOT_TO_COUNT

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("facts", [*product((False, True), repeat=4)])
def test_the_first_reason_is_given(facts: tuple[bool, ...]) -> None:
    names = ("is_concealed", "is_suspended", "is_excluded", "is_early")
    why = counting.why_not_counted(**dict(zip(names, facts, strict=True)))
    expected = REASONS_NOT_TO_COUNT[facts.index(True)] if any(facts) else None
    assert why == expected


def test_an_account_is_young_for_thirty_days() -> None:
    assert counting.is_young(NOON, NOON + timedelta(days=30) - timedelta(seconds=1))
    assert not counting.is_young(NOON, NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("year", "early"), [(None, False), (2025, False), (2026, False), (2027, True), (-700, False)]
)
def test_a_rating_is_early_before_the_year_of_the_book(year: int | None, early: bool) -> None:
    assert counting.is_early(NOON, year) is early
