"""Authors: the page of one."""

from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON
from tests.pages import titles_in


def test_shows_the_works_latest_first(client: Client) -> None:
    crowd.books(3)
    page = client.get("/authors/octavia-butler?sort=published").text
    assert "<h1>Octavia Butler</h1>" in page
    assert titles_in(page) == ["Volume 002", "Volume 001", "Volume 000"]


def test_shows_works_written_with_others(app: Flask, client: Client) -> None:
    new = catalog.NewWork(title="Good Omens", authors=["Terry Pratchett", "Neil Gaiman"])
    with transaction():
        catalog.add_work(new, at=NOON)
    for slug in ("terry-pratchett", "neil-gaiman"):
        assert titles_in(client.get(f"/authors/{slug}").text) == ["Good Omens"]


def test_of_nobody_is_missing(client: Client) -> None:
    answer = client.get("/authors/nobody")
    assert answer.status_code == 404
    assert "There is no such author here." in answer.text
