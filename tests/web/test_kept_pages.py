"""Pages that a worker keeps by the book's version: the same answers, without the application."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.site import queries as site
from bookreviews.site import services as settings
from bookreviews.transactions import transaction
from bookreviews.web import kept_pages
from bookreviews.web.kept_pages import Basis, KeptPage, KeptPages
from tests import crowd
from tests.client import Client, client_of
from tests.conftest import NOON
from tests.reviews.acts import post
from tests.web.test_statements import asked

BOOK = "/books/python-for-beginners"
REVIEWS = f"{BOOK}/reviews"


@pytest.fixture(autouse=True)
def _known_site(app: Flask, book_id: int) -> None:
    """Let there be a book, on a site whose settings are known for as long as a test takes."""
    app.extensions["site"].lasts = 3600
    site.current()
    session().rollback()


@contextmanager
def untouched(app: Flask) -> Iterator[None]:
    """Fail if the application is asked for anything in here."""
    with patch.object(app, "full_dispatch_request", side_effect=AssertionError("it was asked")):
        yield


def headers_of(answer: TestResponse) -> dict[str, str]:
    """Return the headers of an answer, but the one that is another each time."""
    return {name: value for name, value in answer.headers if name != "X-Request-ID"}


class TestKeptFirst:
    def test_asks_once_for_all_and_then_for_the_version(self, client: Client) -> None:
        with asked() as first:
            page = client.get(BOOK)
        with asked() as second:
            again = client.get(f"{BOOK}?from=a-friend")
        assert (len(first), len(second)) == (5, 1)
        assert again.data == page.data

    @pytest.mark.parametrize("path", [BOOK, f"{REVIEWS}?sort=oldest"])
    @pytest.mark.parametrize("encoding", ["gzip", "identity"])
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_answers_as_the_application_does(
        self, app: Flask, client: Client, path: str, encoding: str, method: str
    ) -> None:
        wanted = {"Accept-Encoding": encoding}
        made = client.open(path, method=method, headers=wanted)
        had = wanted | {"If-None-Match": made.headers["ETag"]}
        app.extensions["kept_pages"] = KeptPages(10**6)
        made_for_who_has_it = client.open(path, method=method, headers=had)
        with untouched(app):
            kept = client.open(path, method=method, headers=wanted)
            kept_for_who_has_it = client.open(path, method=method, headers=had)
        for one, other in ((kept, made), (kept_for_who_has_it, made_for_who_has_it)):
            assert (one.status, one.data) == (other.status, other.data)
            assert headers_of(one) == headers_of(other)
            assert one.headers["X-Request-ID"] != other.headers["X-Request-ID"]

    def test_sends_nothing_again_to_who_has_it(self, app: Flask, client: Client) -> None:
        tag = client.get(BOOK).headers["ETag"]
        with untouched(app):
            for tags in (tag, f'"other", {tag}'):
                answer = client.get(BOOK, headers={"If-None-Match": tags})
                assert (answer.status_code, answer.data) == (304, b"")
                assert not {"Content-Type", "Content-Length"} & set(answer.headers.keys())
            assert client.get(BOOK, headers={"If-None-Match": 'W/"other"'}).status_code == 200

    def test_keeps_what_it_answers_to_a_browser_that_has_it(
        self, app: Flask, client: Client
    ) -> None:
        tag = client.get(BOOK).headers["ETag"]
        app.extensions["kept_pages"] = KeptPages(10**6)
        assert client.get(BOOK, headers={"If-None-Match": tag}).status_code == 304
        with untouched(app):
            assert b"Python" in client.get(BOOK).data

    def test_is_told_of_like_all_others(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.get(BOOK)
        caplog.set_level(logging.INFO, "bookreviews.requests")
        answer = client.get(BOOK)
        (line,) = caplog.records
        assert line.getMessage() == "GET /books/<slug>"
        told = line.facts  # type: ignore[attr-defined]
        assert (told["status"], told["statements"], told["user_id"]) == (200, 1, None)
        assert told["bytes"] == len(answer.data)

    def test_minds_no_cookies_of_others(self, app: Flask, client: Client) -> None:
        client.set_cookie("theme", "dark")
        client.get(BOOK)
        with untouched(app):
            assert client.get(BOOK).status_code == 200

    @pytest.mark.parametrize("name", ["session", "written"])
    def test_leaves_readers_to_the_application(self, app: Flask, client: Client, name: str) -> None:
        client.get(BOOK)
        client.set_cookie(name, "anything")
        with asked() as statements:
            assert client.get(BOOK).status_code == 200
        assert len(statements) > 1

    def test_leaves_to_the_application_to_tell_of_an_outage(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.get(BOOK)
        trouble = OperationalError("SELECT", {}, OSError())
        with patch.object(kept_pages, "find_version", side_effect=trouble):
            assert client.get(BOOK).status_code == 200  # it was only the question here that failed


class TestKeepingByVersion:
    def test_a_write_shows_at_once(self, client: Client, alex: Viewer, book_id: int) -> None:
        tag = client.get(BOOK).headers["ETag"]
        client.get(REVIEWS)
        post(alex, book_id, body="Just now.")
        answer = client.get(BOOK, headers={"If-None-Match": tag})
        assert "Just now." in answer.text
        assert "Just now." in client.get(REVIEWS).text

    def test_lists_differ_by_what_is_asked(self, client: Client, book_id: int) -> None:
        crowd.review_by_each(crowd.readers(20), book_id)
        queries = ("", "?sort=oldest", "?sort=highest", "?stars=5", "?sort=oldest&stars=1")
        pages = {query: client.get(REVIEWS + query).data for query in queries}
        assert len(set(pages.values())) == len(pages)
        assert client.get(f"{REVIEWS}?sort=oldest").data == pages["?sort=oldest"]
        # However it is spelled; of two that contradict each other the first holds.
        assert client.get(f"{REVIEWS}?stars=1&sort=oldest").data == pages["?sort=oldest&stars=1"]
        assert client.get(f"{REVIEWS}?sort=oldest&sort=highest").data == pages["?sort=oldest"]
        assert client.get(f"{REVIEWS}?%73ort=oldest").data == pages["?sort=oldest"]
        assert client.get(f"{REVIEWS}?q=%FF&sort=%FF&from=x").data == pages[""]

    @pytest.mark.parametrize(
        "path",
        [f"{BOOK}?sort=oldest", f"{BOOK}?after=x", f"{REVIEWS}?sort=x", f"{REVIEWS}?stars=7"],
    )
    def test_keeps_nothing_under_an_address_that_means_nothing(
        self, app: Flask, client: Client, path: str
    ) -> None:
        assert client.get(path).status_code == 200
        assert app.extensions["kept_pages"]._bytes == 0

    @pytest.mark.parametrize("path", [BOOK, f"{REVIEWS}?sort=lowest&stars=4", f"{REVIEWS}?via=x"])
    def test_keeps_what_is_understood(self, app: Flask, client: Client, path: str) -> None:
        client.get(path)
        with untouched(app):
            assert client.get(path).status_code == 200

    def test_readers_and_visitors_never_share(
        self, client: Client, app: Flask, alex: Viewer
    ) -> None:
        as_alex = client_of(app, alex)
        for _ in range(2):
            assert "Your review will stand here" in as_alex.get(BOOK).text
            assert "Sign up" in client.get(BOOK).text

    def test_what_admins_set_shows_as_soon_as_it_is_known(
        self, client: Client, ada: Viewer
    ) -> None:
        assert "Closed on Sunday" not in client.get(BOOK).text
        with transaction():
            settings.change(actor=ada, values={"announcement": "Closed on Sunday"}, at=NOON)
        site.forget()
        assert "Closed on Sunday" in client.get(BOOK).text

    def test_none_is_kept_where_there_is_no_memory_for_it(self, app: Flask, client: Client) -> None:
        app.extensions["kept_pages"] = KeptPages(0)
        for _ in range(2):
            with asked() as statements:
                assert client.get(BOOK).status_code == 200
            assert len(statements) == 5


class TestKeptPages:
    def page(self, size: int) -> KeptPage:
        basis = Basis("slug", 1, 1, site.current())
        return KeptPage(b"x" * size, "text/html", "tag", (), "/books/<slug>", basis)

    def test_are_found_until_their_time_is_over(self) -> None:
        time = [100.0]
        pages = KeptPages(1000, lasts=30, clock=lambda: time[0])
        pages.keep("a", self.page(10))
        time[0] += 29
        assert pages.find("a") == self.page(10)
        time[0] += 1
        assert pages.find("a") is None
        pages.keep("b", self.page(1000))  # what was over takes no room
        assert pages.find("b") is not None

    def test_those_nobody_asked_for_the_longest_go_first(self) -> None:
        pages = KeptPages(100)
        for name in "abc":
            pages.keep(name, self.page(30))
        pages.find("a")
        pages.keep("d", self.page(30))
        assert [name for name in "abcd" if pages.find(name)] == ["a", "c", "d"]

    def test_one_in_the_place_of_another_counts_once(self) -> None:
        pages = KeptPages(100)
        for _ in range(5):
            pages.keep("a", self.page(60))
        pages.keep("b", self.page(40))
        assert pages.find("a") is not None
        assert pages.find("b") is not None

    def test_one_that_is_too_large_is_not_kept(self) -> None:
        pages = KeptPages(100)
        pages.keep("small", self.page(30))
        pages.keep("a", self.page(101))
        assert pages.find("a") is None
        assert pages.find("small") is not None
