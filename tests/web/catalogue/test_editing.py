"""Editing through the pages: saved, suggested, refused with everything kept, or in conflict."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries
from bookreviews.extensions import session
from tests.catalog.acts import edit, facts
from tests.client import Client, client_of, fields_of
from tests.reviews.acts import add_work

BOOK = "/books/python-for-beginners"
EDIT, CHANGES = f"{BOOK}/edit", f"{BOOK}/changes"
AUTHOR = "/authors/kuldeep-singh-kaswan"


@pytest.fixture
def as_mo(app: Flask, mo: Viewer) -> Client:
    return client_of(app, mo)


def change(client: Client, **typed: Any) -> Any:
    return client.submit(EDIT, CHANGES, **typed)


@pytest.mark.usefixtures("book_id")
class TestABook:
    def test_is_changed_by_a_moderator_at_once(self, as_mo: Client, client: Client) -> None:
        answer = change(
            as_mo,
            title="Python at Last",
            subtitle="Slowly",
            authors_1="Jane Doe",
            subjects_1="Snakes",
            first_published="2024",
            language="de",
            summary="As on the title page.",
        )
        assert (answer.status_code, answer.location) == (303, "/books/python-at-last")
        page = client.get(BOOK, follow_redirects=True).text
        for words in ("Python at Last", "Slowly", "2024", "Jane Doe", "Snakes", "German"):
            assert words in page
        history = client.get("/books/python-at-last/history").text
        for words in (
            "As on the title page.",
            "Mo</a>",
            "<ins>at Last</ins>",
            "<del>for Beginners</del>",
        ):
            assert words in history

    def test_is_as_it_was_where_nothing_was_changed(self, as_mo: Client, book_id: int) -> None:
        before = facts(book_id)
        assert change(as_mo).location == BOOK
        assert facts(book_id) == before
        assert "All is as it was." in as_mo.get(BOOK).text

    def test_waits_where_a_reader_suggests(
        self, as_alex: Client, as_bo: Client, as_mo: Client, client: Client
    ) -> None:
        answer = change(as_alex, subtitle="Slowly", summary="On the cover.")
        assert answer.location == "/changes/1"
        assert "waits to be looked at" in as_alex.get("/changes/1").text
        assert as_bo.get("/changes/1").status_code == 404
        assert "Slowly" not in client.get(BOOK).text
        assert "Slowly" not in client.get(f"{BOOK}/history").text
        queue = as_mo.get("/changes").text
        assert "On the cover." in queue
        as_mo.submit("/changes", "/changes/1/confirmation")
        assert "Slowly" in client.get(BOOK).text
        assert "confirmed by" in client.get(f"{BOOK}/history").text
        assert "is confirmed" in as_alex.get("/notifications").text
        assert "Nothing waits" in as_mo.get("/changes").text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"title": ""}, "A book needs a title."),
            ({"subtitle": "x" * 301}, "at most 300"),
            ({"first_published": "1e3"}, "Please give a whole number"),
            ({"summary": "x" * 301}, "at most 300"),
            ({"csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_is_refused_with_all_that_was_typed(
        self, as_alex: Client, book_id: int, typed: dict[str, str], words: str
    ) -> None:
        before = facts(book_id)
        answer = change(as_alex, **{"description": "Kept.", **typed})
        assert answer.status_code == 422
        assert words in answer.text
        form = fields_of(answer.text, CHANGES)
        typed = {name: value for name, value in typed.items() if name != "csrf_token"}
        kept = {"description": "Kept.", **typed}
        assert all(form[name] == value for name, value in kept.items())
        assert facts(book_id) == before

    def test_changed_by_two_at_once_keeps_both_versions(
        self, as_mo: Client, ada: Viewer, book_id: int
    ) -> None:
        form = fields_of(as_mo.get(EDIT).text, CHANGES)
        edit(ada, book_id, subtitle="Quickly", first_published=1999)
        answer = as_mo.post(CHANGES, data=form | {"subtitle": "Slowly", "description": "Mine."})
        assert answer.status_code == 409
        for words in ("Somebody else has changed this", "Quickly", "Slowly"):
            assert words in answer.text
        assert facts(book_id)["subtitle"] == "Quickly"
        again = fields_of(answer.text, CHANGES)
        assert (again["subtitle"], again["description"]) == ("Slowly", "Mine.")
        assert as_mo.post(CHANGES, data=again | {"first_published": "1999"}).status_code == 303
        assert facts(book_id)["subtitle"] == "Slowly"
        assert facts(book_id)["first_published"] == 1999

    @pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
    def test_of_a_forged_number_is_no_harm(self, as_mo: Client, book_id: int, seen: str) -> None:
        answer = change(as_mo, subtitle="Slowly", seen=seen)
        assert answer.status_code in (303, 422)

    def test_that_moved_meanwhile_is_found(self, as_mo: Client, ada: Viewer, book_id: int) -> None:
        form = fields_of(as_mo.get(EDIT).text, CHANGES)
        edit(ada, book_id, title="Python at Last")
        answer = as_mo.post(CHANGES, data=form | {"subtitle": "Slowly"}, follow_redirects=True)
        assert answer.status_code == 200
        assert facts(book_id)["subtitle"] == "Slowly"
        assert facts(book_id)["title"] == "Python at Last"


@pytest.mark.usefixtures("book_id")
class TestOtherThings:
    def test_an_author_is_renamed(self, as_mo: Client, client: Client) -> None:
        answer = as_mo.submit(f"{AUTHOR}/edit", f"{AUTHOR}/changes", name="K. S. Kaswan")
        assert answer.location == "/authors/k-s-kaswan"
        assert client.get(AUTHOR).location == "/authors/k-s-kaswan"
        assert "K. S. Kaswan" in client.get(BOOK).text
        assert "K. S. Kaswan" in client.get("/authors/k-s-kaswan/history").text

    def test_an_edition_is_added_and_changed(
        self, as_mo: Client, client: Client, book_id: int
    ) -> None:
        new, editions = f"{BOOK}/editions/new", f"{BOOK}/editions"
        answer = as_mo.submit(new, editions, isbn="9780306406157", pages="474", format="ebook")
        assert answer.location == BOOK
        assert "474 pages" in client.get(BOOK).text
        path = f"{BOOK}/editions/1"
        assert as_mo.submit(f"{path}/edit", f"{path}/changes", pages="475").status_code == 303
        assert "475 pages" in client.get(BOOK).text
        taken = as_mo.submit(new, editions, isbn="0306406152")
        assert taken.status_code == 409
        assert f'href="{BOOK}"' in taken.text
        other = add_work("Emma")
        session().rollback()
        assert as_mo.get(f"/books/{queries.get_slug(other)}/editions/1/edit").status_code == 404

    @pytest.mark.parametrize("path", ["/authors/nobody", "/series/none", "/subjects/none"])
    def test_of_no_name_finds_nothing(self, as_mo: Client, path: str) -> None:
        for end in ("edit", "history"):
            assert as_mo.get(f"{path}/{end}").status_code == 404
