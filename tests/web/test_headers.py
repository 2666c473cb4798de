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


def test_every_answer_carries_them_once(client: Client, as_alex: Client) -> None:
    files = ["/static/css/base.css", "/api/v1/works/1", "/api/v1/nothing"]
    answers = ["/sign-in", "/no-such-page", "/sign-out", "/books?after=broken"]
    for path in (*PUBLIC, *PRIVATE, *files, *answers):
        for browser in (client, as_alex):
            answer = browser.get(path)
            for name, value in HEADERS.items():
                assert answer.headers.getlist(name) == [value], path


def test_the_policy_allows_nothing_inline_or_foreign() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    for hole in ("unsafe", "*", "http", "blob:", "data:"):
        assert hole not in policy


def test_pages_keep_to_the_policy(client: Client, as_alex: Client) -> None:
    for path in (*PUBLIC, *PRIVATE, "/sign-in", "/sign-up", "/no-such-page"):
        for browser in (client, as_alex):
            page = browser.get(path).text
            page = page.replace('<link rel="canonical" href="http://localhost', "<link ")
            for breach in (
                # What programs read of a book is no script: browsers run none of it.
                r"<script(?![^>]*\ssrc=\"/static/)(?! type=\"application/ld\+json\">)",
                r"<style|\sstyle=|\son[a-z]+=|javascript:",
                r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//',
                r'<form[^>]*action="(?!/)',
            ):
                assert not re.search(breach, page), path


def test_what_is_shown_to_one_person_stays_with_them(as_alex: Client) -> None:
    for path in (*PUBLIC, *PRIVATE):
        answer = as_alex.get(path)
        assert answer.headers["Cache-Control"] == "private, no-cache", path
        assert "Cookie" in answer.headers["Vary"], path


def test_what_programs_get_is_kept_alike(client: Client, as_alex: Client) -> None:
    for path in ("/api/v1/works/1", "/api/v1/reviews/1"):
        assert client.get(path).headers["Cache-Control"] == "no-cache"
        assert as_alex.get(path).headers["Cache-Control"] == "private, no-cache"


def test_a_form_for_visitors_is_theirs_alone(client: Client) -> None:
    answer = client.get("/sign-in")  # sets the cookie that its token belongs to
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_no_answer_names_what_we_are_made_of(app: Flask, client: Client) -> None:
    assert not {"Server", "X-Powered-By"} & set(client.get("/").headers.keys())
