"""Many cases decided alike: shown first, done just so, told of what was left out, and undone."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.moderation.models import Case
from tests import crowd, stored
from tests.client import Client, fields_of, has_form
from tests.moderation.scenes import decide, kinds, open_cases, report_profile, report_review
from tests.reviews.acts import post, post_each
from tests.web.moderation.test_queue import claim

PREVIEW, BULK = "/moderation/bulk/preview", "/moderation/bulk"


@pytest.fixture
def wave(bo: Viewer, book_id: int) -> list[int]:
    """Return the cases of twelve reviews of one book that Bo has reported."""
    return [report_review(bo, one) for one in post_each(book_id, crowd.readers(12))]


def preview(client: Client, cases: list[int], query: str = "") -> str:
    token = fields_of(client.get(f"/moderation{query}").text, PREVIEW + query)
    answer = client.post(PREVIEW + query, data=token | {"case": cases})
    assert answer.status_code == 200
    return answer.text


class TestPreview:
    def test_writes_nothing(self, as_mo: Client, wave: list[int]) -> None:
        page = preview(as_mo, wave[:3])
        assert "3 reviews, one decision" in page
        assert "Nothing has been done yet." in page
        assert page.count('class="queue-row') == 3
        assert '<span class="number">3</span> × spam or advertising' in page
        assert fields_of(page, BULK)["cases"] == ",".join(map(str, wave[:3]))
        assert kinds() == []
        assert open_cases() == wave

    def test_of_all_that_match(
        self, as_mo: Client, alex: Viewer, bo: Viewer, wave: list[int]
    ) -> None:
        other = report_profile(bo, alex.id, reason="hate")
        page = as_mo.get("/moderation?reason=spam").text
        assert "Decide all 12 together" in page
        fields = fields_of(page, f"{PREVIEW}?reason=spam") | {"all": "1"}
        shown = as_mo.post(f"{PREVIEW}?reason=spam", data=fields).text
        assert str(other) not in fields_of(shown, f"{BULK}?reason=spam")["cases"].split(",")
        assert "12 reviews, one decision" in shown
        assert ">Remove all 12" in shown

    def test_offers_what_fits_all(
        self, as_mo: Client, alex: Viewer, bo: Viewer, wave: list[int]
    ) -> None:
        profile = report_profile(bo, alex.id)
        offered = r'name="kind" value="(\w+)"'
        assert re.findall(offered, preview(as_mo, wave)) == ["keep", "hide", "remove", "suspend"]
        mixed = preview(as_mo, [wave[0], profile])
        assert re.findall(offered, mixed) == ["keep", "suspend"]
        assert 'href="/moderation?subject=review">Choose among the reviews alone' in mixed
        assert "of several kinds" not in preview(as_mo, wave)
        assert "2 cases, one decision" in mixed

    def test_of_nothing_says_so(self, as_mo: Client, wave: list[int]) -> None:
        for chosen in ([], ["nonsense", "-1", "9" * 30]):
            data = {"csrf_token": as_mo.token, "case": chosen}
            answer = as_mo.post(PREVIEW, data=data)
            assert answer.status_code == 422
            assert "Please choose at least one case first." in answer.text

    def test_names_what_others_have(
        self, as_mo: Client, mo: Viewer, ada: Viewer, wave: list[int]
    ) -> None:
        claim(ada, wave[0])
        decide(mo, wave[1], "keep")
        page = preview(as_mo, wave[:3])
        assert "Reader 0 on Python for Beginners (Ada)" in page
        assert "One case has been decided meanwhile and is left out." in page
        assert "2 reviews, one decision" in page

    def test_of_what_is_all_decided_leads_back(
        self, as_mo: Client, mo: Viewer, wave: list[int]
    ) -> None:
        token = {"csrf_token": as_mo.token}
        decide(mo, wave[0], "keep")
        page = as_mo.post(PREVIEW, data=token | {"case": wave[:1]}).text
        assert "Nothing is left to decide" in page
        assert not has_form(page, BULK)


def send(client: Client, page: str, kind: str, **typed: str | list[int]) -> TestResponse:
    fields = fields_of(page, BULK) | {"reason": "spam", "kind": kind}
    return client.post(BULK, data=fields | typed)


class TestDeciding:
    def test_does_what_was_shown_and_undoes_it(
        self, as_mo: Client, book_id: int, wave: list[int]
    ) -> None:
        before = stored.summary(book_id)
        answer = send(as_mo, preview(as_mo, wave[:10]), "remove", words="A wave of spam.")
        assert (answer.status_code, answer.location) == (303, "/moderation")
        assert kinds() == ["remove"] * 10
        assert open_cases() == wave[10:]
        assert stored.summary(book_id)[0] == 2
        page = as_mo.get("/moderation").text
        assert "10 reviews removed." in page
        (undo,) = re.findall(r'action="(/moderation/batches/\w+/undo)"', page)
        fields = {"csrf_token": as_mo.token}
        assert as_mo.post(undo, data=fields).status_code == 303
        assert "Taken back: 10 decisions." in as_mo.get("/moderation").text
        assert open_cases() == wave
        assert stored.summary(book_id) == before

    def test_spares_what_the_moderator_leaves_out(self, as_mo: Client, wave: list[int]) -> None:
        page = preview(as_mo, wave)
        assert page.count('name="spared"') == len(wave)
        spared = [wave[3], wave[7]]
        refused = send(as_mo, page, "nonsense", words="Dear all", spared=spared)
        assert refused.status_code == 422
        chosen = re.findall(r'name="spared" value="(\d+)" form="decide" checked', refused.text)
        assert list(map(int, chosen)) == spared
        assert send(as_mo, refused.text, "remove", spared=spared).status_code == 303
        assert open_cases() == spared
        assert "10 reviews removed." in as_mo.get("/moderation").text

    def test_sparing_all_decides_nothing(self, as_mo: Client, wave: list[int]) -> None:
        page = preview(as_mo, wave[:2])
        answer = send(as_mo, page, "hide", words="Dear all", spared=wave[:2])
        assert answer.status_code == 422
        assert "Please choose at least one case." in answer.text
        assert fields_of(answer.text, BULK)["words"] == "Dear all"
        assert kinds() == []

    def test_leaves_out_what_others_have_taken_and_names_it(
        self, as_mo: Client, ada: Viewer, wave: list[int]
    ) -> None:
        page = preview(as_mo, wave[:4])
        claim(ada, wave[0])
        decide(ada, wave[1], "keep")
        assert send(as_mo, page, "hide").status_code == 303
        after = as_mo.get("/moderation").text
        assert "2 reviews hidden." in after
        assert "Left out, since somebody else has decided or taken it" in after
        assert "Reader 0 on Python for Beginners; Reader 1 on Python for Beginners." in after
        assert kinds() == ["keep", "hide", "hide"]

    def test_keeps_the_words_where_nothing_is_left(
        self, as_mo: Client, ada: Viewer, wave: list[int]
    ) -> None:
        page = preview(as_mo, wave[:1])
        claim(ada, wave[0])
        late = send(as_mo, page, "hide", words="Dear all")
        assert late.status_code == 409
        assert "Left out" in late.text
        assert fields_of(late.text, BULK)["words"] == "Dear all"
        decide(ada, wave[0], "keep")
        late = send(as_mo, page, "hide", words="Dear all")
        assert late.status_code == 409
        assert "Dear all" in late.text
        assert kinds() == ["keep"]

    def test_suspends_all_authors(self, as_mo: Client, wave: list[int]) -> None:
        assert send(as_mo, preview(as_mo, wave[:2]), "suspend", until="30").status_code == 303
        assert kinds() == ["hide", "suspend"] * 2

    def test_suspends_each_author_once(
        self, as_mo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        books = [book_id, *crowd.books(2)]
        cases = [report_review(bo, post(alex, one)) for one in books]
        shown = preview(as_mo, cases)
        assert ">Suspend the author <" in shown
        assert send(as_mo, shown, "suspend", until="30").status_code == 303
        assert kinds() == ["hide", "suspend", "hide", "hide"]
        assert "1 account suspended, in 3 cases." in as_mo.get("/moderation").text

    @pytest.mark.parametrize("kind", ["keep", "remove", "suspend"])
    def test_sent_twice_is_done_once(self, as_mo: Client, wave: list[int], kind: str) -> None:
        page = preview(as_mo, wave[:2])
        first, second = (send(as_mo, page, kind, until="30") for _ in range(2))
        assert (second.status_code, second.location) == (first.status_code, first.location)
        assert kinds() == (["hide", "suspend"] * 2 if kind == "suspend" else [kind] * 2)

    @pytest.mark.parametrize(
        ("kind", "typed", "told"),
        [
            ("", {}, "Please choose what is to be done with all of them."),
            ("restore", {}, "Please choose what is to be done with all of them."),
            ("hide", {"reason": "nonsense"}, "Please choose the rule this follows."),
            ("suspend", {}, "Please choose an end"),
            ("hide", {"cases": ""}, "Please choose at least one case."),
            ("hide", {"cases": "x,,4711,٣"}, "Please choose at least one case."),
            ("hide", {"cases": ",".join(["1"] * 501)}, "at most 500 at once"),
        ],
    )
    def test_refused_does_nothing_and_keeps_the_words(
        self, as_mo: Client, wave: list[int], kind: str, typed: dict[str, str], told: str
    ) -> None:
        answer = send(as_mo, preview(as_mo, wave[:2]), kind, **({"words": "Dear all"} | typed))
        assert answer.status_code == 422
        assert told in answer.text
        assert "Dear all" in answer.text
        assert kinds() == []

    def test_needs_a_fresh_form(self, as_mo: Client, wave: list[int]) -> None:
        answer = send(as_mo, preview(as_mo, wave[:2]), "hide", csrf_token="old")
        assert answer.status_code == 422
        assert "This page had been open too long" in answer.text
        assert fields_of(answer.text, BULK)["cases"] == f"{wave[0]},{wave[1]}"
        assert kinds() == []

    def test_two_hundred_are_cleared_by_two_forms(
        self, app: Flask, as_mo: Client, bo: Viewer, book_id: int
    ) -> None:
        for one in post_each(book_id, crowd.readers(200)):
            report_review(bo, one)
        page = as_mo.get("/moderation").text
        shown = as_mo.post(PREVIEW, data=fields_of(page, PREVIEW) | {"all": "1"}).text
        assert "And 150 more of them" in shown
        assert shown.count('class="queue-row') == 200
        assert send(as_mo, shown, "remove").status_code == 303
        assert "200 reviews removed." in as_mo.get("/moderation").text
        session().rollback()
        assert session().query(Case).filter(Case.closed_at.is_(None)).count() == 0


def test_a_bulk_of_another_is_not_found(as_mo: Client, as_ada: Client, wave: list[int]) -> None:
    send(as_mo, preview(as_mo, wave[:2]), "hide")
    (undo,) = re.findall(r'action="(/moderation/batches/\w+/undo)"', as_mo.get("/moderation").text)
    assert as_ada.post(undo, data={"csrf_token": as_ada.token}).status_code == 404
    nothing = as_mo.post("/moderation/batches/abc/undo", data={"csrf_token": as_mo.token})
    assert nothing.status_code == 404
