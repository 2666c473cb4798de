"""A reader's public page: who they are, and all they said, a page at a time."""

from datetime import timedelta

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.reviews import services
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON
from tests.pages import walk


@pytest.fixture
def shelf(alex: Viewer) -> None:
    """Let Alex review forty books, every other one in stars alone."""
    books = crowd.books(40)
    with transaction():
        for number, work_id in enumerate(books):
            services.post_review(
                author=alex,
                work_id=work_id,
                stars=4.0,
                body=f"Words on {number}." if number % 2 else "",
                at=NOON + timedelta(hours=number),
            )


@pytest.mark.parametrize("path", ["/users/alex", "/users/Alex", "/users/ALEX"])
def test_is_found_in_any_capitals(client: Client, alex: Viewer, path: str) -> None:
    page = client.get(path).text
    assert "<h1>Alex</h1>" in page
    assert '<link rel="canonical" href="http://localhost/users/alex">' in page


@pytest.mark.parametrize("name", ["nobody", "al", "alex2", "a%00lex", "%FF", "../users/alex"])
def test_of_nobody_is_missing(client: Client, alex: Viewer, name: str) -> None:
    assert client.get(f"/users/{name}").status_code == 404


def test_shows_all_a_reader_gave(client: Client, shelf: None) -> None:
    pages = walk(client, "/users/alex")
    shown = [page.count("<article") for page in pages]
    assert shown == [15, 15, 10]
    words = [number for page in pages for number in range(40) if f"Words on {number}." in page]
    assert sorted(words) == list(range(1, 40, 2))


def test_of_who_said_nothing_says_so(as_alex: Client, client: Client) -> None:
    assert "Alex hasn’t reviewed anything so far." in client.get("/users/alex").text
    page = as_alex.get("/users/alex").text
    assert "Think of a book you have read" in page
    assert "Change your profile" in page


@pytest.mark.parametrize(("who", "kicker"), [("mo", "Moderator"), ("ada", "Runs this site")])
def test_tells_whose_word_counts(
    app: Flask, client: Client, who: str, kicker: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(who)
    assert kicker in client.get(f"/users/{who}").text
