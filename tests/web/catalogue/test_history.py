"""One change by itself: confirmed, turned down, taken back, and who is told of it."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation.subjects import work_subject
from tests import rulings
from tests.catalog.acts import add, edit, facts
from tests.client import Client, client_of
from tests.pages import next_of
from tests.reviews.acts import post

BOOK = "/books/python-for-beginners"


@pytest.fixture
def as_mo(app: Flask, mo: Viewer) -> Client:
    return client_of(app, mo)


class TestTakingBack:
    def test_needs_a_reason_and_stands_in_the_history(
        self, as_mo: Client, ada: Viewer, app: Flask, client: Client, book_id: int
    ) -> None:
        edit(ada, book_id, subtitle="Slowly")
        path, action = "/changes/1", "/changes/1/reversal"
        assert as_mo.submit(path, action, summary=" ").status_code == 422
        answer = as_mo.submit(path, action, summary="Not on the cover.")
        assert answer.location == "/changes/2"
        assert facts(book_id)["subtitle"] == ""
        assert "Not on the cover." in client.get(f"{BOOK}/history").text
        assert "taken back since" in client.get("/changes/1").text
        assert "was taken back" in client_of(app, ada).get("/notifications").text
        log = client.get("/moderation/log").text
        assert "What a reader changed in the data of" in log

    def test_shows_which_later_changes_are_in_the_way(
        self, as_mo: Client, ada: Viewer, book_id: int
    ) -> None:
        edit(ada, book_id, subtitle="Slowly")
        edit(ada, book_id, seen=1, subtitle="Quickly", why="Read the cover.")
        answer = as_mo.submit("/changes/1", "/changes/1/reversal", summary="Wrong.")
        assert answer.status_code == 409
        for words in ("the subtitle was changed again", 'href="/changes/2"', "Read the cover."):
            assert words in answer.text
        assert facts(book_id)["subtitle"] == "Quickly"

    def test_twice_is_told(self, as_mo: Client, ada: Viewer, book_id: int) -> None:
        edit(ada, book_id, subtitle="Slowly")
        form = {"csrf_token": as_mo.token, "summary": "Wrong."}
        assert as_mo.post("/changes/1/reversal", data=form).status_code == 303
        answer = as_mo.post("/changes/1/reversal", data=form)
        assert answer.status_code == 409
        assert "decided already" in answer.text


class TestTurningDown:
    def test_tells_who_suggested_it(
        self, as_mo: Client, as_alex: Client, alex: Viewer, client: Client, book_id: int
    ) -> None:
        edit(alex, book_id, subtitle="Slowly")
        assert as_mo.submit("/changes/1", "/changes/1/refusal", summary="").status_code == 422
        as_mo.submit("/changes/1", "/changes/1/refusal", summary="Not on the cover.")
        assert "was not taken over" in as_alex.get("/notifications").text
        assert "turned down" in as_alex.get("/changes/1").text
        assert "What a reader said in the data of" in client.get("/moderation/log").text
        assert client.get("/changes/1").status_code == 404

    def test_lets_who_suggested_it_take_it_back(
        self, as_alex: Client, alex: Viewer, client: Client, book_id: int
    ) -> None:
        edit(alex, book_id, subtitle="Slowly")
        answer = as_alex.submit("/changes/1", "/changes/1/refusal")
        assert answer.status_code == 303
        assert "What a reader" not in client.get("/moderation/log").text

    def test_is_offered_in_the_queue(self, as_mo: Client, alex: Viewer) -> None:
        add(alex, "Emma", authors=["Jane Austen"], first_published="1815", subtitle="A novel")
        page = as_mo.get("/changes").text
        for words in ("Added the book", "Emma", "1815", "not confirmed yet"):
            assert words in page
        assert as_mo.submit("/changes", "/changes/1/confirmation").location == "/changes"
        assert "Nothing waits" in as_mo.get("/changes").text

    def test_of_a_book_takes_it_away_and_can_be_thought_over(
        self, as_mo: Client, alex: Viewer, client: Client
    ) -> None:
        add(alex, "Buy pills")
        as_mo.submit("/changes/1", "/changes/1/refusal", summary="No book.")
        assert client.get("/books/buy-pills").status_code == 404
        assert "Buy pills" not in client.get("/books?sort=newest").text
        as_mo.submit("/changes/1", "/changes/1/confirmation")
        assert client.get("/books/buy-pills").status_code == 200

    def test_of_a_book_that_readers_reviewed_is_refused(
        self, as_mo: Client, alex: Viewer, bo: Viewer, client: Client
    ) -> None:
        add(alex, "Emma")
        post(bo, 1)
        answer = as_mo.submit("/changes/1", "/changes/1/refusal", summary="No book.")
        assert answer.status_code == 409
        assert "Readers have reviewed this book" in answer.text
        assert client.get("/books/emma").status_code == 200


class TestTheHistory:
    def test_goes_on_page_by_page(self, client: Client, ada: Viewer, book_id: int) -> None:
        for number in range(1, 26):
            edit(ada, book_id, seen=99, subtitle=f"Version {number}")
        first = client.get(f"{BOOK}/history").text
        second = next_of(first)
        assert second
        assert "<ins>25</ins>" in first
        assert "As it came" not in client.get(second).text

    def test_of_what_nobody_changed_says_so(self, client: Client, book_id: int) -> None:
        assert "Nobody has changed anything" in client.get(f"{BOOK}/history").text

    def test_shows_what_was_typed_as_text(self, client: Client, ada: Viewer, book_id: int) -> None:
        edit(ada, book_id, description="<script>alert(1)</script>", why="<b>x</b>")
        page = client.get(f"{BOOK}/history").text
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_a_case_about_a_book_leads_to_its_history(as_mo: Client, bo: Viewer, book_id: int) -> None:
    case_id = rulings.report(bo, work_subject(book_id), reason="wrong_data")
    page = as_mo.get(f"/moderation/cases/{case_id}").text
    assert f'href="{BOOK}/history"' in page
    assert f'href="{BOOK}/edit"' in page


def test_settings_say_what_is_missing_to_be_trusted(
    as_alex: Client, as_mo: Client, app: Flask, ada: Viewer, alex: Viewer
) -> None:
    assert "0 so far" in as_alex.get("/settings").text
    assert "As a moderator you are <b>trusted</b>" in as_mo.get("/settings").text
    as_ada = client_of(app, ada)
    as_ada.submit("/admin/people/alex", "/admin/people/alex/trust")
    assert "by an admin’s word" in as_alex.get("/settings").text
    as_ada.submit("/admin/people/alex", "/admin/people/alex/withdrawn-trust")
    assert "0 so far" in as_alex.get("/settings").text
