"""Alex lets the form be filled in with what Open Library knows of an ISBN."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import lookup
from bookreviews.catalog.services import NewEdition
from tests.catalog.test_lookup import ISBN, Elsewhere, asked_by
from tests.client import Client, fields_of
from tests.reviews.acts import add_work
from tests.stored import everything

NEW = "/books/new"
BOOKS = "/books"
LOOKUP = "/books/new/lookup"
BUTTON = "Fill in what Open Library knows"


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[Elsewhere]:
    with asked_by(app) as site:
        yield site


def look_up(client: Client, **typed: str) -> Any:
    form = fields_of(client.get(NEW).text, BOOKS)
    return client.post(LOOKUP, data=form | {"isbn": ISBN, **typed})


def test_what_is_known_is_filled_in_and_nothing_is_saved(
    as_alex: Client, elsewhere: Elsewhere
) -> None:
    add_work("Bambi", subjects=["animals", "Deer"])
    before = everything()
    answer = look_up(as_alex)
    assert answer.status_code == 200
    form = fields_of(answer.text, BOOKS)
    assert {name: form[name] for name in ("title", "authors_0", "publisher", "published")} == {
        "title": "Fantastic Mr. Fox",
        "authors_0": "Roald Dahl",
        "publisher": "Puffin",
        "published": "1988",
    }
    assert (form["pages"], form["subjects_0"]) == ("96", "animals")
    assert "Foxes" not in answer.text  # which isn't on our list
    assert "Filled in from Open Library: title, authors, publisher, year" in answer.text
    assert everything() == before
    assert as_alex.post(BOOKS, data=form).location == "/books/fantastic-mr-fox"


def test_what_was_typed_stays(as_alex: Client, elsewhere: Elsewhere) -> None:
    typed = {"title": "Mr. Fox", "authors_0": "R. Dahl", "authors_1": "Q. Blake", "pages": "x"}
    form = fields_of(look_up(as_alex, **typed).text, BOOKS)
    assert {name: form[name] for name in typed} == typed
    assert form["publisher"] == "Puffin"


def test_nothing_new_is_told(as_alex: Client, elsewhere: Elsewhere) -> None:
    elsewhere.body = b'{"ISBN:%s": {"title": "Fantastic Mr. Fox"}}' % ISBN.encode()
    assert "that you haven’t filled in already" in look_up(as_alex, title="Mr. Fox").text


def test_books_like_it_are_shown(as_alex: Client, elsewhere: Elsewhere) -> None:
    add_work("Fantastic Mr. Fox", authors=["Roald Dahl"])
    page = look_up(as_alex).text
    assert "Is it one of these?" in page
    assert page.count(" autofocus") == 1


def test_an_isbn_that_is_here_leads_to_its_book(as_alex: Client, elsewhere: Elsewhere) -> None:
    add_work("Fantastic Mr. Fox", editions=[NewEdition(isbn=ISBN)])
    answer = look_up(as_alex)
    assert (answer.status_code, answer.location) == (303, "/books/fantastic-mr-fox")
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("body", "site_status", "status", "words"),
    [
        (b"{}", 200, 404, "Open Library knows no book with this ISBN."),
        (b"", 500, 422, "Open Library doesn’t answer at the moment."),
        (b"<html>", 200, 422, "Open Library doesn’t answer at the moment."),
    ],
)
def test_what_fails_is_told_and_all_is_kept(
    as_alex: Client, elsewhere: Elsewhere, body: bytes, site_status: int, status: int, words: str
) -> None:
    elsewhere.body, elsewhere.status = body, site_status
    answer = look_up(as_alex, title="Kept", subjects_0="Kept too")
    assert answer.status_code == status
    assert words in answer.text
    form = fields_of(answer.text, BOOKS)
    assert (form["title"], form["subjects_0"], form["isbn"]) == ("Kept", "Kept too", ISBN)


def test_others_who_look_up_are_waited_for(
    as_alex: Client, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lookup._in_turn():
        answer = look_up(as_alex, title="Kept")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert fields_of(answer.text, BOOKS)["title"] == "Kept"


@pytest.mark.parametrize("isbn", ["", "123", "9780140328722", "x" * 500, "\0"])
def test_something_else_is_no_isbn(as_alex: Client, elsewhere: Elsewhere, isbn: str) -> None:
    answer = look_up(as_alex, isbn=isbn, title="Kept")
    assert answer.status_code == 422
    assert "Please type the ISBN first" in answer.text
    assert fields_of(answer.text, BOOKS)["title"] == "Kept"
    assert elsewhere.asked == []


def test_a_forged_form_asks_nobody(as_alex: Client, elsewhere: Elsewhere) -> None:
    answer = look_up(as_alex, csrf_token="forged", title="Kept")
    assert answer.status_code == 422
    assert "This page had been open too long" in answer.text
    assert elsewhere.asked == []


def test_signed_out_meanwhile_loses_nothing(
    client: Client, as_alex: Client, elsewhere: Elsewhere
) -> None:
    form = fields_of(as_alex.get(NEW).text, BOOKS) | {"isbn": ISBN, "title": "Kept"}
    answer = client.post(LOOKUP, data=form)
    assert answer.status_code == 401
    assert fields_of(answer.text, BOOKS)["title"] == "Kept"
    assert elsewhere.asked == []


def test_it_is_offered_where_the_operator_says_where(as_alex: Client, alex: Viewer) -> None:
    assert BUTTON not in as_alex.get(NEW).text
    answer = look_up(as_alex, title="Kept")
    assert answer.status_code == 404
    assert fields_of(answer.text, BOOKS)["title"] == "Kept"
    with asked_by(as_alex.application):
        assert BUTTON in as_alex.get(NEW).text
