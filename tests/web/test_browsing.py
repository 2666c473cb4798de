"""Browsing by language and by year, and what list pages tell other programs."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from bookreviews.catalog import listings
from bookreviews.catalog import services as catalog
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON
from tests.pages import titles_in, walk


def add(title: str, **facts: Any) -> None:
    with transaction():
        catalog.add_work(catalog.NewWork(title=title, **facts), at=NOON)


def told_by(page: str) -> dict[str, Any]:
    """Return what a page tells in JSON-LD."""
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return dict(json.loads(told))


def test_languages_lead_to_their_books(app: Flask, client: Client) -> None:
    add("Rot", language="de")
    add("Red")
    assert 'href="/languages/de">German' in client.get("/languages").text
    assert titles_in(client.get("/languages/de").text) == ["Rot"]
    assert client.get("/languages/xx").status_code == 404


def test_years_lead_to_their_books(app: Flask, client: Client) -> None:
    add("Republic", first_published=-375)
    add("Emma", first_published=1815)
    index = client.get("/years").text
    for path, title in (("/years/1810s", "Emma"), ("/years/-380s", "Republic")):
        assert f'href="{path}"' in index
        assert titles_in(client.get(path).text) == [title]
    assert titles_in(client.get("/years/-375").text) == ["Republic"]
    assert "No books of this year" in client.get("/years/1816").text


@pytest.mark.parametrize("years", ["1815s", "99999", "later", "-", "2300", "1٢٣"])
def test_no_such_years_are_missing(client: Client, years: str) -> None:
    assert client.get(f"/years/{years}").status_code == 404


def test_a_decade_has_pages(app: Flask, client: Client) -> None:
    crowd.books(99)
    pages = walk(client, "/years/1910s")
    assert sorted(title for page in pages for title in titles_in(page)) == [
        f"Volume {number:03}" for number in range(10, 20)
    ]


def test_a_subject_shows_where_it_stands(app: Flask, client: Client) -> None:
    add("Dune", subjects=["Space opera"])
    with transaction():
        listings.place_subject(slug="space-opera", under=catalog.add_subject("Fiction").slug)
    part, whole = client.get("/subjects/space-opera").text, client.get("/subjects/fiction").text
    assert 'href="/subjects/fiction">Fiction' in part
    assert 'href="/subjects/space-opera">Space opera' in whole
    assert titles_in(whole) == ["Dune"]
    crumbs = told_by(part)["breadcrumb"]["itemListElement"]
    assert [step["name"] for step in crumbs] == ["Fiction", "Space opera"]


def test_pages_tell_programs_what_they_show(app: Flask, client: Client) -> None:
    add(
        "Tom & </script><b>Jerry",
        authors=["Ann O'Nym"],
        series="Chases",
        series_position=2,
        first_published=-43,
    )
    book = client.get("/books/tom-script-b-jerry").text
    told = told_by(book)
    assert told["name"] == "Tom & </script><b>Jerry"
    assert told["author"] == [
        {"@type": "Person", "@id": "http://localhost/authors/ann-onym", "name": "Ann O'Nym"}
    ]
    assert told["datePublished"] == "-0042"
    assert "aggregateRating" not in told
    assert '<meta property="og:type" content="book">' in book
    assert "Tom &amp; &lt;/script&gt;" in book
    assert told_by(client.get("/authors/ann-onym").text)["@type"] == "Person"
    parts = told_by(client.get("/series/chases").text)["hasPart"]
    assert [part["position"] for part in parts] == [2]
