"""The traffic of these tests notices what it is there to notice."""

from dataclasses import dataclass, field
from email.message import Message

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.reviews.models import RatingSummary, Review
from bookreviews.transactions import transaction
from tests.conftest import any_database
from tests.deploy.looking import Stands, TheDatabase
from tests.deploy.traffic import (
    FAILED,
    GOOD,
    REFUSED,
    Fault,
    Heard,
    Saying,
    Written,
    assert_kept,
    judge,
)
from tests.reviews.acts import post
from tests.walkthrough.visitor import Answer

FIRST, SECOND = Saying(4.5, "First."), Saying(2.0, "Second.")


@dataclass
class Found:
    """A site that holds just this."""

    reviews: list[Stands]
    trouble: str | None = None

    def reviews_of(self, _work_id: int) -> list[Stands]:
        return self.reviews

    def trouble_with(self, _work_id: int) -> str | None:
        return self.trouble


def written(promised: Saying | None, *unanswered: Saying) -> Written:
    return Written("alex", "a-book", 1, promised, list(unanswered))


def by_alex(saying: Saying) -> Stands:
    return Stands("alex", saying.stars, saying.body)


class TestKept:
    @pytest.mark.parametrize(
        ("one", "found"),
        [
            (written(FIRST), [by_alex(FIRST), Stands("bo", 1.0, "Another's.")]),
            (written(FIRST, SECOND), [by_alex(FIRST)]),
            (written(FIRST, SECOND), [by_alex(SECOND)]),
            (written(None, FIRST), []),
            (written(None, FIRST), [by_alex(FIRST)]),
        ],
    )
    def test_is_what_was_promised_or_sent_after_it(self, one: Written, found: list[Stands]) -> None:
        assert_kept([one], Found(found))

    @pytest.mark.parametrize(
        ("one", "found"),
        [
            (written(FIRST), []),
            (written(FIRST, SECOND), []),
            (written(FIRST), [by_alex(FIRST), by_alex(FIRST)]),
            (written(FIRST), [Stands("alex", None, "First.")]),
            (written(FIRST), [Stands("alex", 4.5, "Fir")]),
            (written(FIRST), [by_alex(SECOND)]),
            (written(None), [by_alex(FIRST)]),
        ],
    )
    def test_is_nothing_lost_doubled_or_halved(self, one: Written, found: list[Stands]) -> None:
        with pytest.raises(AssertionError):
            assert_kept([one], Found(found))

    def test_is_no_summary_that_is_wrong(self) -> None:
        with pytest.raises(AssertionError, match="one too many"):
            assert_kept([written(FIRST)], Found([by_alex(FIRST)], "one too many"))

    def test_is_the_last_promise(self) -> None:
        one = written(FIRST, SECOND)
        one.keep(SECOND)
        assert one.may_say == [SECOND]


@any_database
class TestTheDatabase:
    def test_shows_what_stands(self, app: Flask, alex: Viewer, book_id: int) -> None:
        post(alex, book_id, stars=4.5, body="*First*.")
        look = TheDatabase(app.config["SQLALCHEMY_DATABASE_URI"])
        assert look.reviews_of(book_id) == [Stands("alex", 4.5, "*First*.")]
        assert look.trouble_with(book_id) is None

    def test_shows_a_summary_that_is_wrong(self, app: Flask, alex: Viewer, book_id: int) -> None:
        post(alex, book_id, stars=4.5, body="First.")
        with transaction():
            session().get_one(RatingSummary, book_id).distribution = [0] * 10
        assert TheDatabase(app.config["SQLALCHEMY_DATABASE_URI"]).trouble_with(book_id)

    def test_shows_half_a_review(self, app: Flask, alex: Viewer, book_id: int) -> None:
        review_id = post(alex, book_id, stars=4.5, body="First.")
        with transaction():
            session().get_one(Review, review_id).body_html = "<p>Fir"
        with pytest.raises(AssertionError):
            TheDatabase(app.config["SQLALCHEMY_DATABASE_URI"]).reviews_of(book_id)


@dataclass
class Told:
    """Headers that say when to come back, or don't."""

    retry_after: str | None = None
    headers: Message = field(default_factory=Message)

    def __post_init__(self) -> None:
        if self.retry_after is not None:
            self.headers["Retry-After"] = self.retry_after


@pytest.mark.parametrize(
    ("status", "retry_after", "kind"),
    [
        (303, None, GOOD),
        (503, "5", REFUSED),
        (429, "60", REFUSED),
        (503, None, FAILED),
        (502, "5", FAILED),
        (500, "5", FAILED),
        (200, None, FAILED),
        (401, None, FAILED),
    ],
)
def test_only_who_says_when_to_come_back_is_honest(
    status: int, retry_after: str | None, kind: str
) -> None:
    answer = Answer(status, Told(retry_after).headers, "", "/")
    assert judge(answer, (303,)) == kind


def test_a_fault_is_felt_until_the_first_good_answer_after_the_last_bad_one() -> None:
    told = [(0.5, FAILED), (1.5, GOOD), (2.0, REFUSED), (2.5, GOOD), (3.0, GOOD)]
    heard = [Heard(at - 0.1, at, "GET /", kind, "") for at, kind in told]
    assert Fault(1.0, heard).seconds == 1.5
    assert Fault(2.2, heard).seconds == 0.0
    assert Fault(1.0, heard[:3]).seconds == float("inf")
