"""Appeals at the desk: another moderator decides, once, with words."""

import pytest
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.moderation.models import Appeal
from tests import stored
from tests.client import Client, fields_of, has_form
from tests.moderation.scenes import appeal, decide, decide_appeal

APPEALS = "/moderation/appeals"


@pytest.fixture
def before(book_id: int, review_id: int) -> tuple[object, ...]:
    """Return the summary before anything was decided."""
    return stored.summary(book_id)


@pytest.fixture
def appeal_id(before: object, alex: Viewer, mo: Viewer, case_id: int) -> int:
    """Return the appeal that Alex made against what Mo did."""
    action = decide(mo, case_id, "remove", words="No shops here.")
    return appeal(alex, action, words="It is no shop, <b>really</b>.")


def test_none_is_told_pleasantly(as_mo: Client) -> None:
    assert "No appeals wait" in as_mo.get(APPEALS).text
    assert as_mo.get(f"{APPEALS}/4711").status_code == 404


def test_are_listed_and_counted(as_ada: Client, appeal_id: int) -> None:
    page = as_ada.get(APPEALS).text
    assert f'href="{APPEALS}/{appeal_id}">Alex, about Python for Beginners</a>' in page
    assert "It is no shop, &lt;b&gt;really&lt;/b&gt;." in page
    assert '<a href="/moderation/appeals">one appeal</a>' in as_ada.get("/moderation").text


def test_show_what_was_decided_and_on_what(as_ada: Client, appeal_id: int) -> None:
    page = as_ada.get(f"{APPEALS}/{appeal_id}").text
    assert "It is no shop, &lt;b&gt;really&lt;/b&gt;." in page
    assert "<strong>Removed</strong>, spam or advertising" in page
    assert "by Mo, " in page
    assert "No shops here." in page
    assert "Buy *now* at &lt;b&gt;my shop&lt;/b&gt;." in page


def send(
    client: Client, appeal_id: int, outcome: str, answer: str = "We were wrong."
) -> TestResponse:
    form = f"{APPEALS}/{appeal_id}/decision"
    fields = fields_of(client.get(f"{APPEALS}/{appeal_id}").text, form)
    return client.post(form, data=fields | {"outcome": outcome, "answer": answer})


def test_overturning_puts_everything_back(
    as_ada: Client, book_id: int, before: tuple[object, ...], appeal_id: int
) -> None:
    assert stored.summary(book_id) != before
    answer = send(as_ada, appeal_id, "overturned")
    assert (answer.status_code, answer.location) == (303, APPEALS)
    page = as_ada.get(APPEALS).text
    assert "The decision is overturned, and everything is as it was before." in page
    assert "No appeals wait" in page
    assert stored.summary(book_id) == before
    shown = as_ada.get(f"{APPEALS}/{appeal_id}").text
    assert "The decision is overturned" in shown
    assert "We were wrong." in shown


def test_upholding_leaves_it(as_ada: Client, appeal_id: int) -> None:
    send(as_ada, appeal_id, "upheld", "A shop is a shop.")
    assert "The decision stands." in as_ada.get(APPEALS).text


def test_are_not_for_who_acted(as_mo: Client, appeal_id: int) -> None:
    page = as_mo.get(f"{APPEALS}/{appeal_id}").text
    assert "You made this decision yourself" in page
    assert not has_form(page, f"{APPEALS}/{appeal_id}/decision")
    assert "for somebody else to decide" in as_mo.get(APPEALS).text
    data = {"csrf_token": as_mo.token, "outcome": "upheld", "answer": "I was right."}
    refused = as_mo.post(f"{APPEALS}/{appeal_id}/decision", data=data)
    assert refused.status_code == 403
    assert "I was right." in refused.text
    session().rollback()
    assert session().get_one(Appeal, appeal_id).decided_at is None


@pytest.mark.parametrize(
    ("outcome", "answer", "told"),
    [
        ("", "Because.", "Please choose whether the decision stands."),
        ("upheld", " ", "Please say why, in words for the person concerned."),
        ("upheld", "x" * 2_001, "Please use at most 2,000 characters."),
    ],
)
def test_refused_keep_the_answer(
    as_ada: Client, appeal_id: int, outcome: str, answer: str, told: str
) -> None:
    refused = send(as_ada, appeal_id, outcome, answer)
    assert refused.status_code == 422
    assert told in refused.text
    form = f"{APPEALS}/{appeal_id}/decision"
    assert fields_of(refused.text, form)["answer"].strip() == answer.strip()


def test_decided_meanwhile_lose_no_words(as_ada: Client, ada: Viewer, appeal_id: int) -> None:
    form = f"{APPEALS}/{appeal_id}/decision"
    typed = fields_of(as_ada.get(f"{APPEALS}/{appeal_id}").text, form)
    decide_appeal(ada, appeal_id, "upheld")
    late = as_ada.post(form, data=typed | {"outcome": "overturned", "answer": "Dear Alex, …"})
    assert late.status_code == 409
    assert "Somebody else has decided this meanwhile." in late.text
    assert "Dear Alex, …" in late.text


def test_need_a_fresh_form(as_ada: Client, appeal_id: int) -> None:
    data = {"csrf_token": "old", "outcome": "upheld", "answer": "Because."}
    stale = as_ada.post(f"{APPEALS}/{appeal_id}/decision", data=data)
    assert stale.status_code == 422
    assert "This page had been open too long" in stale.text
