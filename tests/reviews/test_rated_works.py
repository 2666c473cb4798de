"""Reads of works with their ratings: pages, cards, and lists in every order."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.queries import find_viewers
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.queries import Moved, get_author, get_series, get_subject
from bookreviews.catalog.services import retitle_work
from bookreviews.errors import NotFound
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.reviews import rated_works
from bookreviews.reviews.rated_works import PAGE_SIZE, Sort
from bookreviews.reviews.scores import empty, score
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import any_database
from tests.reviews.acts import add_work, post, rate, withdraw

SORTS: tuple[Sort, ...] = ("popular", "best", "newest", "published", "title")


def walk(
    sort: Sort,
    *,
    subject_id: int | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Record]:
    """Return the cards of all pages; between the first and the second, something may happen."""
    rows: list[Record] = []
    after: str | None = None
    while True:
        page = rated_works.list_works(sort=sort, subject_id=subject_id, after=after)
        assert page.is_first is (after is None)
        assert len(page.rows) == PAGE_SIZE or page.older is None
        rows += page.rows
        if page.older is None:
            return rows
        if page.is_first:
            meanwhile()
        after = page.older


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


@pytest.fixture
def shelf(app: Flask) -> list[int]:
    """Return two pages and a half of works; many share a year, a title or their ratings."""
    readers = crowd.readers(4)
    shelf = []
    for number in range(2 * PAGE_SIZE + PAGE_SIZE // 2):
        work_id = add_work(
            f"Volume {number // 4}",
            subjects=[("Fantasy", "History")[number % 2]],
            first_published=None if number % 7 == 0 else 1990 + number // 30,
        )
        rate(work_id, readers, *[(5.0, 4.0, 3.0)[number // 9 % 3]] * (number // 8 % 5))
        shelf.append(work_id)
    return shelf


def _key(sort: Sort, row: Record) -> tuple[Any, ...]:
    """Return what a list is sorted by, as its page says it."""
    distribution = rated_works.get_rated_work_by_id(row.id).distribution
    return {
        "popular": (row.ratings_count, row.id),
        "best": (score(distribution or empty()), row.id),
        "newest": (row.id,),
        "published": (row.published, row.id),
        "title": (row.title, row.id),
    }[sort]


class TestList:
    @any_database
    def test_gives_every_row_once_in_each_order(self, shelf: list[int]) -> None:
        cards = {row.id: row for row in rated_works.cards_of(shelf)}
        listed = {
            "popular": [work_id for work_id in shelf if cards[work_id].ratings_count],
            "best": [work_id for work_id in shelf if cards[work_id].ratings_count],
            "newest": shelf,
            "published": [work_id for work_id in shelf if cards[work_id].published],
            "title": shelf,
        }
        for sort in SORTS:
            rows = walk(sort)
            assert sorted(ids(rows)) == listed[sort]
            keys = [_key(sort, row) for row in rows]
            assert keys == sorted(keys, reverse=sort != "title")

    @any_database
    def test_of_a_subject_has_its_works_alone(self, shelf: list[int]) -> None:
        subject_id = get_subject("fantasy").id
        for sort in SORTS:
            everywhere = [row for row in walk(sort) if row.main_subject == "fantasy"]
            assert walk(sort, subject_id=subject_id) == everywhere
        assert walk("newest", subject_id=4711) == []

    def test_shifts_nothing_when_a_work_is_added_meanwhile(self, shelf: list[int]) -> None:
        readers = [*find_viewers(["reader0", "reader1"]).values()]

        def add() -> None:
            work_id = add_work("Volume 3", first_published=1991)
            rate(work_id, readers, 4.0, 4.0)

        for sort in SORTS:
            before = ids(walk(sort))
            seen = ids(walk(sort, meanwhile=add))
            assert [work_id for work_id in seen if work_id in before] == before
            assert len(set(seen)) == len(seen) <= len(before) + 1

    def test_of_nothing_is_empty(self, app: Flask) -> None:
        for sort in SORTS:
            page = rated_works.list_works(sort=sort)
            assert (list(page.rows), page.older, page.is_first) == ([], None, True)

    def test_of_the_best_prefers_many_good_ratings_to_one_perfect(self, app: Flask) -> None:
        readers = crowd.readers(12)
        perfect, good = add_work("Perfect"), add_work("Good")
        rate(perfect, readers, 5.0)
        rate(good, readers, *[4.5] * 12)
        assert titles(walk("best")) == ["Good", "Perfect"]

    def test_of_the_popular_counts_no_withdrawn_rating(self, alex: Viewer, bo: Viewer) -> None:
        one, other = add_work("One"), add_work("Other")
        post(alex, one)
        gone = post(alex, other), post(bo, other)
        assert titles(walk("popular")) == ["Other", "One"]
        for author, review_id in zip((alex, bo), gone, strict=True):
            withdraw(author, review_id)
        assert walk("popular")[0].title == "One"


class TestForgedCursor:
    @staticmethod
    def forged(*key: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("cursor", ["", "x", "!", "\x00", "W10", "bnVsbA"])
    def test_is_refused(self, sort: Sort, cursor: str) -> None:
        with pytest.raises(BrokenCursor):
            rated_works.list_works(sort=sort, after=cursor)

    def test_of_impossible_values_is_refused_before_a_database_is_asked(self) -> None:
        wrong: dict[Sort, list[tuple[Any, ...]]] = {
            "popular": [(2**31, 1), (1, 2**31), (1.5, 1), (True, 1), (1,), ("1", 1)],
            "best": [(float("nan"), 1), (float("inf"), 1), (1e300, 1), ("4", 1), (4.0, 10**400)],
            "newest": [(2**31,), (-(2**63),), (None,), ("1",), (1, 1)],
            "published": [(2**31, 1), ("1815", 1), (None, 1), (1815,)],
            "title": [("a\x00", 1), (chr(0xD800), 1), (1815, 1), (None, 1), ("Emma", 2**31)],
        }
        for sort, keys in wrong.items():
            for key in keys:
                with pytest.raises(BrokenCursor):
                    rated_works.list_works(sort=sort, after=self.forged(*key))

    @any_database
    def test_of_possible_values_finds_nothing_or_all(self, alex: Viewer, book_id: int) -> None:
        post(alex, book_id)
        most = 2**31 - 1
        ends: dict[Sort, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
            "popular": ((-most, 1), (most, most)),
            "best": ((-most, 1), (float(most), most)),
            "newest": ((-most,), (most,)),
            "published": ((-most, 1), (most, most)),
            "title": (("\U0010fffd", most), ("", -most)),
        }
        for sort, (before_all, after_all) in ends.items():
            none = rated_works.list_works(sort=sort, after=self.forged(*before_all))
            assert list(none.rows) == []
            some = rated_works.list_works(sort=sort, after=self.forged(*after_all))
            assert ids(some.rows) == [book_id]


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


def test_works_of_an_author_come_latest_first(app: Flask) -> None:
    for title, year in (("Emma", 1815), ("Sanditon", 1925), ("Sense", 1811)):
        add_work(title, authors=["Jane Austen"], first_published=year)
    add_work("Other", authors=["Another"], first_published=1816)
    author_id = get_author("jane-austen").id
    assert titles(rated_works.works_by(author_id)) == ["Sanditon", "Emma", "Sense"]
    assert titles(rated_works.works_by(author_id, most=1)) == ["Sanditon"]


def test_works_of_a_series_come_in_reading_order(app: Flask) -> None:
    for title, position in (("Two", 2), ("Three", 3), ("One", 1)):
        add_work(title, series="Numbers", series_position=position)
    add_work("Other", series="Letters", series_position=1)
    series_id = get_series("numbers").id
    assert titles(rated_works.works_in_series(series_id)) == ["One", "Two", "Three"]


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
