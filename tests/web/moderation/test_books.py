"""Books about which too much is said at once: closed for a while, and opened again."""

from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import surges
from bookreviews.moderation.models import SurgeSign
from bookreviews.reviews.models import RatingSummary
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client, fields_of, has_form
from tests.moderation.scenes import kinds
from tests.reviews.acts import post_each


@pytest.fixture
def surge(book_id: int) -> int:
    """Return a book that fifteen readers have rated within an hour."""
    at = now() - timedelta(hours=1)
    post_each(book_id, crowd.readers(15), at=lambda _: at)
    with transaction():
        assert surges.watch(at=now()) == [book_id]
    return book_id


def send(client: Client, work_id: int, **typed: str) -> TestResponse:
    form, prefix = f"/moderation/surges/{work_id}/lock", f"work{work_id}-"
    fields = fields_of(client.get("/moderation").text, form)
    return client.post(form, data=fields | {prefix + name: said for name, said in typed.items()})


def locked_until(work_id: int) -> datetime | None:
    session().rollback()
    return session().get_one(RatingSummary, work_id).locked_until


def test_a_surge_is_told(as_mo: Client, surge: int) -> None:
    page = as_mo.get("/moderation").text
    assert "15 reviews and ratings in a day, usually 0.0." in page
    assert "Nothing waits" in page


def test_a_book_is_closed_and_opened_again(as_mo: Client, surge: int) -> None:
    answer = send(as_mo, surge, until="3", words="A campaign.")
    assert (answer.status_code, answer.location) == (303, "/moderation")
    until = locked_until(surge)
    assert until is not None
    assert timedelta(days=2) < until - now() <= timedelta(days=3)
    page = as_mo.get("/moderation").text
    assert "The book is closed to new reviews and ratings" in page
    assert "in a day, usually" not in page
    assert "Closed for a while" in page
    opened = as_mo.submit("/moderation", f"/moderation/works/{surge}/unlock")
    assert opened.status_code == 303
    assert locked_until(surge) is None
    assert "Closed for a while" not in as_mo.get("/moderation").text
    again = as_mo.post(f"/moderation/works/{surge}/unlock", data={"csrf_token": as_mo.token})
    assert again.status_code == 409
    assert kinds() == ["lock", "unlock"]


def test_words_on_it_are_in_the_trail_of_admins(as_mo: Client, as_ada: Client, surge: int) -> None:
    send(as_mo, surge, until="3", words="A campaign <from> elsewhere.")
    page = as_ada.get("/admin/audit?act=decided: lock").text
    assert "note: A campaign &lt;from&gt; elsewhere." in page
    assert "A campaign" in as_ada.get("/admin/audit/export").text
    assert "A campaign" not in as_mo.get("/moderation/log").text


@pytest.mark.parametrize("until", ["", "365", "nonsense"])
def test_closing_needs_an_end_and_keeps_the_words(as_mo: Client, surge: int, until: str) -> None:
    answer = send(as_mo, surge, until=until, words="A campaign.")
    assert answer.status_code == 422
    assert "Please choose an end" in answer.text
    fields = fields_of(answer.text, f"/moderation/surges/{surge}/lock")
    assert fields[f"work{surge}-words"] == "A campaign."
    assert kinds() == []
    assert session().get_one(SurgeSign, surge).answered_at is None


def test_closing_needs_a_fresh_form(as_mo: Client, surge: int) -> None:
    answer = send(as_mo, surge, until="3", csrf_token="old")
    assert answer.status_code == 422
    assert "This page had been open too long" in answer.text
    assert kinds() == []


def test_nothing_unusual(as_mo: Client, mo: Viewer, surge: int) -> None:
    answer = as_mo.submit("/moderation", f"/moderation/surges/{surge}/answer")
    assert answer.status_code == 303
    page = as_mo.get("/moderation").text
    assert "Noted: nothing unusual." in page
    assert not has_form(page, f"/moderation/surges/{surge}/lock")
    assert kinds() == []


def test_a_book_that_is_not_there(as_mo: Client) -> None:
    token = as_mo.token
    fields = {"work4711-csrf_token": token, "work4711-until": "3"}
    assert as_mo.post("/moderation/surges/4711/lock", data=fields).status_code == 404
    unlock = as_mo.post("/moderation/works/4711/unlock", data={"csrf_token": token})
    assert unlock.status_code == 404
