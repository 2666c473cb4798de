"""While the database is out of reach or full, people are told honestly and keep their words."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from bookreviews.extensions import engine
from tests import stored
from tests.client import Client, fields_of, has_form
from tests.conftest import PASSWORD
from tests.web.test_statements import BOOK

REVIEWS = f"{BOOK}/reviews"
WORDS = 'Half a page\r\n\r\n<b>of it</b>, "quoted" & kept.'


@pytest.fixture
def full(app: Flask) -> Iterator[Callable[[], None]]:
    """Let the disk be full from a call of this on."""

    def fill(connection: Any, _record: Any) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def begin() -> None:
        with sqlite3.connect(str(engine().url.database)) as connection:
            connection.execute("VACUUM")  # or pages that were given back would be room
        event.listen(engine(), "connect", fill)
        engine().dispose()

    yield begin
    if event.contains(engine(), "connect", fill):
        event.remove(engine(), "connect", fill)


@pytest.fixture
def gone(app: Flask) -> Iterator[Callable[[], None]]:
    """Let there be no database from a call of this on, until the same call again."""
    file = Path(str(engine().url.database))
    away = file.with_name("away")

    def turn() -> None:
        engine().dispose()
        if file.is_file():
            file.rename(away)
            file.mkdir()
        else:
            file.rmdir()
            away.rename(file)

    yield turn
    if file.is_dir():
        shutil.rmtree(file)


def assert_honest(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/books", BOOK, "/search?q=python", "/no-such-page"])
def test_a_page_says_so_and_leads_to_itself(
    gone: Callable[[], None], app: Flask, as_alex: Client, book_id: int, path: str
) -> None:
    app.extensions["site"].lasts = 0
    gone()
    answer = as_alex.get(path)
    assert_honest(answer)
    assert "Back in a moment" in answer.text
    assert f'href="{path}">Try again' in answer.text
    assert "/sign-in" not in answer.text  # who is signed in isn't told otherwise
    gone()
    assert as_alex.get(path).status_code in (200, 404)


@pytest.mark.parametrize("trouble", ["full", "gone"])
def test_a_review_is_kept_to_be_sent_again(
    request: pytest.FixtureRequest, as_alex: Client, book_id: int, trouble: str
) -> None:
    begin = request.getfixturevalue(trouble)
    typed = {"stars": "4.5", "body": WORDS * 400, "has_spoilers": "y"}
    fields = fields_of(as_alex.get(BOOK).text, REVIEWS) | typed
    begin()
    refused = as_alex.post(REVIEWS, data=fields)
    assert_honest(refused)
    assert "<b>of it" not in refused.text
    assert fields_of(refused.text, REVIEWS) == fields
    again = as_alex.post(REVIEWS, data=fields_of(refused.text, REVIEWS))
    assert fields_of(again.text, REVIEWS) == fields  # as often as it takes


def test_and_arrives_once_when_sent_again(
    gone: Callable[[], None], as_alex: Client, book_id: int
) -> None:
    fields = fields_of(as_alex.get(BOOK).text, REVIEWS) | {"stars": "4.5", "body": WORDS}
    gone()
    refused = as_alex.post(REVIEWS, data=fields)
    gone()
    for _ in range(2):
        sent = as_alex.post(REVIEWS, data=fields_of(refused.text, REVIEWS))
        assert (sent.status_code, sent.location) == (303, "/reviews/1/thanks")
    (review,) = stored.reviews()
    assert (review.stars, review.body) == (4.5, WORDS.replace("\r\n", "\n"))


def test_no_password_is_shown(gone: Callable[[], None], client: Client) -> None:
    fields = fields_of(client.get("/sign-in").text, "/sign-in")
    gone()
    answer = client.post(
        "/sign-in", data=fields | {"identifier": "alex", "password": PASSWORD, "kept-body": WORDS}
    )
    assert_honest(answer)
    assert PASSWORD not in answer.text
    kept = fields_of(answer.text, "/sign-in")
    assert (kept["identifier"], kept["password"], kept["kept-body"]) == ("alex", "", WORDS)


def test_no_form_leads_to_another_site(gone: Callable[[], None], as_alex: Client) -> None:
    gone()
    answer = as_alex.post("/", data={"body": WORDS}, environ_overrides={"PATH_INFO": "//evil/x"})
    assert answer.status_code in (400, 404, 503)
    assert not has_form(answer.text, "//evil/x")


def test_a_program_is_told_as_a_problem(
    gone: Callable[[], None], as_alex: Client, book_id: int
) -> None:
    headers = {"X-CSRFToken": as_alex.token}
    gone()
    for answer in (
        as_alex.get("/api/v1/works/1"),
        as_alex.post("/api/v1/works/1/reviews", json={"stars": 4}, headers=headers),
    ):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.content_type == "application/problem+json"
        assert answer.json is not None
        assert answer.json["title"] == "Back in a moment"
