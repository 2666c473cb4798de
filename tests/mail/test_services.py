"""Letters are written with what they tell of, taken by one, tried with patience, then given up."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session
from bookreviews.mail import queries, services
from bookreviews.mail.models import Letter
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database

pytestmark = pytest.mark.usefixtures("app")


def write(address: str = "bo@example.org") -> int:
    with transaction():
        services.write_letter(address=address, template="test", details={"token": "t"}, at=NOON)
    return letters()[-1].id


def letters() -> list[Letter]:
    session().rollback()
    return list(session().scalars(select(Letter).order_by(Letter.id)))


def take(letter_id: int, after: timedelta = timedelta()) -> Any:
    with transaction():
        return services.take_letter(letter_id=letter_id, at=NOON + after)


def fail(letter_id: int, attempt: int, after: timedelta, *, is_final: bool = False) -> None:
    with transaction():
        services.note_failure(
            letter_id=letter_id, attempt=attempt, error="451", is_final=is_final, at=NOON + after
        )


@any_database
def test_a_letter_is_due_at_once() -> None:
    letter_id = write()
    assert queries.due_letters(at=NOON) == [letter_id]
    assert queries.due_letters(at=NOON - timedelta(seconds=1)) == []
    assert queries.count_waiting() == 1


def test_nothing_is_written_of_what_was_undone() -> None:
    def fail() -> None:
        with transaction():
            services.write_letter(address="bo@example.org", template="test", details={}, at=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert letters() == []


@any_database
def test_a_letter_is_taken_once() -> None:
    letter_id = write()
    taken = take(letter_id)
    assert (taken.address, taken.details, taken.attempts) == ("bo@example.org", {"token": "t"}, 1)
    assert take(letter_id) is None
    assert queries.due_letters(at=NOON) == []


@any_database
def test_a_new_letter_is_taken_though_the_clock_of_its_writer_is_ahead() -> None:
    letter_id = write()
    an_hour_back = timedelta(hours=-1)
    assert take(letter_id, an_hour_back).attempts == 1
    assert take(letter_id, an_hour_back) is None


@any_database
def test_a_letter_whose_worker_died_is_taken_again_when_its_lease_ran_out() -> None:
    letter_id = write()
    take(letter_id)
    assert take(letter_id, services.LEASE - timedelta(seconds=1)) is None
    assert take(letter_id, services.LEASE).attempts == 2


@any_database
def test_what_was_sent_is_forgotten_but_for_its_being_sent() -> None:
    letter_id = write()
    take(letter_id)
    with transaction():
        services.note_sent(letter_id=letter_id, at=NOON)
    (letter,) = letters()
    assert (letter.sent_at, letter.details, letter.last_error) == (NOON, {}, None)
    assert take(letter_id, services.LEASE * 9) is None
    assert (queries.count_waiting(), queries.failed_letters()) == (0, [])


@any_database
def test_a_letter_waits_longer_each_time_and_is_given_up() -> None:
    letter_id = write()
    after = timedelta()
    for attempt, wait in enumerate(services.WAITS, start=1):
        assert take(letter_id, after).attempts == attempt
        fail(letter_id, attempt, after)
        (letter,) = letters()
        assert (letter.due_at, letter.given_up_at) == (NOON + after + wait, None)
        after += wait
        assert take(letter_id, after - timedelta(seconds=1)) is None
    take(letter_id, after)
    fail(letter_id, len(services.WAITS) + 1, after)
    (failed,) = queries.failed_letters()
    assert (failed.given_up_at, failed.last_error, failed.attempts) == (NOON + after, "451", 7)
    assert queries.due_letters(at=NOON + after * 9) == []
    assert (queries.count_waiting(), queries.count_given_up()) == (0, 1)


def test_a_final_refusal_gives_it_up_at_once() -> None:
    letter_id = write()
    take(letter_id)
    fail(letter_id, 1, timedelta(), is_final=True)
    assert letters()[0].given_up_at == NOON


def test_the_word_of_a_worker_whose_lease_ran_out_does_not_count() -> None:
    letter_id = write()
    take(letter_id)
    take(letter_id, services.LEASE)
    fail(letter_id, 1, services.LEASE, is_final=True)
    assert letters()[0].given_up_at is None


def test_a_failure_after_it_was_sent_does_not_count() -> None:
    letter_id = write()
    take(letter_id)
    with transaction():
        services.note_sent(letter_id=letter_id, at=NOON)
    fail(letter_id, 1, timedelta(), is_final=True)
    assert (letters()[0].given_up_at, letters()[0].last_error) == (None, None)


class TestSendingAgain:
    def test_begins_anew(self) -> None:
        letter_id = write()
        take(letter_id)
        fail(letter_id, 1, timedelta(), is_final=True)
        with transaction():
            services.send_again(letter_id, NOON)
        assert take(letter_id).attempts == 1

    def test_needs_a_letter(self) -> None:
        with pytest.raises(NotFound), transaction():
            services.send_again(4711, NOON)

    def test_is_refused_once_it_was_sent(self) -> None:
        letter_id = write()
        with transaction():
            services.note_sent(letter_id=letter_id, at=NOON)
        with pytest.raises(Conflict), transaction():
            services.send_again(letter_id, NOON)


class TestForgetting:
    def test_takes_what_was_sent_long_ago_and_what_is_too_old(self) -> None:
        sent, waiting = write(), write()
        with transaction():
            services.note_sent(letter_id=sent, at=NOON)
        for after, left in (
            (services.SENT_IS_KEPT, [sent, waiting]),
            (services.SENT_IS_KEPT + timedelta(seconds=1), [waiting]),
            (services.ANY_IS_KEPT, [waiting]),
            (services.ANY_IS_KEPT + timedelta(seconds=1), []),
        ):
            with transaction():
                services.forget_old(at=NOON + after)
            assert [letter.id for letter in letters()] == left

    def test_takes_all_letters_to_an_address(self) -> None:
        write("alex@example.org")
        write()
        with transaction():
            services.forget_address("alex@example.org")
        assert [letter.address for letter in letters()] == ["bo@example.org"]


@any_database
def test_workers_who_reach_for_one_letter_at_once(app: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor

    letter_id = write()

    def reach(_number: int) -> Any:
        with app.app_context():
            return take(letter_id)

    with ThreadPoolExecutor(4) as workers:
        taken = list(workers.map(reach, range(4)))
    assert sum(one is not None for one in taken) == 1
