"""Previews: the same HTML that posting would keep, and nothing is kept."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from bookreviews.reviews.models import Review
from tests import stored
from tests.client import Client


def preview(client: Client, **words: Any) -> TestResponse:
    return client.post("/api/v1/previews", json=words, headers={"X-CSRFToken": client.token})


def test_shows_words_as_others_would_see_them(as_alex: Client, book_id: int) -> None:
    words = "> quoted\n\n*Good* & <b>bold</b> [link](javascript:alert(1))"
    html = preview(as_alex, body=words).json["html"]
    posted = as_alex.post(
        "/api/v1/works/1/reviews", json={"body": words}, headers={"X-CSRFToken": as_alex.token}
    )
    assert html == posted.json["body_html"]
    assert "<b>" not in html


def test_keeps_nothing(as_alex: Client, book_id: int) -> None:
    assert preview(as_alex, body="Words.").status_code == 200
    assert stored.count_of(Review) == 0


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        ({"body": " "}, "Give stars, or write a few words, or both."),
        ({"body": "a\0b"}, "can't be read"),
        ({"body": "x" * 20_001}, "20,001"),
        ({"body": None}, "Field may not be null."),
        ({"body": 7}, "Not a valid string."),
        ({}, "Missing data for required field."),
    ],
)
def test_refuses_what_posting_refuses(as_alex: Client, words: dict[str, Any], detail: str) -> None:
    answer = preview(as_alex, **words)
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["field"] == "body"
    assert detail in error["detail"]


def test_is_for_who_is_in(client: Client) -> None:
    assert preview(client, body="Words.").status_code == 401
