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
from tests import crowd
from tests.conftest import any_database
from tests.reviews.acts import add_work, post, rate, withdraw


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


def test_works_like_another_are_the_most_rated_of_its_subject(app: Flask) -> None:
    readers = crowd.readers(3)
    this = add_work("This", subjects=["Fantasy"])
    for title, subject, count in (
        ("Known", "Fantasy", 2),
        ("Best known", "Fantasy", 3),
        ("Unrated", "Fantasy", 0),
        ("Other", "History", 3),
    ):
        rate(add_work(title, subjects=[subject]), readers, *[3.0] * count)
    rate(this, readers, 5.0, 5.0, 5.0)
    assert titles(rated_works.works_like(this, "fantasy", most=9)) == ["Best known", "Known"]
    assert titles(rated_works.works_like(this, "fantasy", most=1)) == ["Best known"]
    assert rated_works.works_like(this, None, most=9) == []


class TestWorksForAReader:
    @any_database
    def test_are_well_rated_ones_of_subjects_they_liked(self, app: Flask) -> None:
        me, *others = crowd.readers(6)
        liked, disliked = (
            add_work(f"My {subject}", subjects=[subject]) for subject in ("Fantasy", "History")
        )
        post(me, liked, stars=4.0)
        post(me, disliked, stars=3.5)
        good, better, history = (
            add_work(title, subjects=[subject])
            for title, subject in (("Good", "Fantasy"), ("Better", "Fantasy"), ("Old", "History"))
        )
        add_work("Unrated", subjects=["Fantasy"])
        rate(good, others, *[3.5] * 5)
        rate(better, others, *[5.0] * 5)
        rate(history, others, *[5.0] * 5)
        assert titles(rated_works.works_for(me, most=9)) == ["Better", "Good"]
        assert titles(rated_works.works_for(me, most=1)) == ["Better"]

    def test_are_none_for_who_has_liked_nothing(self, alex: Viewer, bo: Viewer) -> None:
        post(bo, add_work("Emma", subjects=["Classics"]), stars=5.0)
        assert rated_works.works_for(alex, most=9) == []

    def test_forget_what_was_withdrawn(self, alex: Viewer, bo: Viewer) -> None:
        mine = add_work("Emma", subjects=["Classics"])
        post(bo, mine, stars=5.0)
        post(bo, add_work("Persuasion", subjects=["Classics"]), stars=5.0)
        review_id = post(alex, mine, stars=5.0)
        assert titles(rated_works.works_for(alex, most=9)) == ["Persuasion"]
        withdraw(alex, review_id)
        assert rated_works.works_for(alex, most=9) == []
