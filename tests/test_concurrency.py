"""Many write at the same moment: nothing is lost, nothing is there twice, every sum stays true."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews import create_app
from bookreviews.accounts.models import User
from bookreviews.accounts.queries import find_viewers
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import engine
from bookreviews.reviews.models import Review
from tests import crowd, stored
from tests.client import client_of, fields_of
from tests.conftest import any_database, settings_for
from tests.stored import Said

BOOK = "/books/python-for-beginners"
REVIEWS = f"{BOOK}/reviews"
WRITERS = 8
PROCESSES = 3

T = TypeVar("T")
Act = Callable[[], T]


def at_once(acts: Sequence[Act[T]]) -> list[T]:
    """Do all these in threads of their own that start together; an error of any is an error."""
    start = Barrier(len(acts))

    def act(one: Act[T]) -> T:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


def posting(app: Flask, viewer: Viewer, **said: str) -> Act[TestResponse]:
    """Fill in the form as `viewer` in a browser of its own, and return pressing the button."""
    client = client_of(app, viewer)
    form = fields_of(client.get(BOOK).text, REVIEWS) | said
    return lambda: client.post(REVIEWS, data=form)


def revising(app: Flask, viewer: Viewer, review: str, **said: str) -> Act[TestResponse]:
    """Do the same with the form to revise a review."""
    client = client_of(app, viewer)
    form = fields_of(client.get(f"{review}/edit").text, review) | said
    return lambda: client.post(review, data=form)


def withdrawing(app: Flask, viewer: Viewer, review: str) -> Act[TestResponse]:
    """Do the same with the form to withdraw it."""
    client = client_of(app, viewer)
    form = fields_of(client.get(f"{review}/withdrawal").text, f"{review}/withdrawal")
    return lambda: client.post(f"{review}/withdrawal", data=form)


def statuses(answers: Sequence[TestResponse]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


@pytest.fixture
def readers(app: Flask, book_id: int) -> list[Viewer]:
    return crowd.readers(WRITERS)


@any_database
class TestPosting:
    def test_from_two_windows_each_leaves_one_review_of_each(
        self, app: Flask, readers: list[Viewer], book_id: int
    ) -> None:
        acts = [
            posting(app, reader, stars=str(1 + number % 5), body=f"From window {window}.")
            for number, reader in enumerate(readers)
            for window in (1, 2)
        ]
        answers = at_once(acts)
        for first, second in zip(answers[::2], answers[1::2], strict=True):
            assert {first.status_code, second.status_code} == {303, 409}
        said = stored.reviews()
        assert sorted(one.username for one in said) == [reader.username for reader in readers]
        assert sum(one.stars or 0 for one in said) == sum(1 + n % 5 for n in range(WRITERS))
        assert stored.summary(book_id) == stored.counted(book_id)
        assert stored.summary(book_id)[0] == WRITERS

    def test_twice_by_a_double_click_is_thanked_twice(
        self, app: Flask, readers: list[Viewer], book_id: int
    ) -> None:
        acts = [posting(app, reader, stars="4", body="Twice.") for reader in readers]
        answers = at_once([act for act in acts for _ in range(2)])
        assert statuses(answers) == {303: 2 * WRITERS}
        assert len({answer.location for answer in answers}) == WRITERS
        assert stored.count_of(Review) == WRITERS
        assert stored.summary(book_id) == stored.counted(book_id)

    def test_through_both_doors_leaves_one(
        self, app: Flask, readers: list[Viewer], book_id: int
    ) -> None:
        def clicking(reader: Viewer) -> Act[TestResponse]:
            client = client_of(app, reader)
            headers = {"X-CSRFToken": client.token}
            path = f"/api/v1/works/{book_id}/reviews"
            return lambda: client.post(path, json={"stars": 2}, headers=headers)

        pages = [posting(app, reader, stars="4") for reader in readers]
        answers = at_once(pages + [clicking(reader) for reader in readers])
        for page, api in zip(answers[:WRITERS], answers[WRITERS:], strict=True):
            assert (page.status_code, api.status_code) in {(303, 409), (409, 201)}
        assert stored.count_of(Review) == WRITERS
        assert stored.summary(book_id) == stored.counted(book_id)


@any_database
class TestChanging:
    @pytest.fixture
    def reviews(self, app: Flask, readers: list[Viewer]) -> list[str]:
        """Return the addresses of the readers' reviews."""
        answers = [posting(app, reader, stars="3", body="First.")() for reader in readers]
        return [answer.location.removesuffix("/thanks") for answer in answers]

    def test_one_review_in_many_windows_keeps_one_change(
        self, app: Flask, readers: list[Viewer], reviews: list[str], book_id: int
    ) -> None:
        acts = [
            revising(app, readers[0], reviews[0], stars="5", body=f"From window {window}.")
            for window in range(WRITERS)
        ]
        answers = at_once(acts)
        assert statuses(answers) == {303: 1, 409: WRITERS - 1}
        (kept,) = [number for number, one in enumerate(answers) if one.status_code == 303]
        assert stored.reviews()[0].body == f"From window {kept}."
        assert stored.summary(book_id) == stored.counted(book_id)

    def test_a_review_that_is_withdrawn_twice_goes_once(
        self, app: Flask, readers: list[Viewer], reviews: list[str], book_id: int
    ) -> None:
        pairs = zip(readers, reviews, strict=True)
        acts = [withdrawing(app, *pair) for pair in pairs]
        answers = at_once([act for act in acts for _ in range(2)])
        assert statuses(answers) == {303: WRITERS, 404: WRITERS}
        assert stored.reviews() == []
        assert stored.summary(book_id) == stored.counted(book_id)

    def test_all_at_once_keeps_what_each_said_last(
        self, app: Flask, readers: list[Viewer], reviews: list[str], book_id: int
    ) -> None:
        """Some revise, some withdraw and post again, others post, and people read meanwhile."""
        newcomers = crowd.readers(WRITERS, first=WRITERS)
        revisers, returners = readers[: WRITERS // 2], readers[WRITERS // 2 :]

        def revise_often(reader: Viewer, review: str) -> Iterator[Act[TestResponse]]:
            for stars in ("1", "2.5", "5"):
                yield revising(app, reader, review, stars=stars)
            yield revising(app, reader, review, stars="", body="Last.")

        def withdraw_and_return(reader: Viewer, review: str) -> Iterator[Act[TestResponse]]:
            for stars in ("0.5", "4.5"):
                yield withdrawing(app, reader, review)
                yield posting(app, reader, stars=stars, body="")

        def post(reader: Viewer) -> Iterator[Act[TestResponse]]:
            yield posting(app, reader, stars="2", body="New.")

        def read() -> list[int]:
            visitor = client_of(app)
            return [visitor.get(BOOK).status_code for _ in range(10)]

        def write(acts: Iterator[Act[TestResponse]]) -> list[int]:
            return [act().status_code for act in acts]

        lives = [
            *map(revise_often, revisers, reviews),
            *map(withdraw_and_return, returners, reviews[WRITERS // 2 :]),
            *map(post, newcomers),
        ]
        found = at_once([*(partial(write, life) for life in lives), read, read])
        assert {status for written in found[:-2] for status in written} == {303}
        assert {status for seen in found[-2:] for status in seen} == {200}
        assert set(stored.reviews()) == {
            *(Said(reader.username, None, "Last.") for reader in revisers),
            *(Said(reader.username, 4.5, None) for reader in returners),
            *(Said(reader.username, 2.0, "New.") for reader in newcomers),
        }
        assert stored.count_of(Review) == 2 * WRITERS
        assert stored.summary(book_id) == stored.counted(book_id)


@any_database
def test_one_name_is_given_once(app: Flask) -> None:
    def signing_up(number: int) -> Act[TestResponse]:
        client = client_of(app)
        form = fields_of(client.get("/sign-up").text, "/sign-up") | {
            "username": "cleo",
            "email": f"cleo{number}@example.org",
            "password": "asp in the figs",
        }
        return lambda: client.post("/sign-up", data=form)

    answers = at_once([signing_up(number) for number in range(4)])
    assert statuses(answers) == {303: 1, 422: 3}
    assert stored.count_of(User) == 1


class TestProcesses:
    """Workers of a server share nothing but the file and the lock beside it."""

    def test_together_leave_what_one_would(
        self, app: Flask, readers: list[Viewer], book_id: int
    ) -> None:
        leaving = crowd.readers(WRITERS, first=WRITERS)
        crowd.review_by_each(leaving, book_id)
        names = [[reader.username for reader in some] for some in (readers, leaving)]
        spawn = multiprocessing.get_context("spawn")
        about = (app.config["SQLALCHEMY_DATABASE_URI"], spawn.Barrier(PROCESSES), *names)
        with ProcessPoolExecutor(PROCESSES, spawn, _prepare, about) as pool:
            found = list(pool.map(_write, range(PROCESSES)))
        posted, withdrawn = ([one[part] for one in found] for part in ("posted", "withdrawn"))
        for each in zip(*posted, strict=True):
            assert sorted(each) == [303, *[409] * (PROCESSES - 1)]
        for each in zip(*withdrawn, strict=True):
            assert sorted(each) == [303, *[404] * (PROCESSES - 1)]
        winners = [each.index(303) for each in zip(*posted, strict=True)]
        assert set(stored.reviews()) == {
            Said(reader.username, 4.0, f"From process {process}.")
            for reader, process in zip(readers, winners, strict=True)
        }
        assert stored.count_of(Review) == 2 * WRITERS
        assert stored.summary(book_id) == stored.counted(book_id)


_here: dict[str, Any] = {}


def _prepare(url: str, start: Any, posting_: list[str], leaving: list[str]) -> None:
    """Make a process of the pool a server's worker, with an application of its own."""
    app = create_app(settings_for(url))
    app.testing = True
    _here.update(app=app, start=start, posting=posting_, leaving=leaving)


def _write(process: int) -> dict[str, list[int]]:
    """Post and withdraw as each reader, while other processes do; who won the post revises it."""
    app: Flask = _here["app"]
    with app.app_context():
        viewers = find_viewers(_here["posting"] + _here["leaving"])
        posts = [
            posting(app, viewers[name], stars="1", body=f"From process {process}.")
            for name in _here["posting"]
        ]
        withdrawals = [
            withdrawing(app, viewers[name], f"/reviews/{number}")
            for number, name in enumerate(_here["leaving"], start=1)
        ]
        _here["start"].wait(60)
        found: dict[str, list[int]] = {"posted": [], "withdrawn": []}
        for name, post, withdrawal in zip(_here["posting"], posts, withdrawals, strict=True):
            answer = post()
            found["posted"].append(answer.status_code)
            found["withdrawn"].append(withdrawal().status_code)
            if answer.status_code == 303:
                review = answer.location.removesuffix("/thanks")
                assert revising(app, viewers[name], review, stars="4")().status_code == 303
        engine().dispose()
    return found
