"""What search learns late: books that it didn't know, and how much they are read."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import search
from bookreviews.catalog.models import RatingsElsewhere
from bookreviews.catalog.search import Readership, index_works, postgresql
from bookreviews.catalog.search.tables import SearchDocument, SearchWord
from bookreviews.extensions import session
from bookreviews.jobs.search import refresh_search, settle_search
from bookreviews.reviews.readership import read_more_elsewhere_after
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database


@any_database
def test_books_that_search_lacks_are_found(app: Flask) -> None:
    crowd.books(3)
    with transaction():
        session().execute(delete(SearchDocument))
    assert search.find("volume").total == 0
    refresh_search(NOON)
    assert search.find("volume").total == 3


@any_database
def test_books_that_are_read_more_come_first(app: Flask, alex: Viewer, bo: Viewer) -> None:
    first, second = crowd.books(2)
    assert search.find("octavia").page.rows == [first, second]
    crowd.review_by_each([alex, bo], second)
    assert search.find("octavia").page.rows == [first, second]
    refresh_search(NOON)
    assert search.find("octavia").page.rows == [second, first]


@any_database
def test_books_that_are_read_more_elsewhere_come_first(app: Flask) -> None:
    first, second = crowd.books(2)
    with transaction():
        session().add(
            RatingsElsewhere(work_id=second, source="goodreads", ratings_count=900, average=4.0)
        )
    assert search.find("octavia").page.rows == [first, second]
    refresh_search(NOON)
    assert search.find("octavia").page.rows == [second, first]
    assert read_more_elsewhere_after(0) == []


@any_database
def test_words_are_counted(app: Flask) -> None:
    crowd.books(3)
    settle_search(NOON)
    counts = dict(session().execute(select(SearchWord.word, SearchWord.works_count)).all())
    assert (counts["volume"], counts["butler"], counts["fiction"]) == (3, 3, 3)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_most_read_are_in_the_upper_tiers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "RANKS", (2, 4))
    books = crowd.books(6)

    def tiers() -> list[int]:
        by_work = select(SearchDocument.tier).order_by(SearchDocument.work_id)
        return list(session().scalars(by_work))

    settle_search(NOON)
    assert tiers() == [0, 0, 1, 1, 2, 2]
    with transaction():
        index_works([books[-1]], {books[-1]: Readership(100, 4.0, 4)})
    settle_search(NOON)
    assert tiers() == [0, 1, 1, 2, 2, 0]
    assert search.find("volume").total == 6
