"""The rules of reviews, each with its refusal, and the summary that must always be true."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.accounts import people
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.reviews import scores, services
from bookreviews.reviews.models import LONGEST_BODY, RatingSummary, Review
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


def post(author: Viewer, work_id: int, **said: Any) -> int:
    with transaction():
        return services.post_review(
            author=author, work_id=work_id, **{"stars": 4.5, "body": "Good.", "at": NOON, **said}
        ).id


def revise(author: Viewer, review_id: int, **said: Any) -> None:
    values = {"stars": 4.5, "body": "Good.", "has_spoilers": False, "at": NOON, **said}
    with transaction():
        services.revise_review(author=author, review_id=review_id, **values)


def withdraw(author: Viewer, review_id: int) -> None:
    with transaction():
        services.withdraw_review(author=author, review_id=review_id, at=NOON)


def withdraw_and_stumble(author: Viewer, review_id: int) -> None:
    with transaction():
        services.withdraw_review(author=author, review_id=review_id, at=NOON)
        raise ZeroDivisionError


def review(review_id: int) -> Review:
    return session().get_one(Review, review_id, populate_existing=True)


def summary(work_id: int) -> tuple[int, int, float | None, list[int]]:
    row = session().get_one(RatingSummary, work_id, populate_existing=True)
    return row.ratings_count, row.reviews_count, row.average, row.distribution


def counted(work_id: int) -> tuple[int, int, float | None, list[int]]:
    """Return what the summary must be, counted from the table."""
    rows = (
        session()
        .execute(select(Review.stars, Review.body_source).where(Review.work_id == work_id))
        .all()
    )
    stars = [row.stars for row in rows if row.stars is not None]
    distribution = [stars.count(value) for value in scores.STARS]
    words = sum(row.body_source is not None for row in rows)
    return len(stars), words, sum(stars) / len(stars) if stars else None, distribution


class TestPosting:
    @any_database
    def test_keeps_stars_and_rendered_words(self, alex: Viewer, book_id: int) -> None:
        saved = review(post(alex, book_id, stars=4.5, body="It is *good*.\r\n"))
        assert (saved.stars, saved.body_source) == (4.5, "It is *good*.")
        assert saved.body_html == "<p>It is <em>good</em>.</p>"
        assert saved.posted_at == NOON

    @pytest.mark.parametrize("stars", scores.STARS)
    def test_takes_every_half(self, alex: Viewer, book_id: int, stars: float) -> None:
        assert review(post(alex, book_id, stars=stars, body="")).stars == stars

    @pytest.mark.parametrize(
        "stars", [0, 0.3, 0.25, 4.75, 5.5, 11, -1, 1e300, float("nan"), float("inf")]
    )
    def test_refuses_other_stars(self, alex: Viewer, book_id: int, stars: float) -> None:
        with pytest.raises(Invalid) as refusal:
            post(alex, book_id, stars=stars)
        assert list(refusal.value.fields) == ["stars"]
        assert session().scalar(select(Review.id)) is None

    @pytest.mark.parametrize(
        "body", ["", "   ", "\n\t\n", "\u200b\u200d", "\u00a0\u3000", "\u2800"]
    )
    def test_refuses_a_review_that_says_nothing(
        self, alex: Viewer, book_id: int, body: str
    ) -> None:
        with pytest.raises(Invalid) as refusal:
            post(alex, book_id, stars=None, body=body)
        assert list(refusal.value.fields) == ["body"]

    @pytest.mark.parametrize("body", ["a\x00b", "a\x07b", "half \ud800 a pair", "caf\ufffd"])
    def test_refuses_damaged_text(self, alex: Viewer, book_id: int, body: str) -> None:
        with pytest.raises(Invalid, match="can't be read"):
            post(alex, book_id, body=body)

    def test_takes_the_longest_and_refuses_longer(self, alex: Viewer, book_id: int) -> None:
        with pytest.raises(Invalid, match="20,001"):
            post(alex, book_id, body="x" * (LONGEST_BODY + 1))
        post(alex, book_id, body="x" * LONGEST_BODY)

    def test_refuses_whoever_was_erased_since_the_request_began(
        self, alex: Viewer, book_id: int
    ) -> None:
        with transaction():
            people.erase(user_id=alex.id, at=NOON)
        with pytest.raises(services.NotNow, match="erased"):
            post(alex, book_id)

    def test_refuses_a_work_that_does_not_exist(self, alex: Viewer) -> None:
        with pytest.raises(NotFound):
            post(alex, 4711)

    @any_database
    def test_is_once_for_each_reader_and_work(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        first = post(alex, book_id)
        with pytest.raises(services.AlreadyReviewed):
            post(alex, book_id, stars=1.0)
        post(bo, book_id)
        assert review(first).stars == 4.5
        assert summary(book_id) == counted(book_id)

    def test_stars_alone_have_no_spoilers(self, alex: Viewer, book_id: int) -> None:
        assert not review(post(alex, book_id, body="", has_spoilers=True)).has_spoilers


class TestRevising:
    @any_database
    def test_replaces_what_was_said(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        later = NOON + timedelta(days=1)
        revise(alex, review_id, stars=2.0, body="Not so good.", version=1, at=later)
        saved = review(review_id)
        assert (saved.stars, saved.body_source, saved.version) == (2.0, "Not so good.", 2)
        assert (saved.posted_at, saved.revised_at) == (NOON, later)
        assert summary(book_id) == counted(book_id)

    def test_of_a_version_that_has_changed_is_refused(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        revise(alex, review_id, body="From the other window.", version=1)
        with pytest.raises(Conflict, match="somewhere else"):
            revise(alex, review_id, body="From this window.", version=1)
        assert review(review_id).body_source == "From the other window."

    def test_that_changes_nothing_leaves_no_trace(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        revise(alex, review_id, version=1, at=NOON + timedelta(days=1))
        assert (review(review_id).version, review(review_id).revised_at) == (1, None)

    def test_with_first_words_is_as_new(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id, body="")
        later = NOON + timedelta(days=300)
        revise(alex, review_id, body="Now I know what to say.", at=later)
        assert (review(review_id).posted_at, review(review_id).revised_at) == (later, None)
        assert summary(book_id) == counted(book_id)

    def test_is_for_its_author_alone(
        self, alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        review_id = post(alex, book_id)
        for other in (bo, mo, ada):
            with pytest.raises(NotAllowed):
                revise(other, review_id, body="Mine now.")
        assert review(review_id).body_source == "Good."

    def test_checks_what_posting_checks(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        with pytest.raises(Invalid):
            revise(alex, review_id, stars=None, body=" ")
        assert summary(book_id) == counted(book_id)


class TestWithdrawing:
    @any_database
    def test_leaves_no_words_and_no_stars(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        post(bo, book_id, stars=3.0)
        withdraw(alex, review_id)
        saved = review(review_id)
        assert (saved.stars, saved.body_source, saved.body_html) == (None, None, None)
        assert summary(book_id) == counted(book_id) == (1, 1, 3.0, [0] * 5 + [1] + [0] * 4)

    def test_allows_to_post_again_at_the_same_address(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        withdraw(alex, review_id)
        assert post(alex, book_id, body="Second thoughts.") == review_id
        assert review(review_id).withdrawn_at is None
        assert summary(book_id) == counted(book_id)

    def test_is_for_its_author_alone(self, alex: Viewer, bo: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        with pytest.raises(NotAllowed):
            withdraw(bo, review_id)

    def test_happens_once(self, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id)
        withdraw(alex, review_id)
        for action in (withdraw, revise):
            with pytest.raises(NotFound):
                action(alex, review_id)


class TestSummary:
    def test_is_empty_after_the_only_review_went(self, alex: Viewer, book_id: int) -> None:
        withdraw(alex, post(alex, book_id))
        assert summary(book_id) == (0, 0, None, scores.empty())

    def test_recount_repairs_it(self, alex: Viewer, book_id: int) -> None:
        post(alex, book_id)
        with transaction():
            session().get_one(RatingSummary, book_id).ratings_count = 99
        with transaction():
            services.recount(work_id=book_id, at=NOON)
        assert summary(book_id) == counted(book_id)

    def test_a_refused_write_changes_nothing(self, alex: Viewer, app: Flask, book_id: int) -> None:
        review_id = post(alex, book_id)
        with pytest.raises(ZeroDivisionError):
            withdraw_and_stumble(alex, review_id)
        assert review(review_id).stars == 4.5
        assert summary(book_id) == counted(book_id)


def test_preview_is_what_posting_renders(alex: Viewer, book_id: int) -> None:
    words = "> quoted\n\n`code` and <script>alert(1)</script>"
    html = services.preview(body=words)
    assert html == review(post(alex, book_id, body=words)).body_html
    assert "<script" not in html
