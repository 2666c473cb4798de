"""Headers of every answer, and pages that keep to the policy they announce."""

import re

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.web.headers import HEADERS
from tests import crowd
from tests.client import Client

BOOK = "/books/python-for-beginners"
PUBLIC = ["/", "/books", BOOK, f"{BOOK}/reviews", "/subjects", "/search?q=python", "/users/alex"]
PRIVATE = ["/settings", "/reviews/1/edit", "/reviews/1/thanks", "/reviews/1/withdrawal"]


@pytest.fixture(autouse=True)
def _review(alex: Viewer, book_id: int) -> None:
    crowd.review_by_each([alex], book_id)


@pytest.mark.parametrize(
    "path",
    [
        *PUBLIC,
        *PRIVATE,
        "/sign-in",
        "/no-such-page",
        "/sign-out",
        "/api/v1/works/1",
        "/api/v1/nothing",
        "/static/css/base.css",
        "/books?after=broken",
    ],
)
def test_every_answer_carries_them_once(client: Client, as_alex: Client, path: str) -> None:
    for browser in (client, as_alex):
        answer = browser.get(path)
        for name, value in HEADERS.items():
            assert answer.headers.getlist(name) == [value]


def test_the_policy_allows_nothing_inline_or_foreign() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    for hole in ("unsafe", "*", "http", "blob:"):
        assert hole not in policy
    assert "data:" not in policy.replace("img-src 'self' data:", "")


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE, "/sign-in", "/sign-up", "/no-such-page"])
def test_pages_keep_to_the_policy(client: Client, as_alex: Client, path: str) -> None:
    for browser in (client, as_alex):
        page = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        assert not re.search(
            r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//',
            page.replace('<link rel="canonical" href="http://localhost', "<link "),
        )
        assert not re.search(r'<form[^>]*action="(?!/)', page)


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_what_is_shown_to_one_person_stays_with_them(as_alex: Client, path: str) -> None:
    answer = as_alex.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/api/v1/works/1", "/api/v1/reviews/1"])
def test_what_programs_get_is_kept_alike(client: Client, as_alex: Client, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-cache"
    assert as_alex.get(path).headers["Cache-Control"] == "private, no-cache"


def test_a_form_for_visitors_is_theirs_alone(client: Client) -> None:
    answer = client.get("/sign-in")  # sets the cookie that its token belongs to
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_no_answer_names_what_we_are_made_of(app: Flask, client: Client) -> None:
    assert not {"Server", "X-Powered-By"} & set(client.get("/").headers.keys())
