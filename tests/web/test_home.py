"""The front page: everyone's, and a reader's own."""

from flask import Flask

from bookreviews.accounts.viewer import Viewer
from tests import crowd
from tests.client import Client, client_of
from tests.pages import titles_in

BOOK = "/books/python-for-beginners"


class TestForVisitors:
    def test_shows_what_people_read_and_say(
        self, client: Client, alex: Viewer, book_id: int
    ) -> None:
        crowd.review_by_each([alex], book_id)
        page = client.get("/").text
        assert titles_in(page) == ["Python for Beginners"]
        assert "Said by Alex." in page
        assert 'href="/subjects/programming"' in page
        assert 'href="/sign-up"' in page

    def test_of_a_new_site_asks_for_the_first_book(
        self, app: Flask, client: Client, as_alex: Client, ada: Viewer
    ) -> None:
        as_ada = client_of(app, ada)
        for browser in (client, as_alex, as_ada):
            for path in ("/", "/books"):
                page = browser.get(path).text
                assert "Add the first book" in page
                assert ("bookreviews catalog load" in page) is (browser is as_ada)
        assert 'id="subjects-title"' not in client.get("/").text


class TestForReaders:
    def test_who_are_new_shows_how_to_begin(
        self, as_alex: Client, bo: Viewer, book_id: int
    ) -> None:
        crowd.review_by_each([bo], book_id)
        page = as_alex.get("/").text
        assert "Hello, Alex" in page
        assert "Find a book you have read" in page
        assert titles_in(page) == ["Python for Beginners"]
        assert "Said by Bo." in page

    def test_shows_what_one_said_and_others_on_the_same_books(
        self, as_alex: Client, as_bo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        crowd.review_by_each([alex, bo], book_id)
        elsewhere = crowd.books(1)[0]
        crowd.review_by_each([bo], elsewhere)
        page = as_alex.get("/").text
        own, others = page.split("Others on your books")
        assert "Said by Alex." in own
        assert "Said by Bo." in others
        assert "volume-000" not in others  # Alex hasn't read it

    def test_suggests_what_one_might_like(
        self, as_alex: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        readers = crowd.readers(9)
        crowd.review_by_each([*readers, alex], book_id)  # Alex gives the fifth star
        liked, unlike = crowd.books(1, subject="Programming") + crowd.books(1, subject="Poetry")
        crowd.review_by_each([bo], liked)
        crowd.review_by_each([bo], unlike)
        page = as_alex.get("/").text
        assert "You might like" in page
        assert titles_in(page) == ["Volume 000"]
        assert 'href="/books/volume-000"' in page

    def test_is_nobody_elses(
        self, as_alex: Client, client: Client, alex: Viewer, book_id: int
    ) -> None:
        answer = as_alex.get("/")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Hello" not in client.get("/").text
