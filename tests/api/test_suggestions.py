"""Suggestions as JSON, and the description that lets a browser search here."""

import pytest
from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.catalog.models import Work
from bookreviews.extensions import session
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


@pytest.mark.parametrize(
    "typed", ["e", "emi", "ÉMILE", "rousseau s", "emlie", "rousseau j", "rousseau jean-j"]
)
def test_suggests_with_author_year_and_cover(client: Client, typed: str) -> None:
    answer = client.get(PATH, query_string={"q": typed}).json
    (found,) = answer["suggestions"]
    assert answer["authors"] == (
        [{"name": "Jean-Jacques Rousseau", "path": "/authors/jean-jacques-rousseau"}]
        if typed.startswith("rousseau j")
        else []
    )
    cover = found.pop("cover")
    assert found == {
        "id": 1,
        "title": "Émile <& Sophie>",
        "byline": "Jean-Jacques Rousseau",
        "published": 1762,
        "path": "/books/emile-sophie",
        "picture": None,
    }
    assert cover.startswith("<svg")
    assert "<&" not in cover


def test_a_picture_is_suggested_as_it_is_shown(client: Client) -> None:
    with transaction():
        session().get_one(Work, 1).cover = f"{'a' * 32}-480x720"
    (found,) = client.get(f"{PATH}?q=emile").json["suggestions"]
    assert found["picture"] == f"/media/covers/aa/{'a' * 32}-480x720-180.webp"


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=xyzzy", "q=%22*", "q=" + "x" * 5000, "q=%FF", "q=NEAR("]
)
def test_suggests_nothing_where_nothing_is_likely(client: Client, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json) == (200, {"suggestions": [], "authors": []})


def test_is_described(client: Client) -> None:
    assert PATH in client.get("/api/v1/openapi.json").json["paths"]
