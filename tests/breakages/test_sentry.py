"""Errors reach what speaks Sentry's language, with nothing of readers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from bookreviews import create_app
from tests.client import Client, client_of
from tests.conftest import settings_for
from tests.listener import Listener, listening


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as somebody:
        yield somebody


@pytest.fixture
def told(sqlite_url: str, listener: Listener) -> Flask:
    """Return an application that tells the listener of errors, with an address that breaks."""
    dsn = f"http://a-public-key@127.0.0.1:{listener.port}/7"
    app = create_app(settings_for(sqlite_url, sentry_dsn=dsn))
    app.testing = False

    @app.post("/broken/<token>")
    def broken(token: str) -> str:
        password = "correct horse battery"
        raise LookupError(f"nothing is found\n[parameters: {token}, {password}]")

    app.extensions["csrf"].exempt(broken)
    return app


def events(app: Flask, listener: Listener) -> list[dict[str, Any]]:
    """Return all that was told, once all is."""
    app.extensions["sentry"].end()
    return [event for body in listener.bodies("/api/7/envelope/") for event in events_in(body)]


def events_in(envelope: bytes) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in envelope.splitlines() if line]
    return [line for line in lines if "exception" in line]


def test_an_error_is_told_with_its_place_and_reference(told: Flask, listener: Listener) -> None:
    answer = client_of(told).post("/broken/a-token?q=illness", data={"body": "my words"})
    assert answer.status_code == 500
    (event,) = events(told, listener)
    assert event["transaction"] == "POST /broken/<token>"
    assert event["tags"] == {"reference": answer.headers["X-Request-ID"]}
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("LookupError", "nothing is found")
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"


def test_nothing_of_a_reader_is_told(told: Flask, listener: Listener) -> None:
    browser = client_of(told)
    browser.post(
        "/broken/a-token?q=illness", data={"body": "my words"}, headers={"User-Agent": "my phone"}
    )
    (event,) = events(told, listener)
    assert not {"request", "user"} & event.keys()
    assert not event.get("server_name")
    assert event.get("breadcrumbs", {}).get("values", []) == []
    for frame in event["exception"]["values"][0]["stacktrace"]["frames"]:
        assert "vars" not in frame
    # The line of code that raised is told; what it was called with isn't.
    for words in ("a-token", "illness", "my words", "my phone"):
        assert words not in json.dumps(event)


def test_what_readers_did_wrong_is_not_told(told: Flask, listener: Listener) -> None:
    assert client_of(told).get("/books/no-such-book").status_code == 404
    assert events(told, listener) == []


def test_a_job_that_failed_is_told(told: Flask, listener: Listener) -> None:
    def fall(at: object) -> None:
        raise LookupError("nothing is found")

    with told.app_context():
        told.extensions["jobs"].add(fall)
        told.extensions["jobs"].do("fall")
    (event,) = events(told, listener)
    assert event["transaction"] == "job fall"


def test_without_an_address_nobody_is_told(app: Flask, client: Client) -> None:
    assert app.extensions["sentry"] is None
