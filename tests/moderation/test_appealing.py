"""Appeals: once, in time, decided by another; overturning puts everything back."""

from datetime import timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.moderation import appealing, claims, desk, queries, reporting
from bookreviews.moderation.vocabulary import APPEAL_WITHIN
from bookreviews.notifications.queries import notifications_of
from bookreviews.reviews import queries as reviews
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import any_database
from tests.moderation.scenes import (
    LATER,
    appeal,
    decide,
    decide_appeal,
    kinds,
    report_review,
    reverse,
)
from tests.reviews.acts import post

pytestmark = any_database


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id, stars=2.0, body="Dull.")


@pytest.fixture
def action_id(bo: Viewer, mo: Viewer, review_id: int) -> int:
    return decide(mo, report_review(bo, review_id), "remove", words="We think it is spam.")


def test_the_statement_says_what_why_and_on_which_words(alex: Viewer, action_id: int) -> None:
    told = queries.get_statement(action_id, alex)
    assert (told.kind, told.reason, told.is_automatic) == ("remove", "spam", False)
    assert (told.words, told.quoted) == ("We think it is spam.", "Dull.")


def test_the_statement_is_nobody_elses(bo: Viewer, mo: Viewer, action_id: int) -> None:
    for other in (bo, mo):
        with pytest.raises(NotFound):
            queries.get_statement(action_id, other)


def test_overturning_restores_everything(
    alex: Viewer, bo: Viewer, ada: Viewer, book_id: int, review_id: int, action_id: int
) -> None:
    assert stored.summary(book_id)[:2] == (0, 0)
    decide_appeal(ada, appeal(alex, action_id), "overturned")
    assert stored.summary(book_id)[:3] == (1, 1, 2.0)
    assert reviews.get_review(review_id).body_source == "Dull."
    assert kinds() == ["remove", "reverse"]
    assert queries.get_entry(action_id).appeal_outcome == "overturned"
    assert queries.figures()[2].overturn_rate == 1.0
    assert notifications_of(alex).rows[0].kind == "appeal_decided"
    assert reporting.trust_in(f"user:{bo.id}") < 1.0  # the report was wrong after all


def test_upholding_changes_nothing(alex: Viewer, ada: Viewer, book_id: int, action_id: int) -> None:
    decide_appeal(ada, appeal(alex, action_id), "upheld")
    assert stored.summary(book_id)[:2] == (0, 0)
    assert kinds() == ["remove"]
    assert desk.open_appeals() == []


def test_once_for_each_action(alex: Viewer, ada: Viewer, action_id: int) -> None:
    decide_appeal(ada, appeal(alex, action_id), "upheld")
    with pytest.raises(Conflict):
        appeal(alex, action_id)


def test_only_by_the_person_concerned(bo: Viewer, action_id: int) -> None:
    with pytest.raises(NotFound):
        appeal(bo, action_id)
    with pytest.raises(NotFound):
        appeal(bo, 99)


def test_only_within_half_a_year(alex: Viewer, action_id: int) -> None:
    with pytest.raises(NotAllowed):
        appeal(alex, action_id, at=LATER + APPEAL_WITHIN + timedelta(seconds=1))


def test_not_against_what_is_taken_back_already(alex: Viewer, mo: Viewer, action_id: int) -> None:
    reverse(mo, action_id)
    with pytest.raises(Conflict, match="taken back"):
        appeal(alex, action_id)


def test_taken_back_while_the_appeal_waits(
    alex: Viewer, mo: Viewer, ada: Viewer, book_id: int, action_id: int
) -> None:
    waiting = appeal(alex, action_id)
    reverse(mo, action_id)
    decide_appeal(ada, waiting, "overturned")
    assert kinds() == ["remove", "reverse"]
    assert stored.summary(book_id)[:2] == (1, 1)


def test_not_by_who_acted(alex: Viewer, mo: Viewer, action_id: int) -> None:
    with pytest.raises(NotAllowed):
        decide_appeal(mo, appeal(alex, action_id), "upheld")


def test_decided_once(alex: Viewer, ada: Viewer, action_id: int) -> None:
    waiting = appeal(alex, action_id)
    decide_appeal(ada, waiting, "upheld")
    with pytest.raises(claims.DecidedMeanwhile):
        decide_appeal(ada, waiting, "overturned")


@pytest.mark.parametrize("words", [" ", "x" * 2001, "\x00"])
def test_needs_words(alex: Viewer, action_id: int, words: str) -> None:
    with pytest.raises(Invalid):
        appeal(alex, action_id, words=words)


def test_needs_an_outcome(alex: Viewer, ada: Viewer, action_id: int) -> None:
    waiting = appeal(alex, action_id)
    with pytest.raises(Invalid), transaction():
        appealing.decide_appeal(
            moderator=ada, appeal_id=waiting, outcome="maybe", answer="Hm.", at=LATER
        )
    with pytest.raises(NotFound):
        decide_appeal(ada, 99, "upheld")
