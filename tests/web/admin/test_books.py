"""Admins add books and set their facts right; each is told in the trail."""

from typing import Any

import pytest

from bookreviews.audit import queries as audit
from bookreviews.catalog import queries
from bookreviews.extensions import session
from tests.client import Client, fields_of

BOOKS = "/admin/books"
NEW = "/admin/books/new"
ISBN = "978-0-306-40615-7"


def add(client: Client, **typed: str) -> Any:
    return client.submit(NEW, BOOKS, **{"title": "Emma", "authors": "Jane Austen", **typed})


def titles() -> list[str]:
    session().rollback()
    return [row.title for row in queries.list_additions().rows]


def told() -> list[str]:
    session().rollback()
    return [entry.act for entry in audit.entries().rows]


class TestAdding:
    def test_puts_a_book_on_the_shelves(self, as_ada: Client, client: Client) -> None:
        answer = add(
            as_ada,
            subtitle="A novel",
            authors=" Jane  Austen \n\nNobody Else",
            subjects="Classics\nRomance",
            first_published="1815",
            series="Novels",
            series_position="4",
            isbn=ISBN,
            pages="474",
        )
        assert (answer.status_code, answer.location) == (303, "/admin/books/emma")
        page = client.get("/books/emma").text
        for words in ("Jane Austen and Nobody Else", "1815", "474", "Romance", "9780306406157"):
            assert words in page
        assert told() == ["added a book"]
        assert "Emma</a></th>" in as_ada.get(BOOKS).text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"title": " "}, "A book needs a title."),
            ({"title": ""}, "A book needs a title."),
            ({"authors": "x" * 201}, "Names have 1 to 200 characters."),
            ({"authors": "a\0b"}, "be read; please retype this."),
            ({"first_published": "soon"}, "Please give a whole number from -3000"),
            ({"language": "English"}, "such as en, de or pt-BR"),
            ({"description": "x" * 10_001}, "at most 10,000 characters"),
            ({"isbn": "123"}, "is not an ISBN"),
            ({"pages": "0"}, "Please give a whole number from 1"),
            ({"csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_is_refused_with_all_that_was_typed(
        self, as_ada: Client, typed: dict[str, str], words: str
    ) -> None:
        answer = add(as_ada, **{"subtitle": "Kept", **typed})
        assert answer.status_code == 422
        assert words in answer.text
        form = fields_of(answer.text, BOOKS)
        typed = {name: value for name, value in typed.items() if name != "csrf_token"}
        assert all(form[name] == value for name, value in {"subtitle": "Kept", **typed}.items())
        assert (titles(), told()) == ([], [])

    def test_asks_where_one_like_it_is_here(self, as_ada: Client) -> None:
        add(as_ada)
        answer = add(as_ada, title="  EMMA", authors="J. Austen")
        assert answer.status_code == 422
        assert "Is it one of these?" in answer.text
        assert 'href="/books/emma"' in answer.text
        assert titles() == ["Emma"]
        assert add(as_ada, title="EMMA", authors="J. Austen", is_new="y").status_code == 303
        assert titles() == ["EMMA", "Emma"]

    def test_takes_no_isbn_twice(self, as_ada: Client) -> None:
        add(as_ada, isbn=ISBN)
        answer = add(as_ada, title="Persuasion", isbn=ISBN)
        assert answer.status_code == 409
        assert "There is an edition with the ISBN 9780306406157 already." in answer.text
        assert titles() == ["Emma"]


class TestRevising:
    def revise(self, client: Client, slug: str, **typed: str) -> Any:
        return client.submit(f"{BOOKS}/{slug}", f"{BOOKS}/{slug}", **typed)

    def test_moves_the_book_with_its_title(
        self, as_ada: Client, client: Client, book_id: int
    ) -> None:
        answer = self.revise(
            as_ada,
            "python-for-beginners",
            title="Python at Last",
            subtitle="Slowly",
            first_published="2024",
        )
        assert answer.location == "/admin/books/python-at-last"
        page = client.get("/books/python-for-beginners", follow_redirects=True).text
        for words in ("Python at Last", "Slowly", "2024"):
            assert words in page
        assert "Python at Last" in client.get("/search?q=slowly").text
        (entry,) = audit.entries().rows
        assert entry.details["changes"] == {
            "title": ["Python for Beginners", "Python at Last"],
            "subtitle": ["", "Slowly"],
            "first_published": [2023, 2024],
        }

    def test_of_nothing_is_not_told(self, as_ada: Client, book_id: int) -> None:
        assert self.revise(as_ada, "python-for-beginners").status_code == 303
        assert told() == []

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"title": ""}, "A book needs a title."),
            ({"subtitle": "x" * 301}, "at most 300"),
            ({"first_published": "1e3"}, "Please give a whole number"),
            ({"language": ""}, "such as en, de or pt-BR"),
        ],
    )
    def test_is_refused_with_all_that_was_typed(
        self, as_ada: Client, book_id: int, typed: dict[str, str], words: str
    ) -> None:
        answer = self.revise(as_ada, "python-for-beginners", **typed)
        assert answer.status_code == 422
        assert words in answer.text
        form = fields_of(answer.text, f"{BOOKS}/python-for-beginners")
        assert all(form[name] == value for name, value in typed.items())
        assert told() == []

    def test_of_no_book_finds_nothing(self, as_ada: Client) -> None:
        assert as_ada.get(f"{BOOKS}/no-such-book").status_code == 404
