"""Alex adds a book that is missing."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries
from bookreviews.extensions import session
from tests.catalog.acts import trust
from tests.client import Client, fields_of
from tests.conftest import any_database
from tests.reviews.acts import add_work
from tests.test_concurrency import at_once

NEW = "/books/new"
BOOKS = "/books"
ISBN = "978-0-306-40615-7"


def add(client: Client, **typed: Any) -> Any:
    return client.submit(NEW, BOOKS, **{"title": "Emma", "authors_0": "Jane Austen", **typed})


def titles() -> list[str]:
    session().rollback()
    return [row.title for row in queries.list_additions().rows]


class TestAdding:
    def test_puts_a_book_on_the_shelves(
        self, as_alex: Client, client: Client, book_id: int
    ) -> None:
        answer = add(
            as_alex,
            subtitle="A novel",
            authors_1="Nobody Else",
            subjects_0="programming",
            first_published="1815",
            series="Novels",
            series_position="4",
            isbn=ISBN,
            format="paperback",
            pages="474",
        )
        assert (answer.status_code, answer.location) == (303, "/books/emma")
        page = client.get("/books/emma").text
        for words in (
            "by <a",
            "Nobody Else",
            "1815",
            "474 pages",
            "Paperback",
            "Programming",
            "9780306406157",
            "Added by a new reader",
        ):
            assert words in page
        assert "on the shelves" in as_alex.get("/books/emma").text
        assert "Added by a new reader" not in client.get("/books/python-for-beginners").text

    def test_leaves_the_language_open_unless_it_is_chosen(
        self, as_alex: Client, client: Client
    ) -> None:
        assert fields_of(as_alex.get(NEW).text, BOOKS)["language"] == "und"
        add(as_alex, pages="474")
        assert client.get("/languages/en").status_code == 404
        assert "unknown language" not in client.get("/books/emma").text
        assert "Language" not in client.get("/books/emma/history").text
        assert "Language" not in client.get("/books/emma/editions/1").text
        add(as_alex, title="Madame Bovary", language="fr")
        assert client.get("/languages/fr").status_code == 200

    def test_by_who_is_trusted_is_not_marked(self, as_alex: Client, alex: Viewer) -> None:
        trust(alex)
        add(as_alex)
        assert "Added by a new reader" not in as_alex.get("/books/emma").text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"title": " "}, "A book needs a title."),
            ({"title": ""}, "A book needs a title."),
            ({"title": "x" * 301}, "at most 300"),
            ({"authors_0": "x" * 201}, "at most 200"),
            ({"authors_1": "a\0b"}, "be read; please retype this."),
            ({"subjects_0": "No such subject"}, "isn’t on the list"),
            ({"first_published": "soon"}, "Please give a whole number from -3000"),
            ({"language": "English"}, "choose a language from the list"),
            ({"description": "x" * 10_001}, "at most 10,000 characters"),
            ({"isbn": "123"}, "is not an ISBN"),
            ({"pages": "0"}, "Please give a whole number from 1"),
            ({"csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_is_refused_with_all_that_was_typed(
        self, as_alex: Client, typed: dict[str, str], words: str
    ) -> None:
        answer = add(as_alex, **{"subtitle": "Kept", **typed})
        assert answer.status_code == 422
        assert words in answer.text
        form = fields_of(answer.text, BOOKS)
        typed = {name: value for name, value in typed.items() if name != "csrf_token"}
        assert all(form[name] == value for name, value in {"subtitle": "Kept", **typed}.items())
        assert titles() == []

    def test_of_many_authors_keeps_all_that_were_typed(self, as_alex: Client) -> None:
        names = {f"authors_{number}": f"Author {number}" for number in range(25)}
        answer = add(as_alex, **names, authors_999999="One more", authors_x="Odd")
        assert answer.status_code == 422
        assert "Please give at most 20." in answer.text
        assert fields_of(answer.text, BOOKS)["authors_19"] == "Author 19"

    def test_signed_out_meanwhile_loses_nothing(self, client: Client, as_alex: Client) -> None:
        form = fields_of(as_alex.get(NEW).text, BOOKS) | {"title": "Emma"}
        answer = client.post(BOOKS, data=form)
        assert answer.status_code == 401
        assert fields_of(answer.text, BOOKS)["title"] == "Emma"

    def test_asks_where_one_like_it_is_here(self, as_alex: Client) -> None:
        add(as_alex)
        answer = add(as_alex, title="  EMMA", authors_0="J. Austen")
        assert answer.status_code == 422
        assert "Is it one of these?" in answer.text
        assert 'href="/books/emma"' in answer.text
        assert titles() == ["Emma"]
        form = fields_of(answer.text, BOOKS) | {"is_new": "y"}
        assert as_alex.post(BOOKS, data=form).status_code == 303
        assert titles() == ["EMMA", "Emma"]

    def test_twice_adds_one(self, as_alex: Client) -> None:
        form = fields_of(as_alex.get(NEW).text, BOOKS) | {"title": "Emma", "is_new": "y"}
        assert {as_alex.post(BOOKS, data=form).location for _ in range(2)} == {"/books/emma"}
        assert titles() == ["Emma"]

    def test_of_an_isbn_that_is_here_leads_to_its_book(self, as_alex: Client) -> None:
        add(as_alex, isbn=ISBN)
        answer = add(as_alex, title="Persuasion", isbn="0306406152")
        assert (answer.status_code, answer.location) == (303, "/books/emma")
        assert "here already" in as_alex.get("/books/emma").text
        assert titles() == ["Emma"]

    def test_goes_on_tomorrow_where_it_was_too_much(
        self, as_alex: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bookreviews.catalog.permissions.MOST_CHANGES", 1)
        add(as_alex)
        answer = add(as_alex, title="Persuasion")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "86400"
        assert fields_of(answer.text, BOOKS)["title"] == "Persuasion"


class TestTheForm:
    def test_begins_with_what_the_address_says(self, as_alex: Client) -> None:
        add_work("Emma", authors=["Jane Austen"])
        page = as_alex.get(f"{NEW}?title=Emma&author=J.+Austen&isbn={ISBN}").text
        form = fields_of(page, BOOKS)
        assert (form["title"], form["authors_0"], form["isbn"]) == ("Emma", "J. Austen", ISBN)
        assert "Is it one of these?" in page

    def test_leads_to_the_book_where_its_isbn_is_here(self, as_alex: Client) -> None:
        add(as_alex, isbn=ISBN)
        assert as_alex.get(f"{NEW}?isbn={ISBN}").location == "/books/emma"

    def test_has_an_address_that_no_book_takes(self, as_alex: Client) -> None:
        assert add(as_alex, title="New").location == "/books/new-jane-austen"


class TestDuplicates:
    def test_are_told_as_json(self, client: Client) -> None:
        add_work("Emma", authors=["Jane Austen"], first_published=1815)
        answer = client.get("/api/v1/duplicates?title=emma&author=Jane+Austen")
        assert answer.json == {
            "works": [{"slug": "emma", "title": "Emma", "byline": "Jane Austen", "published": 1815}]
        }

    @pytest.mark.parametrize("asked", ["", "title=", "title=%00", "title=%22*NEAR(", "author=x"])
    def test_of_nothing_are_none(self, client: Client, asked: str) -> None:
        assert client.get(f"/api/v1/duplicates?{asked}").json == {"works": []}

    def test_of_too_much_are_refused(self, client: Client) -> None:
        assert client.get(f"/api/v1/duplicates?title={'x' * 301}").status_code == 422


@any_database
def test_two_readers_at_once_add_one_and_the_other_is_asked(
    app: Flask, as_alex: Client, as_bo: Client
) -> None:
    acts = []
    for client in (as_alex, as_bo):
        form = fields_of(client.get(NEW).text, BOOKS)
        form |= {"title": "Emma", "authors_0": "Jane Austen", "isbn": ""}
        acts.append(lambda c=client, f=form: c.post(BOOKS, data=f))
    answers = at_once(acts)
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    asked = next(answer for answer in answers if answer.status_code == 422)
    assert 'href="/books/emma"' in asked.text
    assert titles() == ["Emma"]


@any_database
def test_two_readers_at_once_with_one_isbn_meet_at_the_book(
    app: Flask, as_alex: Client, as_bo: Client
) -> None:
    acts = []
    for client, title in ((as_alex, "Emma"), (as_bo, "Something else")):
        form = fields_of(client.get(NEW).text, BOOKS) | {"title": title, "isbn": ISBN}
        acts.append(lambda c=client, f=form: c.post(BOOKS, data=f))
    answers = at_once(acts)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == 1
    assert len(titles()) == 1
