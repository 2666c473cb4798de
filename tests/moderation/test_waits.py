from datetime import timedelta

import pytest

from bookreviews.moderation import waits


def after(*waited: timedelta) -> list[int]:
    counts = waits.none()
    for one in waited:
        counts = waits.with_one_more(counts, one)
    return counts


def test_nothing_decided_has_no_median() -> None:
    assert waits.median(waits.none()) is None


@pytest.mark.parametrize(
    ("waited", "within"),
    [
        (timedelta(), timedelta(minutes=15)),
        (timedelta(minutes=15), timedelta(minutes=15)),
        (timedelta(minutes=16), timedelta(hours=1)),
        (timedelta(hours=30), timedelta(days=2)),
        (timedelta(days=14), timedelta(days=14)),
        (timedelta(days=15), None),
    ],
)
def test_one_case_is_its_own_median(waited: timedelta, within: timedelta | None) -> None:
    assert waits.median(after(waited)) == within


def test_half_of_the_cases_were_decided_within_the_median() -> None:
    counts = after(timedelta(minutes=5), timedelta(hours=2), timedelta(days=3))
    assert waits.median(counts) == timedelta(hours=4)
    assert sum(counts) == 3
