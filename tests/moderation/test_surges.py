"""Surges: noticed when a book's day departs sharply from its past, and only then."""

from datetime import datetime, timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation import desk, surges
from bookreviews.moderation.vocabulary import SURGE_LEAST
from bookreviews.reviews import rated_works, services
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post

pytestmark = any_database
DAY = timedelta(days=1)


def bomb(work_id: int, count: int, *, at: datetime = NOON, first: int = 0) -> None:
    with transaction():
        pass
    readers = crowd.readers(count, first=first)
    with transaction():
        for reader in readers:
            services.post_review(author=reader, work_id=work_id, stars=0.5, body="", at=at)


def watch(at: datetime) -> list[int]:
    with transaction():
        return list(surges.watch(at=at))


def test_a_quiet_book_is_left_alone(app: object, book_id: int) -> None:
    bomb(book_id, SURGE_LEAST - 1)
    assert watch(NOON) == []


def test_a_surge_is_noticed_once_and_offered(app: object, mo: Viewer, book_id: int) -> None:
    bomb(book_id, SURGE_LEAST)
    assert watch(NOON) == watch(NOON + timedelta(minutes=10)) == [book_id]
    (sign,) = desk.open_surges()
    assert (sign.work_id, sign.seen) == (book_id, SURGE_LEAST)


def test_a_book_that_is_always_busy_is_left_alone(app: object) -> None:
    busy = add_work("Everybody reads it")
    for day in range(1, 29):
        bomb(busy, 3, at=NOON - day * DAY - timedelta(hours=1), first=100 * day)
    bomb(busy, SURGE_LEAST, first=9000)
    assert watch(NOON) == []


def test_locking_answers_it_and_tells_readers(
    app: object, alex: Viewer, mo: Viewer, book_id: int
) -> None:
    bomb(book_id, SURGE_LEAST)
    watch(NOON)
    with transaction():
        surges.lock(actor=mo, work_id=book_id, until=NOON + DAY, at=NOON)
    assert desk.open_surges() == []
    work = rated_works.get_rated_work_by_id(book_id)
    assert (work.locked_until, work.lock_reason) == (NOON + DAY, "surge")
    assert [row.id for row in desk.locked_works(NOON)] == [book_id]
    with pytest.raises(services.WorkLocked):
        post(alex, book_id)
    with transaction():
        surges.unlock(actor=mo, work_id=book_id, at=NOON)
    post(alex, book_id)


def test_what_was_looked_at_is_not_offered_again_the_same_day(
    app: object, mo: Viewer, book_id: int
) -> None:
    bomb(book_id, SURGE_LEAST)
    watch(NOON)
    with transaction():
        surges.answer(work_id=book_id, at=NOON)
    watch(NOON + timedelta(minutes=10))
    assert desk.open_surges() == []
