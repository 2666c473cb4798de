"""Suggestions as JSON, and the description that lets a browser search here."""

import pytest
from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.transactions import transaction
from tests.client import Client
from tests.conftest import NOON

PATH = "/api/v1/suggestions"


@pytest.fixture(autouse=True)
def _book(app: Flask) -> None:
    new = catalog.NewWork(
        title="Émile <& Sophie>",
        authors=["Jean-Jacques Rousseau"],
        first_published=1762,
    )
    with transaction():
        catalog.add_work(new, at=NOON)


@pytest.mark.parametrize("typed", ["e", "emi", "ÉMILE", "rousseau s", "emlie"])
def test_suggests_with_author_year_and_cover(client: Client, typed: str) -> None:
    (found,) = client.get(PATH, query_string={"q": typed}).json["suggestions"]
    cover = found.pop("cover")
    assert found == {
        "id": 1,
        "title": "Émile <& Sophie>",
        "byline": "Jean-Jacques Rousseau",
        "published": 1762,
        "path": "/books/emile-sophie",
    }
    assert cover.startswith("<svg")
    assert "<&" not in cover


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=xyzzy", "q=%22*", "q=" + "x" * 5000, "q=%FF", "q=NEAR("]
)
def test_suggests_nothing_where_nothing_is_likely(client: Client, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json) == (200, {"suggestions": []})


def test_is_described(client: Client) -> None:
    assert PATH in client.get("/api/v1/openapi.json").json["paths"]
