"""What broke is counted by day and place, and tells nothing of what a reader typed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from bookreviews import breaking
from bookreviews.breakages import queries, services
from bookreviews.lib.clock import now
from bookreviews.lib.slugs import slug_of
from bookreviews.transactions import transaction
from tests.client import client_of
from tests.conftest import NOON, any_database

SECRET = "what a reader typed"


def error_of_ours() -> Exception:
    try:
        slug_of(None, otherwise=SECRET)  # type: ignore[arg-type]
    except TypeError as error:
        return error
    raise AssertionError("it should have broken")


@any_database
def test_the_same_is_counted_once_a_day(app: Flask) -> None:
    error = ValueError(SECRET)
    for hours in (0, 1, 13):
        with transaction():
            services.note(place="GET /books", error=error, at=NOON + timedelta(hours=hours))
    rows = queries.latest(most=9)
    assert [(row.place, row.error, row.count) for row in rows] == [
        ("GET /books", "ValueError", 1),
        ("GET /books", "ValueError", 2),
    ]
    assert queries.count_per_day(NOON.date()) == {
        NOON.date(): 2,
        NOON.date() + timedelta(days=1): 1,
    }


def test_it_says_where_and_not_what() -> None:
    assert services.name_of(error_of_ours()).startswith("TypeError in lib/slugs.py:")
    assert services.name_of(KeyError(SECRET)) == "KeyError"


@any_database
def test_it_is_forgotten_after_a_while(app: Flask) -> None:
    with transaction():
        services.note(place="GET /", error=KeyError(), at=NOON)
    for days, left in ((90, 1), (91, 0)):
        with transaction():
            services.forget_old(at=NOON + timedelta(days=days))
        assert len(queries.latest(most=9)) == left


def test_a_page_that_breaks_is_counted(own_app: Flask) -> None:
    def broken(thing: str) -> str:
        raise ValueError(SECRET)

    own_app.add_url_rule("/broken/<thing>", "broken", broken)
    own_app.testing = False
    assert client_of(own_app).get("/broken/cup").status_code == 500
    (row,) = queries.latest(most=9)
    assert (row.place, row.error, row.day) == ("GET /broken/<thing>", "ValueError", now().date())


def test_what_cannot_be_counted_does_not_break_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable(**_: object) -> None:
        raise OperationalError("INSERT", {}, Exception(SECRET))

    monkeypatch.setattr(services, "note", unreachable)
    breaking.remember(KeyError(), place="GET /", reference="")
    assert caplog.messages == ["An error could not be counted: OperationalError"]
    assert queries.latest(most=9) == []
