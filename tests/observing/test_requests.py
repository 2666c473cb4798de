"""What a request tells: one line without names or words, a reference, its cost to an admin."""

import json
import logging

import pytest
from flask import Flask

from bookreviews import create_app
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.observing import logs
from tests.client import Client, client_of
from tests.conftest import PASSWORD, settings_for

BOOK = "/books/python-for-beginners"


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Let all here use an application of their own, since it gets another address."""
    return own_app


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Hear all that our own loggers say, quiet things too."""
    caplog.set_level(logging.DEBUG, "bookreviews")
    return caplog


@pytest.fixture
def broken(app: Flask) -> None:
    """Add an address that breaks with words that are nobody's business."""
    app.testing = False

    @app.get("/broken/<token>")
    def broken(token: str) -> str:
        raise ZeroDivisionError(f"no line but the first is told\n{token}")


def lines(told: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """Return what a log of JSON would hold of requests."""
    form = logs.plan(settings_for("sqlite:///:memory:"))["formatters"]["ours"]["()"]()
    records = [one for one in told.records if one.name == "bookreviews.requests"]
    return [json.loads(form.format(record)) for record in records]


class TestLine:
    def test_tells_what_was_asked_and_what_it_cost(
        self, client: Client, book_id: int, told: pytest.LogCaptureFixture
    ) -> None:
        answer = client.get(f"{BOOK}?from=a-friend")
        (line,) = lines(told)
        assert (line["method"], line["route"], line["status"]) == ("GET", "/books/<slug>", 200)
        assert line["level"] == "info"
        assert line["bytes"] == len(answer.data)
        assert line["statements"] >= 5
        assert line["ms"] >= line["sql_ms"] > 0
        assert line["user_id"] is None

    def test_names_who_is_signed_in_by_their_number_only(
        self, as_alex: Client, alex: Viewer, told: pytest.LogCaptureFixture
    ) -> None:
        as_alex.get("/users/alex")
        (line,) = lines(told)
        assert line["user_id"] == alex.id
        assert line["route"] == "/users/<username>"
        assert "alex" not in json.dumps(line).lower()

    def test_holds_nothing_that_was_typed(
        self, client: Client, alex: Viewer, told: pytest.LogCaptureFixture
    ) -> None:
        client.submit("/sign-in", "/sign-in", identifier="alex@example.org", password=PASSWORD)
        client.get("/search?q=something+private")
        client.get("/password-resets/a-way-back-in")
        told_all = json.dumps(lines(told))
        for secret in ("alex", PASSWORD, "private", "a-way-back-in", "session"):
            assert secret not in told_all

    def test_of_what_is_not_there_names_no_path(
        self, client: Client, told: pytest.LogCaptureFixture
    ) -> None:
        client.get("/a-secret-address")
        (line,) = lines(told)
        assert (line["route"], line["status"]) == ("none", 404)

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
    def test_of_machines_is_quiet(
        self, client: Client, told: pytest.LogCaptureFixture, path: str
    ) -> None:
        client.get(path)
        assert [line["level"] for line in lines(told)] == ["debug"]

    def test_of_what_broke_comes_with_where_and_the_same_reference(
        self, broken: None, client: Client, told: pytest.LogCaptureFixture
    ) -> None:
        answer = client.get("/broken/a-secret-token")
        assert answer.status_code == 500
        why, line = lines(told)
        assert why["message"] == "GET /broken/<token> broke"
        assert "in broken" in str(why["traceback"])
        assert "ZeroDivisionError: no line but the first is told" in str(why["traceback"])
        assert (line["status"], line["level"]) == (500, "error")
        assert "a-secret-token" not in json.dumps([why, line])


class TestReference:
    def test_stands_on_each_answer_and_is_new_each_time(self, client: Client) -> None:
        first, second = (client.get("/sign-in").headers["X-Request-ID"] for _ in range(2))
        assert len(first) == len(second) == 32
        assert first != second

    def test_stands_on_the_page_that_says_that_something_broke(
        self, broken: None, client: Client
    ) -> None:
        answer = client.get("/broken/x")
        assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text

    def test_of_anybody_is_not_believed(self, client: Client) -> None:
        answer = client.get("/sign-in", headers={"X-Request-ID": "mine-0001"})
        assert answer.headers["X-Request-ID"] != "mine-0001"

    @pytest.mark.parametrize(
        ("given", "is_taken"),
        [
            ("0123456789abcdef", True),
            ("A-z-9", True),
            ("x" * 64, True),
            ("x" * 65, False),
            ("", False),
            ("a b", False),
            ('a","level":"x', False),
            ("é", False),
        ],
    )
    def test_of_a_proxy_is_taken_if_it_looks_like_one(
        self, database_url: str, given: str, is_taken: bool
    ) -> None:
        client = client_of(create_app(settings_for(database_url, trusted_proxies=1)))
        answer = client.get("/healthz", headers={"X-Request-ID": given})
        assert (answer.headers["X-Request-ID"] == given) == is_taken


class TestCost:
    def test_is_told_to_an_admin(self, app: Flask, ada: Viewer, book_id: int) -> None:
        timing = client_of(app, ada).get(BOOK).headers["Server-Timing"]
        assert timing.startswith("total;dur=")
        assert ", sql;dur=" in timing
        assert timing.endswith(' statements"')

    @pytest.mark.parametrize("who", [None, "alex", "mo"])
    def test_is_told_to_nobody_else(
        self, app: Flask, who: str | None, book_id: int, request: pytest.FixtureRequest
    ) -> None:
        browser = client_of(app, request.getfixturevalue(who) if who else None)
        assert "Server-Timing" not in browser.get(BOOK).headers

    def test_of_looking_is_no_statement(self, app: Flask, as_alex: Client) -> None:
        """A page that doesn't ask who is looking is not made to by its line in the log."""
        session().rollback()
        assert as_alex.get("/healthz").status_code == 200
        assert "Server-Timing" not in as_alex.get("/healthz").headers
