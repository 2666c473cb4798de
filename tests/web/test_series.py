"""Series: the page of one."""

from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.transactions import transaction
from tests.client import Client
from tests.conftest import NOON
from tests.pages import titles_in


def test_shows_the_works_in_reading_order(app: Flask, client: Client) -> None:
    with transaction():
        for position, title in ((3, "Third"), (1, "First"), (2, "Second")):
            new = catalog.NewWork(title=title, series="Earthsea", series_position=position)
            catalog.add_work(new, at=NOON)
    page = client.get("/series/earthsea").text
    assert "<h1>Earthsea</h1>" in page
    assert titles_in(page) == ["First", "Second", "Third"]
    assert "3 books here, in reading order" in page


def test_of_no_name_is_missing(client: Client) -> None:
    answer = client.get("/series/nothing")
    assert answer.status_code == 404
    assert "There is no such series here." in answer.text
