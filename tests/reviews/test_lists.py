"""Lists of works in every order: of all, of a subject and its parts, an author, a year …"""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.queries import find_viewers
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.listings import place_subject
from bookreviews.catalog.queries import get_author, get_series, get_subject
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import BrokenCursor, Page
from bookreviews.reviews import lists, rated_works, services
from bookreviews.reviews.lists import PAGE_SIZE, SubjectSort
from bookreviews.reviews.scores import empty, score
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post, rate, withdraw

SORTS: tuple[SubjectSort, ...] = ("popular", "best", "newest", "published", "title")


def walk(
    sort: SubjectSort,
    *,
    subject_id: int | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Record]:
    """Return the cards of all pages; between the first and the second, something may happen."""
    rows: list[Record] = []
    after: str | None = None
    while True:
        page = (
            lists.works(sort=sort, after=after)
            if subject_id is None
            else lists.works_of_subject(subject_id, sort=sort, after=after)
        )
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


def _key(sort: SubjectSort, row: Record) -> tuple[Any, ...]:
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
            "popular": shelf,
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
            page = lists.works(sort=sort)
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
    def test_is_refused(self, sort: SubjectSort, cursor: str) -> None:
        with pytest.raises(BrokenCursor):
            lists.works(sort=sort, after=cursor)

    def test_of_impossible_values_is_refused_before_a_database_is_asked(self) -> None:
        wrong: dict[SubjectSort, list[tuple[Any, ...]]] = {
            "popular": [(2**31, 1), (1, 2**31), (1.5, 1), (True, 1), (1,), ("1", 1)],
            "best": [(float("nan"), 1), (float("inf"), 1), (1e300, 1), ("4", 1), (4.0, 10**400)],
            "newest": [(2**31,), (-(2**63),), (None,), ("1",), (1, 1)],
            "published": [(2**31, 1), ("1815", 1), (None, 1), (1815,)],
            "title": [("a\x00", 1), (chr(0xD800), 1), (1815, 1), (None, 1), ("Emma", 2**31)],
        }
        for sort, keys in wrong.items():
            for key in keys:
                with pytest.raises(BrokenCursor):
                    lists.works(sort=sort, after=self.forged(*key))

    @any_database
    def test_of_possible_values_finds_nothing_or_all(self, alex: Viewer, book_id: int) -> None:
        post(alex, book_id)
        most = 2**31 - 1
        ends: dict[SubjectSort, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
            "popular": ((-most, 1), (most, most)),
            "best": ((-most, 1), (float(most), most)),
            "newest": ((-most,), (most,)),
            "published": ((-most, 1), (most, most)),
            "title": (("\U0010fffd", most), ("", -most)),
        }
        for sort, (before_all, after_all) in ends.items():
            none = lists.works(sort=sort, after=self.forged(*before_all))
            assert list(none.rows) == []
            some = lists.works(sort=sort, after=self.forged(*after_all))
            assert ids(some.rows) == [book_id]


def walk_pages(read: Callable[[str | None], Page[Record]]) -> list[str]:
    """Return the titles on all pages of a list."""
    found: list[str] = []
    page = read(None)
    found += titles(page.rows)
    while page.older:
        page = read(page.older)
        found += titles(page.rows)
    return found


def test_of_a_subject_holds_the_works_of_its_parts(app: Flask) -> None:
    readers = crowd.readers(2)
    add_work("Dune", subjects=["Space opera"])
    add_work("Emma", subjects=["Romance"])
    both = add_work("Both", subjects=["Space opera", "Science fiction"])
    with transaction():
        place_subject(slug="space-opera", under="science-fiction")
    whole, part = get_subject("science-fiction").id, get_subject("space-opera").id
    rate(both, readers, 5.0, 4.0)
    assert titles(walk("popular", subject_id=whole)) == ["Both", "Dune"]
    assert titles(walk("title", subject_id=part)) == ["Both", "Dune"]
    with transaction():
        place_subject(slug="space-opera", under=None)
    assert titles(walk("title", subject_id=whole)) == ["Both"]


@any_database
def test_of_an_author_comes_in_both_orders(alex: Viewer) -> None:
    ids_by_title = {
        title: add_work(title, authors=["Jane Austen"], first_published=year)
        for title, year in (("Emma", 1815), ("Sanditon", 1925), ("Undated", None), ("Sense", 1811))
    }
    add_work("Other", authors=["Another"], first_published=1816)
    post(alex, ids_by_title["Emma"])
    author_id = get_author("jane-austen").id
    latest = lists.works_by(author_id, sort="published")
    assert titles(latest.rows) == ["Sanditon", "Emma", "Sense", "Undated"]
    assert titles(lists.works_by(author_id).rows) == ["Emma", "Sense", "Undated", "Sanditon"]


@any_database
def test_of_a_series_comes_in_reading_order_and_the_unnumbered_last(app: Flask) -> None:
    for title, position in (("Two", 2), ("Companion", None), ("Three", 3), ("One", 1)):
        add_work(title, series="Numbers", series_position=position)
    add_work("Other", series="Letters", series_position=1)
    series_id = get_series("numbers").id
    assert titles(lists.works_in_series(series_id).rows) == ["One", "Two", "Three", "Companion"]


@any_database
def test_of_a_decade_merges_its_years(app: Flask) -> None:
    (reader,) = crowd.readers(1)
    count = PAGE_SIZE + 6
    for number in range(count):
        added = add_work(f"Volume {number:02}", first_published=1980 + number % 10)
        rate(added, [reader], *([3.0] if number % 2 else []))
    for title, year in (("Before", 1979), ("After", 1990), ("Old", -380)):
        add_work(title, first_published=year)
    expected = [f"Volume {n:02}" for n in reversed(range(1, count, 2))]
    expected += [f"Volume {n:02}" for n in reversed(range(0, count, 2))]
    found = walk_pages(lambda after: lists.works_of_decade(1980, after=after))
    assert found == expected
    assert titles(lists.works_of_decade(-380).rows) == ["Old"]
    assert titles(lists.works_of_year(1979).rows) == ["Before"]


def test_of_a_language_has_its_works_alone(alex: Viewer) -> None:
    for title, language in (("Rot", "de"), ("Rouge", "fr"), ("Blau", "de")):
        work_id = add_work(title, language=language)
        if title == "Rot":
            post(alex, work_id)
    assert titles(lists.works_in_language("de").rows) == ["Rot", "Blau"]


class TestTalk:
    @any_database
    def test_prefers_what_is_said_of_late(self, app: Flask) -> None:
        readers = crowd.readers(6)
        once, now_and_then, quiet = (add_work(title) for title in ("Once", "Now", "Quiet"))
        for reader in readers[:5]:
            self.say(reader, once, days_ago=40)
        for reader in readers[:2]:
            self.say(reader, now_and_then, days_ago=1)
        self.say(readers[0], quiet, days_ago=200)
        assert titles(lists.works(sort="talk", at=NOON).rows) == ["Now", "Once"]

    def test_forgets_what_was_withdrawn(self, app: Flask) -> None:
        one, other = crowd.readers(2)
        book = add_work("Book")
        first, second = self.say(one, book, days_ago=2), self.say(other, book, days_ago=1)
        for author, review_id in ((one, first), (other, second)):
            assert titles(lists.works(sort="talk", at=NOON).rows) == ["Book"]
            withdraw(author, review_id)
        assert titles(lists.works(sort="talk", at=NOON).rows) == []

    @staticmethod
    def say(reader: Viewer, work_id: int, *, days_ago: int) -> int:
        with transaction():
            return services.post_review(
                author=reader,
                work_id=work_id,
                stars=4.0,
                body="So it is.",
                at=NOON - timedelta(days=days_ago),
            ).id


@any_database
def test_every_change_of_ratings_moves_a_work_everywhere(alex: Viewer, bo: Viewer) -> None:
    one, other = (
        add_work(title, authors=["Jane Austen"], subjects=["Classics"], first_published=1811)
        for title in ("One", "Other")
    )
    post(alex, one, stars=5.0)
    ratings = [post(reader, other, stars=5.0) for reader in (alex, bo)]

    def orders() -> list[list[str]]:
        subject_id, author_id = get_subject("classics").id, get_author("jane-austen").id
        pages = (
            lists.works(),
            lists.works(sort="best"),
            lists.works_of_subject(subject_id),
            lists.works_of_subject(subject_id, sort="best"),
            lists.works_by(author_id),
            lists.works_of_year(1811),
        )
        return [titles(page.rows) for page in pages]

    assert orders() == [["Other", "One"]] * 6
    for reader, review_id in zip((alex, bo), ratings, strict=True):
        withdraw(reader, review_id)
    unrated_too, rated = ["One", "Other"], ["One"]
    assert orders() == [unrated_too, rated, unrated_too, rated, unrated_too, unrated_too]
