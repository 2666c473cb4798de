"""Cookies outlive a clock that is set back, and are still nobody else's to make."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from tests.client import Client, fields_of
from tests.web.test_statements import BOOK

REVIEWS = f"{BOOK}/reviews"


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is signed now have been signed in an hour."""
    an_hour_on = int(datetime.now(UTC).timestamp()) + 3600
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: an_hour_on)


def test_who_signed_in_before_the_clock_was_set_back_stays_so(
    ahead: None, as_alex: Client, book_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = fields_of(as_alex.get(BOOK).text, REVIEWS) | {"stars": "4"}
    monkeypatch.undo()
    assert as_alex.post(REVIEWS, data=form).status_code == 303


def test_a_cookie_that_somebody_has_changed_is_nobodys(app: Flask, as_alex: Client) -> None:
    cookie = as_alex.get_cookie("session")
    assert cookie is not None
    assert as_alex.get("/settings").status_code == 200
    as_alex.set_cookie("session", cookie.value[:-2] + ("AA" if cookie.value[-2:] != "AA" else "BB"))
    assert as_alex.get("/settings").status_code == 303
