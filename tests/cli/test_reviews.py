"""Operators repair the summary of a book's stars."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.services import retitle_work
from bookreviews.extensions import session
from bookreviews.reviews.models import RatingSummary
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.transactions import transaction
from tests.conftest import any_database
from tests.reviews.acts import add_work, post


def recount(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["reviews", "recount", *arguments])
    return result.exit_code, result.output


@any_database
def test_a_summary_that_is_wrong_is_made_right(
    app: Flask, alex: Viewer, bo: Viewer, book_id: int
) -> None:
    post(alex, book_id, stars=4.5)
    post(bo, book_id, stars=2.0, body="")
    with transaction():
        summary = session().get_one(RatingSummary, book_id)
        summary.ratings_count, summary.reviews_count = 99, 98
        summary.average, summary.score, summary.distribution = 1.0, 9.0, [7] * 10
    assert recount(app, "python-for-beginners") == (0, "2 ratings, 3.25 stars on average\n")
    work = get_rated_work_by_id(book_id)
    assert (work.ratings_count, work.reviews_count, work.average) == (2, 1, 3.25)
    assert work.distribution == [0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    assert session().get_one(RatingSummary, book_id, populate_existing=True).score < 3.25


def test_a_book_that_nobody_rated_has_no_average(app: Flask, book_id: int) -> None:
    assert recount(app, "python-for-beginners") == (0, "0 ratings, no average\n")


@pytest.mark.parametrize("slug", ["", "python", "%"])
def test_a_book_that_is_not_there_is_refused(app: Flask, book_id: int, slug: str) -> None:
    assert recount(app, slug) == (1, "Error: There is no such book here.\n")


def test_a_book_that_has_moved_is_refused_with_the_reason(app: Flask, book_id: int) -> None:
    with transaction():
        retitle_work(work_id=book_id, title="Python at Last")
    assert recount(app, "python-for-beginners") == (
        1,
        "Error: This has another address now.\n",
    )


def test_a_book_must_be_named_or_all_of_them(app: Flask, book_id: int) -> None:
    assert recount(app)[0] == 2
    assert recount(app, "python-for-beginners", "--all")[0] == 2


@any_database
def test_all_summaries_are_made_right(app: Flask, alex: Viewer, book_id: int) -> None:
    other = add_work("Another Book")
    for work_id in (book_id, other):
        post(alex, work_id, stars=4.5)
    with transaction():
        for work_id in (book_id, other):
            session().get_one(RatingSummary, work_id).ratings_count = 99
    assert recount(app, "--all") == (0, "Made the summaries of 2 books anew.\n")
    assert [get_rated_work_by_id(work_id).ratings_count for work_id in (book_id, other)] == [1, 1]
