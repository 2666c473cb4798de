"""Searches that a person would try: on the demo's books, and on ten thousand real ones.

Half of them are misspelt or in part. Each should find its book among the first three.
"""

import os
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.catalog import search
from bookreviews.catalog.queries import works_of
from bookreviews.catalog.search.indexing import settle
from bookreviews.cli import demo
from bookreviews.config import ROOT
from bookreviews.transactions import transaction
from tests.conftest import any_database

IN_DEMO = {
    # As they are written, in part or in another order.
    "hobbit": "The Hobbit",
    "the dune": "Dune",
    "Le Guin Ursula": "A Wizard of Earthsea",
    "hitchhikers guide": "The Hitchhiker's Guide to the Galaxy",
    "wuth bron": "Wuthering Heights",
    "aust prej": "Pride and Prejudice",
    "godel escher": "Gödel, Escher, Bach",
    "mort": "Mort",
    # Misspelt.
    "pyhton for beginers": "Python for Beginners",
    "pride prejudise": "Pride and Prejudice",
    "jonathon strange": "Jonathan Strange & Mr Norrell",
    "charlote bronte": "Jane Eyre",
    "left hand darknes": "The Left Hand of Darkness",
    "nueromancer": "Neuromancer",
    "frankestein shelly": "Frankenstein",
}

# Of the file books.csv.gz of the data set goodbooks-10k, which GOODBOOKS names.
IN_GOODBOOKS = {
    # As they are written, in part or in another order.
    "hunger games": "The Hunger Games",
    "tolkien j r r": "The Hobbit",
    "1984": "1984",
    "it": "It",
    "da vinci code": "The Da Vinci Code",
    "le guin ursula": "A Wizard of Earthsea",
    "miserables": "Les Misérables",
    "aust prej": "Pride and Prejudice",
    "hitchhikers guide": "The Hitchhiker's Guide to the Galaxy",
    "catch 22": "Catch-22",
    # Misspelt.
    "hary poter": "Harry Potter and the Sorcerer's Stone",
    "tolkein": "The Hobbit",
    "mockingbrid": "To Kill a Mockingbird",
    "the great gatbsy": "The Great Gatsby",
    "farenheit 451": "Fahrenheit 451",
    "girl with dragon tatoo": "The Girl with the Dragon Tattoo",
    "alchmist coelho": "The Alchemist",
    "lord of teh rings": "The Fellowship of the Ring",
    "dostoyevski crime": "Crime and Punishment",
    "stephanie meyer twilight": "Twilight",
}

_BESIDE = ROOT.parent / "shared" / "data" / "goodbooks-10k" / "books.csv.gz"
GOODBOOKS = Path(os.environ.get("GOODBOOKS", _BESIDE))


@any_database
def test_on_the_demo(app: Flask) -> None:
    with transaction():
        demo._load_works()
    assert _misses(IN_DEMO) == {}


@pytest.mark.skipif(
    not GOODBOOKS.exists(), reason="GOODBOOKS names no file: books.csv.gz of goodbooks-10k"
)
@any_database
def test_on_ten_thousand_real_books(app: Flask) -> None:
    loaded = app.test_cli_runner().invoke(args=["catalog", "load", str(GOODBOOKS)])
    assert loaded.exit_code == 0, loaded.output
    part: str | None = ""
    while part is not None:
        with transaction():
            part = settle(part)
    assert _misses(IN_GOODBOOKS) == {}


def _misses(searches: dict[str, str]) -> dict[str, list[str]]:
    """Return what was found by each search that didn't find its book."""
    found = {question: _first_three(question) for question in searches}
    return {
        question: titles
        for question, titles in found.items()
        if not any(title.startswith(searches[question]) for title in titles)
    }


def _first_three(question: str) -> list[str]:
    return [row.title for row in works_of(search.find(question).page.rows[:3])]
