"""Subjects: the tree of them, all by name, and the books of one."""

from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON
from tests.pages import titles_in


def test_are_listed_by_name(client: Client) -> None:
    for name in ("Poetry", "Crime & mystery", "Essays"):
        crowd.books(1, subject=name)
    page = client.get("/subjects/by-name").text
    places = [page.index(name) for name in ("Crime &amp; mystery", "Essays", "Poetry")]
    assert places == sorted(places)
    assert 'href="/subjects/crime-mystery"' in page


def test_hold_their_own_books_alone(app: Flask, client: Client, book_id: int) -> None:
    both = catalog.NewWork(title="Both", subjects=["Fiction", "Programming"])
    with transaction():
        catalog.add_work(both, at=NOON)
    assert titles_in(client.get("/subjects/fiction?sort=title").text) == ["Both"]
    assert titles_in(client.get("/subjects/programming?sort=title").text) == [
        "Both",
        "Python for Beginners",
    ]


def test_without_ratings_lead_to_the_books(client: Client, book_id: int) -> None:
    page = client.get("/subjects/programming?sort=best").text
    assert "Nothing here is rated yet" in page
    assert 'href="/subjects/programming?sort=title"' in page


def test_that_nobody_gave_are_missing(client: Client, book_id: int) -> None:
    answer = client.get("/subjects/nothing")
    assert answer.status_code == 404
    assert "There is no such subject here." in answer.text


def test_of_an_empty_catalogue_say_so(client: Client) -> None:
    assert "No subjects yet" in client.get("/subjects").text
