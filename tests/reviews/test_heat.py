"""How warm a work is: what comes and goes, and what time does."""

from datetime import timedelta

import pytest

from bookreviews.reviews import heat
from tests.conftest import NOON


def warmth(days_ago: float) -> float:
    return heat.warmth(NOON - timedelta(days=days_ago), in_words=False)


def test_what_was_said_a_half_life_ago_weighs_half() -> None:
    week = heat.HALF_LIFE / timedelta(days=1)
    two_old = heat.warmer(warmth(week), warmth(week))
    assert two_old == pytest.approx(warmth(0))


def test_words_weigh_more_than_stars_alone() -> None:
    assert heat.warmth(NOON, in_words=True) > heat.warmth(NOON, in_words=False)


def test_what_goes_leaves_what_was_before() -> None:
    before = heat.warmer(warmth(3), warmth(30))
    assert heat.cooler(heat.warmer(before, warmth(1)), warmth(1)) == pytest.approx(before)


def test_what_goes_last_leaves_nothing() -> None:
    assert heat.cooler(warmth(3), warmth(3)) is None
    assert heat.cooler(None, warmth(3)) is None


def test_it_is_the_same_in_whatever_order_things_were_said() -> None:
    days = (0.0, 5.0, 80.0)
    there: float | None = None
    back: float | None = None
    for day in days:
        there = heat.warmer(there, warmth(day))
    for day in reversed(days):
        back = heat.warmer(back, warmth(day))
    assert there == pytest.approx(back)


def test_centuries_apart_nothing_overflows() -> None:
    old = heat.warmth(NOON - timedelta(days=365_00), in_words=True)
    new = heat.warmth(NOON + timedelta(days=365_00), in_words=True)
    assert heat.warmer(old, new) == new
    assert heat.cooler(new, old) == new
