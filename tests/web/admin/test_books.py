"""Admins see the catalogue grow; adding and editing are everyone's pages."""

import pytest

from bookreviews.catalog.services import NewEdition
from tests.client import Client
from tests.reviews.acts import add_work


def test_lists_what_was_added_last(as_ada: Client) -> None:
    for title in ("Emma", "Persuasion"):
        add_work(title, authors=["Jane Austen"])
    page = as_ada.get("/admin/books").text
    assert page.index("Persuasion") < page.index("Emma")
    assert 'href="/books/emma/edit"' in page
    assert 'href="/books/new"' in page


@pytest.mark.parametrize("asked", ["emma", "austen em", "978-0-306-40615-7"])
def test_finds_one_to_edit(as_ada: Client, asked: str) -> None:
    add_work("Emma", authors=["Jane Austen"], editions=[NewEdition(isbn="9780306406157")])
    add_work("Persuasion", authors=["Jane Austen"])
    page = as_ada.get("/admin/books", query_string={"q": asked}).text
    assert 'href="/books/emma/edit"' in page
    assert "Persuasion" not in page


def test_says_that_it_found_nothing(as_ada: Client) -> None:
    add_work("Emma")
    page = as_ada.get("/admin/books?q=xyzzy").text
    assert "No book here is like that." in page
    assert 'value="xyzzy"' in page
