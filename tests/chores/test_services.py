"""A chore is done by one worker, once in a period; its failures are kept and counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from bookreviews.chores import queries, services
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database

pytestmark = pytest.mark.usefixtures("app")

MINUTE = timedelta(minutes=1)
TEN = 10 * MINUTE


def begin(at: datetime = NOON, every: timedelta = TEN) -> bool:
    with transaction():
        return services.begin("sweep", every=every, at=at)


def finish(at: datetime) -> None:
    with transaction():
        services.finish("sweep", at=at)


def fail(at: datetime, words: str) -> None:
    with transaction():
        services.fail("sweep", error=OSError(words), at=at)


@any_database
def test_it_is_done_once_in_a_period() -> None:
    assert begin(NOON + MINUTE)
    finish(NOON + 2 * MINUTE)
    assert not begin(NOON + 9 * MINUTE)
    assert begin(NOON + TEN)


@any_database
def test_nobody_begins_what_another_is_at_unless_that_one_died() -> None:
    assert begin(NOON, MINUTE)
    assert not begin(NOON + MINUTE, MINUTE)
    assert begin(NOON + services.LONGEST_RUN, MINUTE)


def test_a_day_begins_at_midnight() -> None:
    day = timedelta(days=1)
    assert begin(NOON, day)
    finish(NOON)
    assert not begin(NOON.replace(hour=23, minute=59), day)
    assert begin(NOON.replace(hour=0) + day, day)


@any_database
def test_failures_in_a_row_are_counted_and_the_last_is_kept() -> None:
    for number in (0, 1):
        begin(NOON + number * TEN)
        fail(NOON + number * TEN, f"no {number}")
    (chore,) = queries.list_chores()
    assert (chore.failures, chore.error) == (2, "OSError: no 1")
    assert chore.failed_at == chore.ended_at == NOON + TEN
    begin(NOON + 2 * TEN)
    finish(NOON + 2 * TEN)
    (chore,) = queries.list_chores()
    assert (chore.failures, chore.error, chore.failed_at) == (0, "OSError: no 1", NOON + TEN)


def test_a_long_error_is_cut() -> None:
    begin()
    fail(NOON, "x" * 1000 + "\npassword")
    (chore,) = queries.list_chores()
    assert len(chore.error) == 500
    assert "password" not in chore.error


@any_database
@pytest.mark.parametrize("was_done", [False, True])
def test_of_many_workers_one_does_it(app: Flask, was_done: bool) -> None:
    if was_done:
        begin(NOON - TEN)
        finish(NOON - TEN)

    def reach(_number: int) -> bool:
        with app.app_context():
            return begin()

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(reach, range(4))) == [False, False, False, True]


def test_a_clock_that_is_set_back_keeps_none_from_being_done() -> None:
    assert begin(NOON)
    finish(NOON)
    an_hour_back = NOON - 60 * MINUTE
    assert begin(an_hour_back)
    finish(an_hour_back)
    assert not begin(an_hour_back + MINUTE)
    assert begin(an_hour_back + TEN)


def test_a_clock_that_is_a_little_behind_does_none_twice() -> None:
    assert begin(NOON)
    finish(NOON)
    assert not begin(NOON - MINUTE)
