"""Pages that are the same for every visitor: tagged, compressed, kept by the book's version."""

import gzip

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.site import queries as site
from bookreviews.site import services as settings
from bookreviews.transactions import transaction
from bookreviews.web.public_pages import CACHE_CONTROL, KeptPages, PublicPage
from tests import crowd
from tests.client import Client, client_of
from tests.conftest import NOON
from tests.reviews.acts import post
from tests.web.test_statements import asked

BOOK = "/books/python-for-beginners"
EVERYONES = [BOOK, f"{BOOK}/reviews?sort=oldest", "/", "/books"]


@pytest.fixture(autouse=True)
def _known_site(app: Flask, book_id: int) -> None:
    """Let there be a book, on a site whose settings are known for as long as a test takes."""
    app.extensions["site"].lasts = 3600
    site.current()
    session().rollback()


@pytest.mark.parametrize("path", EVERYONES)
class TestSharing:
    def test_caches_may_keep_it_for_a_second_and_browsers_ask(
        self, client: Client, path: str
    ) -> None:
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == CACHE_CONTROL
        assert {"Cookie", "Accept-Encoding"} <= set(answer.vary)
        assert "Set-Cookie" not in answer.headers

    def test_a_browser_that_has_it_gets_nothing_again(self, client: Client, path: str) -> None:
        tag = client.get(path).headers["ETag"]
        for encoding in ("gzip", "identity"):
            answer = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": encoding})
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == tag
        assert client.get(path, headers={"If-None-Match": 'W/"another"'}).status_code == 200

    def test_it_is_compressed_for_who_can_read_that(self, client: Client, path: str) -> None:
        whole = client.get(path).data
        packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert gzip.decompress(packed.data) == whole
        for encodings in ("identity", "gzip;q=0", "br"):
            plain = client.get(path, headers={"Accept-Encoding": encodings})
            assert (plain.data, plain.content_encoding) == (whole, None)

    def test_a_reader_gets_their_own(self, as_alex: Client, path: str) -> None:
        answer = as_alex.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "ETag" not in answer.headers
        assert b"Your profile" in answer.data


def test_what_is_said_once_is_not_shared(client: Client) -> None:
    for path in ("/sign-in", "/sign-up", "/no-such-page", "/books/nothing", "/api/v1/works/1"):
        answer = client.get(path)
        assert "s-maxage" not in answer.headers["Cache-Control"], path
        assert "ETag" not in answer.headers, path


class TestKeepingByVersion:
    def test_the_same_page_asks_once_for_all_and_then_for_the_version(self, client: Client) -> None:
        with asked() as first:
            page = client.get(BOOK)
        with asked() as second:
            again = client.get(f"{BOOK}?from=a-friend")
        assert (len(first), len(second)) == (6, 1)
        assert (again.data, again.headers["ETag"]) == (page.data, page.headers["ETag"])

    def test_a_write_shows_at_once(self, client: Client, alex: Viewer, book_id: int) -> None:
        tag = client.get(BOOK).headers["ETag"]
        post(alex, book_id, body="Just now.")
        answer = client.get(BOOK, headers={"If-None-Match": tag})
        assert "Just now." in answer.text
        assert "Just now." in client.get(f"{BOOK}/reviews").text

    def test_lists_differ_by_what_is_asked(self, client: Client, book_id: int) -> None:
        crowd.review_by_each(crowd.readers(20), book_id)
        list_of_reviews = f"{BOOK}/reviews"
        pages = [
            client.get(list_of_reviews + query).data
            for query in ("", "?sort=oldest", "?sort=highest", "?stars=5", "?sort=oldest&stars=1")
        ]
        assert len(set(pages)) == len(pages)
        assert client.get(f"{list_of_reviews}?sort=oldest").data == pages[1]

    def test_readers_and_visitors_never_share(
        self, client: Client, app: Flask, alex: Viewer
    ) -> None:
        assert "Sign up" in client.get(BOOK).text
        as_alex = client_of(app, alex)
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
    def page(self, size: int) -> PublicPage:
        return PublicPage(b"x" * size, "tag")

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
        pages.keep("a", self.page(101))
        assert pages.find("a") is None
