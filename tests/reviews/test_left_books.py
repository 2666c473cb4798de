"""Reviews of a book that was turned down: seen by who wrote them and moderators, joined by none."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import CatalogEdit
from bookreviews.errors import NotFound
from bookreviews.extensions import session
from bookreviews.reviews import queries
from tests.catalog.acts import add, decline
from tests.reviews.acts import post


@pytest.fixture
def left_id(app: Flask, alex: Viewer, mo: Viewer) -> int:
    """Return the id of a book that Alex added and praised, and Mo turned down."""
    edit_id = add(alex, "Buy my watches")
    work_id = session().get_one(CatalogEdit, edit_id).thing_id
    assert work_id is not None
    post(alex, work_id, body="The best watches.")
    decline(mo, edit_id)
    return work_id


def test_are_shown_to_nobody_else(left_id: int, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
    review_id = queries.find_own_review(left_id, alex)
    assert review_id is not None
    assert queries.latest_reviews(most=5) == []
    for viewer in (None, bo):
        assert queries.reviews_by(alex.id, viewer).rows == []
        with pytest.raises(NotFound):
            queries.get_review(review_id.id, viewer)
    for viewer in (alex, mo):
        assert [row.id for row in queries.reviews_by(alex.id, viewer).rows] == [review_id.id]
        assert queries.get_review(review_id.id, viewer).work_title == "Buy my watches"


def test_get_no_company(left_id: int, bo: Viewer) -> None:
    with pytest.raises(NotFound, match="no such book"):
        post(bo, left_id, body="I have one too.")


def test_are_none_of_what_others_say_of_ones_books(left_id: int, alex: Viewer, bo: Viewer) -> None:
    assert queries.latest_on_books_of(bo, most=5) == []
    assert queries.latest_on_books_of(alex, most=5) == []
