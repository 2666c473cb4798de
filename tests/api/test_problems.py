"""Refusals as problem+json, in the words of the pages, and a description that is true."""

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.config import LARGEST_BODY
from bookreviews.errors import TooMany
from tests import stored
from tests.client import Client, client_of, fields_of
from tests.stored import Said

REVIEWS = "/api/v1/works/1/reviews"
PAGE = "/books/python-for-beginners"


def problem_of(answer: TestResponse, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of this status, and return it."""
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert {"status", "title", "detail"} <= set(problem) <= {"status", "title", "detail", "errors"}
    assert problem["status"] == status
    assert all(set(error) == {"field", "detail"} for error in problem.get("errors", []))
    return problem


def send(client: Client, body: bytes, kind: str = "application/json") -> TestResponse:
    headers = {"X-CSRFToken": client.token}
    return client.post(REVIEWS, data=body, content_type=kind, headers=headers)


@pytest.mark.usefixtures("book_id")
class TestABody:
    def test_that_is_no_json_is_refused(self, as_alex: Client) -> None:
        for body in (
            *(b"", b" ", b"{", b'{"stars": }', b'{"stars": 4,}', b"stars=4"),
            *(b'{"body": "caf\xe9"}', b"\xff\xfe{\x00}\x00"),
            *(b"[" * 200_000, b'{"body": ' * 100_000, b'{"stars": ' + b"9" * 5000 + b"}"),
        ):
            problem = problem_of(send(as_alex, body), 400)
            assert problem["detail"] == "What you sent is not JSON that we can read."
        assert stored.reviews() == []

    def test_of_another_type_is_refused(self, as_alex: Client) -> None:
        form = "application/x-www-form-urlencoded"
        for kind in ("", "text/plain", form, "multipart/form-data"):
            problem = problem_of(send(as_alex, b'{"stars": 4}', kind), 415)
            assert "Content-Type: application/json" in problem["detail"]
        assert stored.reviews() == []

    def test_that_is_too_large_is_refused(self, as_alex: Client) -> None:
        body = json.dumps({"body": "x" * LARGEST_BODY}).encode()
        problem_of(send(as_alex, body), 413)
        assert stored.reviews() == []

    def test_of_another_shape_is_refused(self, as_alex: Client) -> None:
        for body, field in (
            (b'{"stars": "4"}', "stars"),
            (b'{"stars": true}', "stars"),
            (b'{"stars": [4]}', "stars"),
            (b'{"stars": {"halves": 9}}', "stars"),
            (b'{"stars": NaN}', "stars"),
            (b'{"stars": Infinity}', "stars"),
            (b'{"stars": 1e999}', "stars"),
            (b'{"stars": ' + b"9" * 400 + b"}", "stars"),
            (b'{"stars": 4, "body": 7}', "body"),
            (b'{"stars": 4, "body": null}', "body"),
            (b'{"stars": 4, "body": ["x"]}', "body"),
            (b'{"stars": 4, "body": ' + b"[" * 500 + b"]" * 500 + b"}", "body"),
            (b'{"stars": 4, "has_spoilers": "yes"}', "has_spoilers"),
            (b'{"stars": 4, "has_spoilers": null}', "has_spoilers"),
            (b'{"stars": 4, "has_spoilers": []}', "has_spoilers"),
            (b'{"stars": 4, "author_id": 7}', "author_id"),
            (b'{"stars": 4, "\\ud800": 7}', "\ud800"),
            (b'{"stars": 4, "": 7}', ""),
            (b"[]", "_schema"),
            (b"null", "_schema"),
            (b"7", "_schema"),
            (b'"stars"', "_schema"),
        ):
            problem = problem_of(send(as_alex, body), 422)
            assert [error["field"] for error in problem["errors"]] == [field], body
        assert stored.reviews() == []

    @pytest.mark.parametrize("body", [b'{"body": "\\ud800"}', b'{"body": "a\\u0000b"}'])
    def test_of_damaged_words_is_refused(self, as_alex: Client, body: bytes) -> None:
        problem = problem_of(send(as_alex, body), 422)
        assert "can't be read" in problem["detail"]
        assert stored.reviews() == []

    def test_says_the_last_of_what_it_says_twice(self, as_alex: Client) -> None:
        assert send(as_alex, b'{"stars": 1, "stars": 4}').status_code == 201
        assert stored.reviews() == [Said("alex", 4.0, None)]


@pytest.mark.usefixtures("book_id")
class TestWhoMayWrite:
    @pytest.mark.parametrize("token", [None, "", "made up"])
    def test_needs_the_token_of_a_page(self, as_alex: Client, token: str | None) -> None:
        headers = {} if token is None else {"X-CSRFToken": token}
        answer = as_alex.post(REVIEWS, json={"stars": 4}, headers=headers)
        problem_of(answer, 400)
        assert stored.reviews() == []

    def test_needs_a_token_of_the_same_session(self, as_alex: Client, as_bo: Client) -> None:
        headers = {"X-CSRFToken": as_bo.token}
        problem_of(as_alex.post(REVIEWS, json={"stars": 4}, headers=headers), 400)
        assert stored.reviews() == []

    def test_needs_someone_signed_in(self, client: Client) -> None:
        headers = {"X-CSRFToken": client.token}
        answer = client.post(REVIEWS, json={"stars": 4}, headers=headers)
        assert problem_of(answer, 401)["detail"] == "Sign in first."
        answer = client.patch("/api/v1/reviews/1", json={"stars": 4}, headers=headers)
        problem_of(answer, 401)
        assert stored.reviews() == []


@pytest.mark.usefixtures("book_id")
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("stars", {"stars": 0.3}),
        ("stars", {"stars": 11}),
        ("stars", {"stars": -1, "body": "Words."}),
        ("body", {"body": ""}),
        ("body", {"body": " \u200b "}),
        ("body", {"stars": 4, "body": "x" * 100_000}),
        ("body", {"stars": 4, "body": "a\0b"}),
    ],
)
def test_page_and_api_refuse_in_the_same_words(
    as_alex: Client, field: str, said: dict[str, Any]
) -> None:
    answer = as_alex.post(REVIEWS, json=said, headers={"X-CSRFToken": as_alex.token})
    (error,) = problem_of(answer, 422)["errors"]
    assert error["field"] == field
    form = fields_of(as_alex.get(PAGE).text, f"{PAGE}/reviews")
    typed = {name: str(value) for name, value in said.items()}
    page = as_alex.post(f"{PAGE}/reviews", data=form | typed)
    assert page.status_code == 422
    assert error["detail"] in page.text.replace("&#39;", "'")
    assert stored.reviews() == []


class TestElsewhere:
    @pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/v1", "/api/v2/works/1"])
    def test_nothing_is_a_problem_too(self, client: Client, path: str) -> None:
        problem_of(client.get(path), 404)

    def test_a_wrong_method_is_told_the_right_ones(self, client: Client) -> None:
        answer = client.delete("/api/v1/works/1", headers={"X-CSRFToken": client.token})
        problem_of(answer, 405)
        assert set(answer.allow) == {"GET", "HEAD", "OPTIONS"}

    def test_what_broke_is_not_told(self, own_app: Flask) -> None:
        own_app.testing = False

        @own_app.get("/api/broken")
        def broken() -> str:
            raise ZeroDivisionError("the secret is 42")

        problem = problem_of(client_of(own_app).get("/api/broken"), 500)
        assert "42" not in json.dumps(problem)

    def test_too_many_tells_when_to_come_back(self, own_app: Flask) -> None:
        @own_app.get("/api/refused")
        def refused() -> str:
            raise TooMany("Not so fast.", retry_after=60)

        answer = client_of(own_app).get("/api/refused")
        assert problem_of(answer, 429)["detail"] == "Not so fast."
        assert answer.headers["Retry-After"] == "60"
