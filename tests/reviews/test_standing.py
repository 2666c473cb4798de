"""How a review stands after decisions of moderators, and after its author goes on from there."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from flask import Flask

from bookreviews.accounts import people
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.reviews import services, standing
from bookreviews.reviews.models import AWAITING_CHANGE, HELD, HIDDEN, REMOVED, Review
from bookreviews.reviews.standing import Standing
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import NOON, any_database
from tests.reviews.acts import post, withdraw
from tests.stored import summary
from tests.test_concurrency import at_once


def stand(review_id: int, concealment: str | None) -> None:
    with transaction():
        review = standing.review_in_turn(review_id)
        standing.stand(review, Standing(concealment, False, False), at=NOON)


def review(review_id: int) -> Review:
    session().rollback()
    return session().get_one(Review, review_id, populate_existing=True)


def post_while(app: Flask, author: Viewer, work_id: int, act: Callable[[], None]) -> None:
    """Let `act` begin when a review is written, but not yet committed."""
    written = Event()

    def write() -> None:
        with app.app_context(), transaction():
            services.post_review(author=author, work_id=work_id, stars=4.0, body="Good.", at=NOON)
            written.set()
            sleep(0.3)

    def act_then() -> None:
        written.wait(timeout=10)
        with app.app_context(), transaction():
            act()

    at_once([write, act_then])


@any_database
class TestPostingAnewWhatWasConcealed:
    @pytest.mark.parametrize(
        ("before", "after"),
        [(AWAITING_CHANGE, None), (REMOVED, HELD), (HIDDEN, HIDDEN), (HELD, HELD)],
    )
    def test_it_stands_as_its_concealment_says(
        self, app: Flask, alex: Viewer, book_id: int, before: str, after: str | None
    ) -> None:
        first = post(alex, book_id, body="As it was.")
        stand(first, before)
        withdraw(alex, first)
        assert post(alex, book_id, body="As it should be.") == first
        assert review(first).concealment == after
        assert (review(first).concealed_at is None) == (after is None)
        assert summary(book_id)[0] == (after is None)


@any_database
class TestWhoeverWritesInTheSameMoment:
    def test_as_they_are_suspended_does_not_count(
        self, app: Flask, alex: Viewer, book_id: int
    ) -> None:
        def suspend() -> None:
            people.suspend(user_id=alex.id, until=NOON + timedelta(days=7))
            standing.count_reviews_of_anew(alex.id, at=NOON)

        post_while(app, alex, book_id, suspend)
        assert summary(book_id)[0] == 0

    def test_as_they_are_erased_leaves_no_words(
        self, app: Flask, alex: Viewer, book_id: int
    ) -> None:
        def erase() -> None:
            people.erase(user_id=alex.id, at=NOON)
            standing.erase_reviews_of(alex.id, at=NOON)

        post_while(app, alex, book_id, erase)
        assert stored.reviews() == []
