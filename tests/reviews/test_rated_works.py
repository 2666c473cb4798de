"""Reads of works with their ratings: pages, cards, short shelves."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.queries import Moved
from bookreviews.catalog.services import retitle_work
from bookreviews.errors import NotFound
from bookreviews.reviews import rated_works
from bookreviews.transactions import transaction
from tests.conftest import any_database
from tests.reviews.acts import add_work, post


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


class TestPageOfAWork:
    @any_database
    def test_has_all_that_is_said_of_it(self, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
        work_id = add_work(
            "Emma",
            authors=["Jane Austen"],
            subjects=["Classics", "Romance"],
            series="Novels",
            series_position=4,
            first_published=1815,
            description="A matchmaker.",
        )
        post(alex, work_id, stars=5.0)
        post(bo, work_id, stars=2.0, body="")
        post(mo, work_id, stars=None)
        for work in (rated_works.get_rated_work("emma"), rated_works.get_rated_work_by_id(work_id)):
            assert (work.id, work.title, work.byline) == (work_id, "Emma", "Jane Austen")
            assert (work.main_subject, work.published) == ("classics", 1815)
            assert (work.series_name, work.series_slug) == ("Novels", "novels")
            assert (work.ratings_count, work.reviews_count, work.average) == (2, 2, 3.5)
            assert work.distribution == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]

    def test_of_one_that_nobody_rated_counts_nothing(self, book_id: int) -> None:
        work = rated_works.get_rated_work("python-for-beginners")
        assert (work.ratings_count, work.reviews_count) == (0, 0)
        assert (work.average, work.distribution) == (None, None)

    def test_that_has_moved_tells_where(self, book_id: int) -> None:
        with transaction():
            retitle_work(work_id=book_id, title="Python at Last")
        with pytest.raises(Moved) as moved:
            rated_works.get_rated_work("python-for-beginners")
        assert moved.value.slug == "python-at-last"

    @pytest.mark.parametrize("slug", ["", "python", "PYTHON-FOR-BEGINNERS", "%"])
    def test_of_nothing_is_not_found(self, book_id: int, slug: str) -> None:
        with pytest.raises(NotFound) as error:
            rated_works.get_rated_work(slug)
        assert not isinstance(error.value, Moved)

    @pytest.mark.parametrize("work_id", [0, -1, 4711])
    def test_of_no_id_is_not_found(self, book_id: int, work_id: int) -> None:
        with pytest.raises(NotFound):
            rated_works.get_rated_work_by_id(work_id)


class TestCards:
    def test_come_in_the_order_asked_for(self, app: Flask) -> None:
        one, two, three = (add_work(title) for title in ("One", "Two", "Three"))
        assert titles(rated_works.cards_of([two, three, one])) == ["Two", "Three", "One"]

    def test_leave_out_what_is_not_there(self, book_id: int) -> None:
        assert ids(rated_works.cards_of([4711, book_id])) == [book_id]
        assert rated_works.cards_of([]) == []

    def test_show_the_ratings(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        post(alex, book_id, stars=4.0)
        post(bo, book_id, stars=5.0, body="")
        (card,) = rated_works.cards_of([book_id])
        assert (card.ratings_count, card.average) == (2, 4.5)
