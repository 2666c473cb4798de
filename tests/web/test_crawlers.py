"""What search engines may read, and where everything is."""

from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from bookreviews.catalog import sitemap
from tests import crowd
from tests.client import Client

_NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses_in(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    found = ET.fromstring(answer.text).iterfind(".//s:loc", _NAMES)
    return [place.text or "" for place in found]


def test_robots_are_told_of_the_sitemap(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text.splitlines()
    assert "Disallow: /search" in answer.text


def test_the_parts_of_the_sitemap_lead_to_every_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART_SIZE", 2)
    crowd.books(3, series="Courses")
    parts = addresses_in(client, "/sitemap.xml")
    pages = [page for part in parts for page in addresses_in(client, part)]
    assert len(parts) == 5
    assert len(pages) == len(set(pages)) == 6
    for page in pages:
        assert client.get(page).status_code == 200


def test_an_empty_catalogue_has_no_parts(app: Flask, client: Client) -> None:
    assert addresses_in(client, "/sitemap.xml") == []
    assert addresses_in(client, "/sitemaps/books-7.xml") == []


@pytest.mark.parametrize("part", ["books-2147483647", "users-1", "books-x", "books--1"])
def test_a_part_that_cannot_be_is_missing(client: Client, part: str) -> None:
    assert client.get(f"/sitemaps/{part}.xml").status_code == 404
