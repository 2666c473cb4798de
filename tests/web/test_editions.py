"""Editions: all of a book, and the page of one."""

import json
import re

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries
from bookreviews.catalog import services as catalog
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.models import EditionIdentifier, UnverifiedIsbn
from bookreviews.catalog.queries import EDITIONS_PAGE_SIZE
from bookreviews.extensions import session
from bookreviews.moderation import merging
from bookreviews.transactions import transaction
from tests.catalog.acts import LATER, merge
from tests.client import Client
from tests.conftest import NOON
from tests.pages import walk


def add(count: int) -> None:
    """Add a book with so many editions, the last of which nobody can date."""
    editions = [
        catalog.NewEdition(publisher=f"House {number:02}", published=1900 + number)
        for number in range(count - 1)
    ]
    editions.append(
        catalog.NewEdition(
            isbn="0-306-40615-2", publisher="Undated </script>", pages=1234, format="paperback"
        )
    )
    new = catalog.NewWork(title="Many", authors=["Jane Austen"], editions=editions)
    with transaction():
        catalog.add_work(new, at=NOON)


def houses_in(page: str) -> list[str]:
    return re.findall(r'class="edition-name"><a [^>]*>(\w+ ?\d*)', page)


def test_many_are_on_pages_of_their_own(app: Flask, client: Client) -> None:
    count = EDITIONS_PAGE_SIZE + 3
    add(count)
    book = client.get("/books/many").text
    assert f"All {count} editions" in book
    assert len(houses_in(book)) == 6
    found = [house for page in walk(client, "/books/many/editions") for house in houses_in(page)]
    assert found == [f"House {n:02}" for n in reversed(range(count - 1))] + ["Undated "]


def test_a_book_with_one_shows_it_whole(app: Flask, client: Client) -> None:
    add(1)
    page = client.get("/books/many").text
    assert ">1 edition<" in page
    assert 'href="/books/many/editions"' not in page


def test_one_has_a_page_that_leads_to_the_book(app: Flask, client: Client) -> None:
    add(1)
    page = client.get("/editions/1").text
    for words in ("978-0-306-40615-7", "0306406152", "1,234", 'href="/books/many"'):
        assert words in page
    assert "</script> <" not in page
    told = json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])
    assert told["publisher"]["name"] == "Undated </script>"
    assert told["isbn"] == "9780306406157"


def test_all_its_isbns_are_told(app: Flask, client: Client) -> None:
    add(1)
    with transaction():
        session().add(EditionIdentifier(scheme="isbn", value="9781491946008", edition_id=1))
        session().add(UnverifiedIsbn(value="812971060", edition_id=1))
    page = client.get("/editions/1").text
    assert page.index("978-1-4919-4600-8") < page.index("812971060</span>")
    assert page.count("whose check digit is wrong") == 1


@pytest.mark.parametrize("path", ["/editions/1", "/editions/0", "/books/none/editions"])
def test_what_is_not_there_is_missing(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_former_address_leads_to_the_present_one(app: Flask, client: Client) -> None:
    add(1)
    with transaction():
        catalog.retitle_work(work_id=1, title="Few")
    answer = client.get("/books/many/editions")
    assert (answer.status_code, answer.location) == (301, "/books/few/editions")


def test_one_that_was_merged_leads_on_to_the_one_that_stayed(client: Client, mo: Viewer) -> None:
    add(3)
    book_id = queries.get_work_id("many")
    first, second, third = (Thing("edition", number, book_id) for number in (1, 2, 3))
    merge(mo, second, first)
    merge_id = merge(mo, third, second)
    for gone, present in ((1, 2), (2, 3)):
        answer = client.get(f"/editions/{gone}")
        assert (answer.status_code, answer.location) == (301, f"/editions/{present}")
    with transaction():
        merging.undo(by=mo, merge_id=merge_id, reason="They are two.", at=LATER)
    assert client.get("/editions/2").status_code == 200
    assert client.get("/editions/4").status_code == 404
