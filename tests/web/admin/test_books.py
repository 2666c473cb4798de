"""Admins see the catalogue grow; adding and editing are everyone's pages."""

from tests.client import Client
from tests.reviews.acts import add_work


def test_lists_what_was_added_last(as_ada: Client) -> None:
    for title in ("Emma", "Persuasion"):
        add_work(title, authors=["Jane Austen"])
    page = as_ada.get("/admin/books").text
    assert page.index("Persuasion") < page.index("Emma")
    assert 'href="/books/emma/edit"' in page
    assert 'href="/books/new"' in page
