"""Errors as pages: what happened, in plain words, and a way on."""

import pytest
from flask import Flask, abort
from sqlalchemy import text

from bookreviews.errors import Conflict, NotAllowed, TooMany
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.client import Client, has_form


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Let all here use an application of their own, since it gets more addresses."""
    return own_app


@pytest.fixture
def faulty(app: Flask) -> None:
    """Add addresses where things go wrong."""
    app.testing = False  # as it is for people: no traceback instead of a page

    @app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError("the secret is swordfish")

    @app.get("/aborted/<int:status>")
    def aborted(status: int) -> str:
        abort(status)

    @app.get("/refused/<kind>")
    def refused(kind: str) -> str:
        raise {
            "conflict": Conflict("It is so already."),
            "not-allowed": NotAllowed("It is hers alone."),
            "too-many": TooMany("Not so fast.", retry_after=60),
        }[kind]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/no-such-page", 404, "There is nothing here"),
        ("/books/no-such-book", 404, "There is no such book here."),
        ("/aborted/400", 400, "We could not read that"),
        ("/aborted/403", 403, "Not allowed"),
        ("/aborted/405", 405, "That can&#39;t be done here"),
        ("/aborted/413", 413, "That is too much"),
        ("/aborted/415", 415, "We could not read that"),
        ("/aborted/418", 418, "Please go back and try again."),
        ("/aborted/429", 429, "Too many attempts"),
        ("/aborted/503", 503, "Service Unavailable"),
        ("/refused/conflict", 409, "It is so already."),
        ("/refused/not-allowed", 403, "It is hers alone."),
        ("/refused/too-many", 429, "Not so fast."),
        ("/broken", 500, "Something broke on our side"),
    ],
)
@pytest.mark.usefixtures("faulty")
def test_each_error_is_a_page_with_a_way_on(
    client: Client, as_alex: Client, path: str, status: int, words: str
) -> None:
    for browser in (client, as_alex):
        answer = browser.get(path)
        assert answer.status_code == status
        assert answer.content_type == "text/html; charset=utf-8"
        assert words in answer.text
        assert f"Error {status}" in answer.text
        assert '<meta name="robots" content="noindex">' in answer.text
        assert has_form(answer.text, "/search")
        assert 'href="/books"' in answer.text


def test_too_many_tells_when_to_come_back(faulty: None, client: Client) -> None:
    assert client.get("/refused/too-many").headers["Retry-After"] == "60"


def test_what_broke_is_not_told(faulty: None, client: Client) -> None:
    page = client.get("/broken").text
    for secret in ("swordfish", "ZeroDivisionError", "Traceback"):
        assert secret not in page.split("<main")[1]


def test_a_broken_database_is_a_page_too(
    faulty: None, app: Flask, client: Client, as_alex: Client
) -> None:
    """Who is looking can't be told then, and need not be."""
    with transaction():
        session().execute(text("DROP TABLE sign_in_sessions"))
        session().execute(text("DROP TABLE rating_summaries"))
    for browser in (client, as_alex):
        answer = browser.get("/books")
        assert answer.status_code == 500
        assert "Something broke on our side" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_told_the_right_ones(as_alex: Client, method: str) -> None:
    answer = as_alex.open("/subjects", method=method, headers={"X-CSRFToken": as_alex.token})
    assert answer.status_code == 405
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS"}
    assert "That can&#39;t be done here" in answer.text


def test_no_redirect_trusts_the_host_header(client: Client, book_id: int) -> None:
    path = {"PATH_INFO": "//books//python-for-beginners", "HTTP_HOST": "evil.example"}
    assert client.get("/", environ_overrides=path).status_code == 404
