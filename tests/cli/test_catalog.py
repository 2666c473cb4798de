"""Operators give a book another title, and arrange subjects."""

import pytest
from flask import Flask

from bookreviews.catalog.browsing import path_of_subject
from bookreviews.catalog.queries import Moved, get_work_id
from bookreviews.reviews.rated_works import get_rated_work_by_id
from tests import crowd


def retitle(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["catalog", "retitle", *arguments])
    return result.exit_code, result.output


def test_the_old_address_leads_to_the_new_one(app: Flask, book_id: int) -> None:
    assert retitle(app, "python-for-beginners", "Python at Last") == (
        0,
        "The book is now at /books/python-at-last.\n",
    )
    assert get_work_id("python-at-last") == book_id
    with pytest.raises(Moved):
        get_work_id("python-for-beginners")


@pytest.mark.parametrize(
    ("slug", "title", "reason"),
    [
        ("python", "Python at Last", "There is no such book here."),
        ("python-for-beginners", " ", "A book needs a title."),
        ("python-for-beginners", "x" * 301, "A title can have up to 300 characters."),
    ],
)
def test_what_cannot_be_is_refused(
    app: Flask, book_id: int, slug: str, title: str, reason: str
) -> None:
    assert retitle(app, slug, title) == (1, f"Error: {reason}\n")
    assert get_rated_work_by_id(book_id).title == "Python for Beginners"


def test_a_subject_is_placed_under_another(app: Flask) -> None:
    crowd.books(1, subject="Fiction")
    crowd.books(1, subject="Fantasy")
    run = app.test_cli_runner().invoke
    placed = run(args=["catalog", "place-subject", "fantasy", "--under", "fiction"])
    assert placed.output == "fantasy is part of fiction now.\n"
    assert [step.slug for step in path_of_subject("fantasy")] == ["fiction", "fantasy"]
    refused = run(args=["catalog", "place-subject", "fiction", "--under", "fantasy"])
    assert refused.output == "Error: Fantasy is part of Fiction, so it can't be the other way.\n"
    assert run(args=["catalog", "place-subject", "fantasy"]).exit_code == 0
    assert [step.slug for step in path_of_subject("fantasy")] == ["fantasy"]
