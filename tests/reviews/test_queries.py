"""Reads of reviews: which are shown, in what order, page after page."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.services import retitle_work
from bookreviews.errors import NotFound
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import BrokenCursor, Page
from bookreviews.reviews import queries, services
from bookreviews.reviews.queries import PAGE_SIZE, Order
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post, post_each, withdraw

ORDERS: tuple[Order, ...] = ("newest", "oldest", "highest", "lowest")
HOUR = timedelta(hours=1)

Pages = Callable[[str | None], Page[Record]]


def walk(pages: Pages, *, meanwhile: Callable[[], object] = lambda: None) -> list[Record]:
    """Return the rows of all pages, and hold each page against what pages are.

    Between the first page and the second, something may happen `meanwhile`.
    """
    rows: list[Record] = []
    after: str | None = None
    while True:
        page = pages(after)
        assert page.is_first is (after is None)
        assert len(page.rows) == PAGE_SIZE or page.older is None
        rows += page.rows
        if page.older is None:
            return rows
        if page.is_first:
            meanwhile()
        after = page.older


def ids(rows: list[Record]) -> list[int]:
    return [row.id for row in rows]


def ids_on(
    work_id: int, *, meanwhile: Callable[[], object] = lambda: None, **asked: Any
) -> list[int]:
    def pages(after: str | None) -> Page[Record]:
        return queries.reviews_of(work_id, after=after, **asked)

    return ids(walk(pages, meanwhile=meanwhile))


def in_order(rows: list[Record], order: Order) -> list[Record]:
    """Sort rows as the order says, without the database."""
    by_stars = order in ("highest", "lowest")
    kept = [row for row in rows if not by_stars or row.stars is not None]
    return sorted(
        kept,
        key=lambda row: ((row.stars,) if by_stars else ()) + (row.posted_at, row.id),
        reverse=order in ("newest", "highest"),
    )


class TestPagesOfAWork:
    @any_database
    def test_give_every_row_once_in_each_order(self, book_id: int) -> None:
        """Moments and stars repeat, so that rows share the sort key across pages."""
        written = post_each(
            book_id,
            crowd.readers(2 * PAGE_SIZE + 8),
            stars=lambda number: (1.0, 4.5, 4.5, None)[number // 3 % 4],
            at=lambda number: NOON + number % 5 * HOUR,
        )
        rows = walk(lambda after: queries.reviews_of(book_id, after=after))
        assert sorted(ids(rows)) == written
        for order in ORDERS:
            assert ids_on(book_id, order=order) == ids(in_order(rows, order))

    @any_database
    def test_give_every_row_once_even_where_all_keys_are_the_same(self, book_id: int) -> None:
        written = post_each(book_id, crowd.readers(PAGE_SIZE + 3))
        for order in ORDERS:
            downward = order in ("newest", "highest")
            assert ids_on(book_id, order=order) == sorted(written, reverse=downward)

    @pytest.mark.parametrize("order", ORDERS)
    def test_shift_nothing_when_a_row_is_added_meanwhile(self, book_id: int, order: Order) -> None:
        *readers, late = crowd.readers(2 * PAGE_SIZE + 1)
        written = set(post_each(book_id, readers, at=lambda number: NOON + number * HOUR))
        for stars in (0.5, 4.0, 5.0):
            post_late = partial(post, late, book_id, stars=stars, at=NOON + PAGE_SIZE * HOUR)
            seen = ids_on(book_id, order=order, meanwhile=post_late)
            added = queries.find_own_review(book_id, late)
            assert added is not None
            assert len(seen) == len(set(seen))
            assert set(seen) - {added.id} == written
            withdraw(late, added.id)

    def test_shift_nothing_when_the_row_of_the_cursor_goes(self, book_id: int) -> None:
        readers = crowd.readers(PAGE_SIZE + 5)
        written = post_each(book_id, readers, at=lambda number: NOON + number * HOUR)
        first = queries.reviews_of(book_id, order="oldest")
        withdraw(readers[PAGE_SIZE - 1], first.rows[-1].id)
        second = queries.reviews_of(book_id, order="oldest", after=first.older)
        assert ids(list(second.rows)) == written[PAGE_SIZE:]

    @pytest.mark.parametrize("count", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE])
    def test_end_where_the_rows_end(self, book_id: int, count: int) -> None:
        post_each(book_id, crowd.readers(count))
        assert len(ids_on(book_id)) == count

    def test_hold_the_reviews_of_this_work_alone(self, alex: Viewer, book_id: int) -> None:
        other = add_work("Fluent Python")
        here, there = post(alex, book_id), post(alex, other)
        assert (ids_on(book_id), ids_on(other), ids_on(4711)) == ([here], [there], [])

    def test_hold_reviews_in_words_alone(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        words = post(alex, book_id, stars=None)
        post(bo, book_id, body="")
        assert ids_on(book_id) == [words]

    def test_tell_who_wrote_what(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id, stars=4.5, body="*Good.*")
        (row,) = queries.reviews_of(book_id).rows
        assert (row.id, row.author_id, row.author_username) == (review_id, alex.id, "alex")
        assert (row.stars, row.body_html) == (4.5, "<p><em>Good.</em></p>")
        assert (row.posted_at, row.revised_at, row.version) == (NOON, None, 1)


class TestStarFilter:
    @any_database
    def test_keeps_what_rounds_to_the_bar(self, book_id: int) -> None:
        given = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, None]
        stars_of = {
            post(reader, book_id, stars=stars): stars
            for reader, stars in zip(crowd.readers(len(given)), given, strict=True)
        }
        for order in ORDERS:
            for bar in (1, 2, 3, 4, 5):
                kept = {
                    stars_of[review_id] for review_id in ids_on(book_id, stars=bar, order=order)
                }
                assert kept == {bar - 0.5, float(bar)}

    def test_keeps_nothing_where_there_is_no_such_bar(self, alex: Viewer, book_id: int) -> None:
        post(alex, book_id, stars=5.0)
        for bar in (-1, 0, 6, 1_000):
            assert ids_on(book_id, stars=bar) == []

    def test_goes_on_over_pages(self, book_id: int) -> None:
        readers = crowd.readers(3 * PAGE_SIZE)
        written = post_each(book_id, readers, stars=lambda number: (1.0, 4.5, 5.0)[number % 3])
        fives = [review_id for number, review_id in enumerate(written) if number % 3]
        for order in ORDERS:
            found = ids_on(book_id, stars=5, order=order)
            assert len(found) == 2 * PAGE_SIZE
            assert sorted(found) == fives


class TestOneReview:
    def test_comes_with_its_work_and_source(self, alex: Viewer, book_id: int) -> None:
        review = queries.get_review(post(alex, book_id, body="*Good.*"))
        assert (review.work_slug, review.work_title) == (
            "python-for-beginners",
            "Python for Beginners",
        )
        assert (review.body_source, review.author_name) == ("*Good.*", "Alex")
        assert (review.work_byline, review.work_subject) == ("Kuldeep Singh Kaswan", "programming")

    def test_knows_its_work_by_its_present_address(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        with transaction():
            retitle_work(work_id=book_id, title="Python at Last")
        assert queries.get_review(review_id).work_slug == "python-at-last"

    @pytest.mark.parametrize("review_id", [0, -1, 4711, 2**31 - 1])
    def test_that_never_was_is_not_found(self, app: Flask, review_id: int) -> None:
        with pytest.raises(NotFound):
            queries.get_review(review_id)

    def test_of_ones_own_is_found_by_oneself(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        mine = post(alex, book_id, body="")
        found = queries.find_own_review(book_id, alex)
        assert found is not None
        assert (found.id, found.body_source) == (mine, None)
        assert queries.find_own_review(book_id, bo) is None
        assert queries.find_own_review(add_work("Fluent Python"), alex) is None


@any_database
def test_a_withdrawn_review_appears_nowhere(alex: Viewer, bo: Viewer, book_id: int) -> None:
    gone, stays = post(alex, book_id, stars=5.0), post(bo, book_id, stars=5.0)
    withdraw(alex, gone)
    for order in ORDERS:
        assert ids_on(book_id, order=order) == [stays]
        assert ids_on(book_id, order=order, stars=5) == [stays]
    with pytest.raises(NotFound):
        queries.get_review(gone)
    assert queries.find_own_review(book_id, alex) is None
    assert ids(list(queries.latest_reviews(most=9))) == [stays]
    assert queries.reviews_by(alex.id).rows == []
    # Who has withdrawn their review has no part in the book any more.
    assert queries.latest_on_books_of(alex, most=9) == []
    assert queries.latest_on_books_of(bo, most=9) == []


def test_a_review_that_was_posted_again_appears_once(alex: Viewer, book_id: int) -> None:
    review_id = post(alex, book_id)
    withdraw(alex, review_id)
    post(alex, book_id, at=NOON + HOUR)
    assert ids_on(book_id) == [review_id]
    assert ids(list(queries.reviews_by(alex.id).rows)) == [review_id]


def test_a_revised_review_keeps_its_place(alex: Viewer, bo: Viewer, book_id: int) -> None:
    older, newer = post(alex, book_id), post(bo, book_id, at=NOON + HOUR)
    with transaction():
        services.revise_review(
            author=alex,
            review_id=older,
            stars=1.0,
            body="Worse.",
            has_spoilers=False,
            at=NOON + 2 * HOUR,
        )
    assert ids_on(book_id) == [newer, older]


class TestPagesOfAReader:
    @any_database
    def test_give_every_row_once_newest_first(self, alex: Viewer, bo: Viewer) -> None:
        works = [add_work(f"Volume {number}") for number in range(PAGE_SIZE + 4)]
        written = [
            post(alex, work_id, body="Good." * (n % 2), at=NOON + n // 5 * HOUR)
            for n, work_id in enumerate(works)
        ]
        post(bo, works[0])
        rows = walk(lambda after: queries.reviews_by(alex.id, after=after))
        assert ids(rows) == written[::-1]
        assert [row.work_title for row in rows[:2]] == ["Volume 18", "Volume 17"]

    def test_are_empty_for_who_gave_nothing(self, alex: Viewer) -> None:
        page = queries.reviews_by(alex.id)
        assert (list(page.rows), page.older, page.is_first) == ([], None, True)


class TestLatest:
    def test_are_the_newest_in_words_of_all_works(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        other = add_work("Fluent Python")
        first = post(alex, book_id, at=NOON)
        third = post(alex, other, at=NOON + 2 * HOUR)
        second = post(bo, book_id, at=NOON + HOUR)
        post(mo, book_id, body="", at=NOON + 3 * HOUR)
        latest = queries.latest_reviews(most=9)
        assert ids(list(latest)) == [third, second, first]
        assert [row.work_title for row in latest[:2]] == ["Fluent Python", "Python for Beginners"]
        assert ids(list(queries.latest_reviews(most=2))) == [third, second]

    @any_database
    def test_on_ones_books_are_those_of_others(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        other = add_work("Fluent Python")
        post(alex, book_id, body="")
        bos = post(bo, book_id)
        mos = post(mo, book_id, at=NOON + HOUR)
        post(bo, other)
        assert ids(list(queries.latest_on_books_of(alex, most=9))) == [mos, bos]
        assert ids(list(queries.latest_on_books_of(alex, most=1))) == [mos]
        assert ids(list(queries.latest_on_books_of(mo, most=9))) == [bos]


def forged(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


class TestForgedCursor:
    MOMENT = NOON.isoformat()

    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("cursor", ["", "x", "!", "\x00", forged(), forged(None, None, None)])
    def test_is_refused(self, order: Order, cursor: str) -> None:
        with pytest.raises(BrokenCursor):
            queries.reviews_of(1, order=order, after=cursor)
        with pytest.raises(BrokenCursor):
            queries.reviews_by(1, after=cursor)

    def test_of_another_order_is_refused(self, book_id: int) -> None:
        post_each(book_id, crowd.readers(PAGE_SIZE + 1))
        by_time, by_stars = (
            queries.reviews_of(book_id, order=o).older for o in ("newest", "highest")
        )
        with pytest.raises(BrokenCursor):
            queries.reviews_of(book_id, order="lowest", after=by_time)
        with pytest.raises(BrokenCursor):
            queries.reviews_of(book_id, order="oldest", after=by_stars)
        with pytest.raises(BrokenCursor):
            queries.reviews_by(1, after=by_stars)

    def test_of_impossible_values_is_refused_before_a_database_is_asked(self) -> None:
        for stars in (0, 0.3, -1, 5.5, 40_000.0, 1e300, float("nan"), float("inf"), "5", None):
            for order in ("highest", "lowest"):
                with pytest.raises(BrokenCursor):
                    queries.reviews_of(1, order=order, after=forged(stars, self.MOMENT, 1))
        for moment in ("2026-03-14T12:00:00", "0001-01-01T00:00:00+14:00", 7, None, "\x00"):
            with pytest.raises(BrokenCursor):
                queries.reviews_of(1, after=forged(moment, 1))
        for review_id in (2**31, -(2**63), 10**400, 1.0, "1", True):
            with pytest.raises(BrokenCursor):
                queries.reviews_of(1, after=forged(self.MOMENT, review_id))

    @any_database
    def test_of_possible_values_finds_nothing_or_all(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        low, high = "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"
        for moment, found in ((low, []), (high, [review_id])):
            for number in (-(2**31) + 1, 2**31 - 1):
                page = queries.reviews_of(book_id, after=forged(moment, number))
                assert ids(list(page.rows)) == found
                page = queries.reviews_by(alex.id, after=forged(moment, number))
                assert ids(list(page.rows)) == found
