"""Admins see what the worker could not do, and have it try again."""

from datetime import timedelta

import pytest

from bookreviews.chores import services as chores
from bookreviews.extensions import session
from bookreviews.mail import services as mail
from bookreviews.mail.models import Letter
from bookreviews.transactions import transaction
from tests.client import Client
from tests.conftest import NOON

PAGE = "/admin/jobs"


@pytest.fixture
def letter_id() -> int:
    """Return the id of a letter that was given up."""
    with transaction():
        mail.write_letter(address="bo@example.org", template="reset", details={}, at=NOON)
        letter = session().query(Letter).one()
        letter.attempts = 7
        session().flush()
        mail.note_failure(
            letter_id=letter.id, attempt=7, error="<no such host>", is_final=True, at=NOON
        )
        return letter.id


def test_all_is_quiet_at_first(as_ada: Client) -> None:
    page = as_ada.get(PAGE).text
    for words in ("No letter waits", "None has failed.", "No chore has run yet"):
        assert words in page


def test_a_failed_letter_is_sent_again(as_ada: Client, letter_id: int) -> None:
    page = as_ada.get(PAGE).text
    assert "&lt;no such host&gt;" in page
    assert "given up" in page
    assert "bo@example.org" not in page  # who is written to is nobody's business
    answer = as_ada.submit(PAGE, f"{PAGE}/letters/{letter_id}/attempts")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "1 letter waits" in as_ada.get(PAGE).text
    session().rollback()
    letter = session().get_one(Letter, letter_id, populate_existing=True)
    assert (letter.given_up_at, letter.attempts) == (None, 0)


def test_a_letter_that_was_sent_is_not_sent_again(as_ada: Client, letter_id: int) -> None:
    with transaction():
        mail.note_sent(letter_id=letter_id, at=NOON)
    data = {"csrf_token": as_ada.token}
    assert as_ada.post(f"{PAGE}/letters/{letter_id}/attempts", data=data).status_code == 409


def test_chores_tell_how_they_went(as_ada: Client) -> None:
    with transaction():
        for name in ("tidy", "watch_for_surges"):
            chores.begin(name, every=timedelta(minutes=5), at=NOON)
        chores.finish("tidy", at=NOON)
        chores.fail("watch_for_surges", error=ValueError("<odd>"), at=NOON)
    page = as_ada.get(PAGE).text
    assert "watch for surges" in page
    assert "failed once" in page
    assert "ValueError: &lt;odd&gt;" in page
    assert "14 March 2026, 12:00 UTC" in page
