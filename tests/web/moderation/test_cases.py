"""One case: all that helps to decide, one decision by one moderator, and taking it back."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.models import AuditEntry
from bookreviews.audit.services import LOOKED_UP
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import claims, deciding, reporting
from bookreviews.moderation.models import Case, ModerationAction, Statement
from bookreviews.moderation.subjects import work_subject
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import stored
from tests.client import Client, client_of, fields_of, has_form
from tests.moderation.scenes import act, decide, kinds, open_cases, report_profile, report_review
from tests.reviews.acts import add_work, post, withdraw
from tests.web.test_statements import asked


def path(case_id: int) -> str:
    return f"/moderation/cases/{case_id}"


def send(client: Client, case_id: int, kind: str, **typed: str) -> TestResponse:
    decision = f"{path(case_id)}/decision"
    page = client.get(path(case_id)).text
    fields = fields_of(page, decision)
    return client.post(decision, data=fields | {"reason": "spam", "kind": kind} | typed)


def concealment(review_id: int) -> str | None:
    session().rollback()
    return session().get_one(Review, review_id).concealment


def buttons_in(page: str) -> list[str]:
    return re.findall(r'name="kind" value="(\w+)"', page)


class TestWhatItShows:
    def test_the_review_in_its_context(self, as_mo: Client, case_id: int, review_id: int) -> None:
        page = as_mo.get(path(case_id)).text
        assert "Alex on Python for Beginners</a></h1>" in page
        assert "Buy <em>now</em> at &lt;b&gt;my shop&lt;/b&gt;." in page
        assert 'aria-label="4 out of 5 stars"' in page
        assert "Its stars count" in page
        assert f'href="/reviews/{review_id}"' in page
        assert 'rel="next"' not in page

    def test_how_it_stands(self, as_mo: Client, mo: Viewer, case_id: int, review_id: int) -> None:
        with transaction():
            review = session().get_one(Review, review_id)
            review.has_spoilers = review.was_given = True
        decide(mo, case_id, "remove")
        page = as_mo.get(path(case_id)).text
        assert "Removed: others don’t see it" in page
        assert "Its stars don’t count while it is concealed" in page
        assert "Marked as giving the story away" in page
        assert "Says that the book was given" in page

    def test_one_taken_back(
        self, as_mo: Client, alex: Viewer, case_id: int, review_id: int
    ) -> None:
        withdraw(alex, review_id)
        page = as_mo.get(path(case_id)).text
        assert "Taken back by its author" in page
        assert buttons_in(page) == ["keep", "warn", "suspend"]

    def test_the_reports(self, as_mo: Client, app: Flask, case_id: int) -> None:
        with transaction():
            subject = deciding.subject_of(session().get_one(Case, case_id))
            reporting.flag(subject=subject, rule="listed_word", words="my shop", at=now())
        page = as_mo.get(path(case_id)).text
        assert "He sells it &lt;script&gt;himself&lt;/script&gt;." in page
        assert '<a href="/users/bo">Bo</a>' in page
        assert "By itself: a word on the operator’s list" in page
        assert '<span class="said-inline">my shop</span>' in page

    def test_the_record(self, as_mo: Client, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
        other = post(alex, add_work("Emma"))
        decide(mo, report_review(bo, other), "remove")
        again = report_review(mo, other)
        page = as_mo.get(path(again)).text
        assert '<span class="number">1</span> × removed' in page
        assert "Decided before" in page
        assert f"/moderation?same=person&amp;like={again}" in page

    def test_a_profile_and_a_book(
        self, as_mo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        profile = as_mo.get(path(report_profile(bo, alex.id))).text
        assert "The profile of Alex" in profile
        assert buttons_in(profile) == ["keep", "warn", "suspend"]
        with transaction():
            case = reporting.report(
                reporter=bo, subject=work_subject(book_id), reason="wrong_data", at=now()
            ).id
        book = as_mo.get(path(case)).text
        assert "The data of Python for Beginners" in book
        assert buttons_in(book) == ["keep", "mend", "lock"]
        assert ">two weeks</option>" in book
        assert ">90 days</option>" not in book

    def test_one_that_is_not_there(self, as_mo: Client) -> None:
        assert as_mo.get(path(4711)).status_code == 404


class TestWhatIsOffered:
    def test_is_what_would_change_something(
        self, as_mo: Client, mo: Viewer, bo: Viewer, review_id: int, case_id: int
    ) -> None:
        assert buttons_in(as_mo.get(path(case_id)).text) == [
            "keep",
            "mark_spoiler",
            "ask_change",
            "hide",
            "remove",
            "exclude",
            "warn",
            "suspend",
        ]
        decide(mo, case_id, "remove")
        again = report_review(mo, review_id)
        assert buttons_in(as_mo.get(path(again)).text) == [
            "keep",
            "mark_spoiler",
            "ask_change",
            "restore",
            "exclude",
            "warn",
            "suspend",
        ]
        decide(mo, again, "exclude")
        assert "include" in buttons_in(as_mo.get(path(report_review(mo, review_id))).text)

    def test_is_nothing_about_oneself(self, as_mo: Client, mo: Viewer, bo: Viewer) -> None:
        case = report_profile(bo, mo.id)
        page = as_mo.get(path(case)).text
        assert "This is about you" in page
        assert not has_form(page, f"{path(case)}/decision")

    def test_is_nothing_about_an_admin(
        self, as_mo: Client, as_ada: Client, ada: Viewer, bo: Viewer
    ) -> None:
        case = report_profile(bo, ada.id)
        page = as_mo.get(path(case)).text
        assert "only another admin decides" in page
        assert not buttons_in(page)

    def test_has_a_first_button_that_does_nothing(self, as_mo: Client, case_id: int) -> None:
        page = as_mo.get(path(case_id)).text
        form = page.split(f'action="{path(case_id)}/decision"')[1].split("</form>")[0]
        assert re.findall(r"<button[^>]*>", form)[0] == '<button type="submit" disabled hidden>'


class TestTaking:
    def test_reading_takes_nothing(self, as_mo: Client, case_id: int) -> None:
        as_mo.get(path(case_id))
        session().rollback()
        assert session().get_one(Case, case_id).claimed_by_id is None

    def test_tells_others(self, as_mo: Client, as_ada: Client, case_id: int) -> None:
        taken = as_mo.submit(path(case_id), f"{path(case_id)}/claim")
        assert (taken.status_code, taken.location) == (303, path(case_id))
        assert "You have this case." in as_mo.get(path(case_id)).text
        page = as_ada.get(path(case_id)).text
        assert "Mo has this case" in page
        assert not has_form(page, f"{path(case_id)}/decision")
        late = as_ada.post(f"{path(case_id)}/claim", data={"csrf_token": as_ada.token})
        assert late.status_code == 409
        assert "Mo is looking at this case at the moment." in late.text

    def test_is_told_in_the_trail(
        self, as_mo: Client, mo: Viewer, alex: Viewer, case_id: int
    ) -> None:
        for _ in range(2):
            as_mo.submit(path(case_id), f"{path(case_id)}/claim")
            as_mo.submit(path(case_id), f"{path(case_id)}/release")
        session().rollback()
        (entry,) = session().scalars(select(AuditEntry)).all()
        assert (entry.actor_id, entry.person_id, entry.act) == (mo.id, alex.id, LOOKED_UP)

    def test_can_be_given_back(self, as_mo: Client, as_ada: Client, case_id: int) -> None:
        as_mo.submit(path(case_id), f"{path(case_id)}/claim")
        assert as_mo.submit(path(case_id), f"{path(case_id)}/release").location == "/moderation"
        assert has_form(as_ada.get(path(case_id)).text, f"{path(case_id)}/decision")

    def test_starts_with_the_first(self, as_mo: Client, case_id: int) -> None:
        started = as_mo.submit("/moderation", f"{path(case_id)}/claim")
        assert started.location == path(case_id)


class TestDeciding:
    def test_leads_to_the_next_with_undo(
        self, as_mo: Client, alex: Viewer, bo: Viewer, case_id: int, review_id: int
    ) -> None:
        following = report_profile(bo, alex.id)
        answer = send(as_mo, case_id, "remove", words="No shops here.")
        assert (answer.status_code, answer.location) == (303, path(following))
        page = as_mo.get(answer.location).text
        assert "Removed: Alex on Python for Beginners." in page
        assert has_form(page, "/moderation/actions/1/reversal")
        assert concealment(review_id) == "removed"
        assert session().get_one(Statement, 1).words == "No shops here."
        assert session().get_one(Case, case_id).closed_at is not None

    def test_leads_to_the_queue_at_the_end(self, as_mo: Client, case_id: int) -> None:
        answer = send(as_mo, case_id, "keep")
        assert answer.location == "/moderation"
        assert "Kept: Alex on Python for Beginners." in as_mo.get("/moderation").text

    def test_stays_within_the_filter(
        self, as_mo: Client, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, case_id: int
    ) -> None:
        report_profile(bo, alex.id, reason="hate")
        spam = report_review(alex, post(bo, book_id))
        decision = f"{path(case_id)}/decision?reason=spam"
        fields = fields_of(as_mo.get(f"{path(case_id)}?reason=spam").text, decision)
        answer = as_mo.post(decision, data=fields | {"reason": "spam", "kind": "hide"})
        assert answer.location == f"{path(spam)}?reason=spam"
        page = as_mo.get(answer.location).text
        assert has_form(page, "/moderation/actions/1/reversal?reason=spam")

    def test_passes_over_what_others_have(
        self, as_mo: Client, as_ada: Client, alex: Viewer, bo: Viewer, case_id: int
    ) -> None:
        theirs = report_profile(bo, alex.id)
        as_ada.submit(path(theirs), f"{path(theirs)}/claim")
        assert send(as_mo, case_id, "hide").location == "/moderation"

    def test_suspends_for_a_time(self, as_mo: Client, alex: Viewer, case_id: int) -> None:
        assert send(as_mo, case_id, "suspend", until="7").status_code == 303
        assert kinds() == ["hide", "suspend"]
        until = session().get_one(ModerationAction, 2).until
        assert until is not None
        assert 6 < (until - now()).total_seconds() / 86_400 <= 7

    @pytest.mark.parametrize(
        ("kind", "typed", "told"),
        [
            ("", {}, "Please choose what is to be done."),
            ("lock", {"until": "7"}, "Please choose what is to be done."),
            ("hide", {"reason": "nonsense"}, "Please choose the rule this follows."),
            ("hide", {"reason": "other"}, "Please say in a few words why."),
            ("hide", {"quoted": "x" * 2_001}, "Please use at most 2,000 characters."),
            ("hide", {"words": "a\0b"}, "please retype this."),
            ("suspend", {}, "Please choose an end"),
            ("suspend", {"until": "4000"}, "Please choose an end"),
            ("suspend", {"until": "9" * 40}, "Please choose an end"),
        ],
    )
    def test_refused_keeps_all_that_was_typed(
        self, as_mo: Client, case_id: int, kind: str, typed: dict[str, str], told: str
    ) -> None:
        words = typed.get("words", "")
        answer = send(as_mo, case_id, kind, **({"words": words or "", "quoted": "Buy"} | typed))
        assert answer.status_code == 422
        assert told in answer.text
        assert "Buy" in fields_of(answer.text, f"{path(case_id)}/decision")["quoted"] or typed
        assert open_cases() == [case_id]

    def test_needs_a_fresh_form_and_keeps_the_words(self, as_mo: Client, case_id: int) -> None:
        data = {"csrf_token": "old", "kind": "hide", "reason": "spam", "words": "Dear Alex"}
        answer = as_mo.post(f"{path(case_id)}/decision", data=data)
        assert answer.status_code == 422
        assert "This page had been open too long" in answer.text
        assert fields_of(answer.text, f"{path(case_id)}/decision")["words"] == "Dear Alex"
        assert kinds() == []

    def test_is_refused_about_oneself(self, as_mo: Client, mo: Viewer, bo: Viewer) -> None:
        case = report_profile(bo, mo.id)
        data = {"csrf_token": as_mo.token, "kind": "keep", "reason": "spam", "words": "I am fine"}
        answer = as_mo.post(f"{path(case)}/decision", data=data)
        assert answer.status_code == 403
        assert open_cases() == [case]


class TestSentTwice:
    """A double click without scripts sends a form twice; it is done once."""

    @pytest.mark.parametrize("kind", ["keep", "hide", "suspend"])
    def test_goes_on_as_if_sent_once(self, as_mo: Client, case_id: int, kind: str) -> None:
        decision = f"{path(case_id)}/decision"
        fields = fields_of(as_mo.get(path(case_id)).text, decision)
        fields |= {"reason": "spam", "kind": kind, "until": "7", "words": "No shops."}
        first, second = (as_mo.post(decision, data=fields) for _ in range(2))
        assert (second.status_code, second.location) == (first.status_code, first.location)
        assert second.status_code == 303
        assert kinds() == (["hide", "suspend"] if kind == "suspend" else [kind])

    @pytest.mark.parametrize(
        "other", [{"kind": "remove"}, {"words": "Dear Alex"}, {"reason": "hate"}]
    )
    def test_is_refused_where_it_says_something_else(
        self, as_mo: Client, case_id: int, other: dict[str, str]
    ) -> None:
        decision = f"{path(case_id)}/decision"
        fields = fields_of(as_mo.get(path(case_id)).text, decision)
        fields |= {"reason": "spam", "kind": "hide"}
        as_mo.post(decision, data=fields)
        assert as_mo.post(decision, data=fields | other).status_code == 409
        assert kinds() == ["hide"]

    def test_is_refused_once_it_was_taken_back_and_decided_by_another(
        self, as_mo: Client, ada: Viewer, case_id: int
    ) -> None:
        decision = f"{path(case_id)}/decision"
        fields = fields_of(as_mo.get(path(case_id)).text, decision)
        fields |= {"reason": "spam", "kind": "hide"}
        as_mo.post(decision, data=fields)
        as_mo.submit("/moderation", "/moderation/actions/1/reversal")
        with transaction():
            claims.release(moderator=ada, case_id=case_id)
        decide(ada, case_id, "hide")
        assert as_mo.post(decision, data=fields).status_code == 409


class TestTwoModerators:
    def test_one_wins_and_the_other_keeps_their_words(
        self, as_mo: Client, as_ada: Client, case_id: int, review_id: int
    ) -> None:
        decision = f"{path(case_id)}/decision"
        typed = fields_of(as_ada.get(path(case_id)).text, decision)
        send(as_mo, case_id, "hide")
        late = as_ada.post(
            decision, data=typed | {"reason": "spam", "kind": "remove", "words": "Dear Alex, …"}
        )
        assert late.status_code == 409
        assert "Somebody else has decided this meanwhile." in late.text
        assert "<strong>Hidden</strong>" in late.text
        assert "by Mo" in late.text
        assert "Dear Alex, …" in late.text
        assert concealment(review_id) == "hidden"
        assert kinds() == ["hide"]

    def test_who_comes_late_to_a_taken_case_keeps_theirs_too(
        self, as_mo: Client, as_ada: Client, case_id: int
    ) -> None:
        decision = f"{path(case_id)}/decision"
        typed = fields_of(as_ada.get(path(case_id)).text, decision)
        as_mo.submit(path(case_id), f"{path(case_id)}/claim")
        late = as_ada.post(decision, data=typed | {"kind": "remove", "words": "Dear Alex, …"})
        assert late.status_code == 409
        assert "Mo has this case" in late.text
        assert "Dear Alex, …" in late.text


class TestTakingBack:
    def test_puts_everything_back_and_reopens(
        self, as_mo: Client, book_id: int, case_id: int, review_id: int
    ) -> None:
        before = stored.summary(book_id)
        send(as_mo, case_id, "remove")
        undone = as_mo.submit("/moderation", "/moderation/actions/1/reversal")
        assert (undone.status_code, undone.location) == (303, path(case_id))
        assert "Taken back" in as_mo.get(undone.location).text
        assert concealment(review_id) is None
        assert stored.summary(book_id) == before
        assert open_cases() == [case_id]
        assert kinds() == ["remove", "reverse"]

    def test_takes_the_suspension_and_the_hiding(
        self, as_mo: Client, case_id: int, review_id: int
    ) -> None:
        send(as_mo, case_id, "suspend", until="30")
        as_mo.submit("/moderation", "/moderation/actions/2/reversal")
        assert concealment(review_id) is None
        assert kinds() == ["hide", "suspend", "reverse", "reverse"]

    def test_is_offered_on_a_closed_case(self, as_ada: Client, mo: Viewer, case_id: int) -> None:
        action = decide(mo, case_id, "hide")
        page = as_ada.get(path(case_id)).text
        assert "This case is decided" in page
        assert has_form(page, f"/moderation/actions/{action}/reversal")
        as_ada.submit(path(case_id), f"/moderation/actions/{action}/reversal")
        again = as_ada.post(
            f"/moderation/actions/{action}/reversal", data={"csrf_token": as_ada.token}
        )
        assert again.status_code == 409
        assert open_cases() == [case_id]

    def test_is_not_for_who_it_concerns(self, as_mo: Client, mo: Viewer, ada: Viewer) -> None:
        review_id = post(mo, add_work("Emma"))
        action = act(ada, deciding.Subject("review", review_id, 1, mo.id), "hide")
        answer = as_mo.post(
            f"/moderation/actions/{action}/reversal", data={"csrf_token": as_mo.token}
        )
        assert answer.status_code == 403
        assert concealment(review_id) == "hidden"

    def test_of_nothing_is_not_found(self, as_mo: Client) -> None:
        data = {"csrf_token": as_mo.token}
        assert as_mo.post("/moderation/actions/4711/reversal", data=data).status_code == 404


class TestOpeningOne:
    def test_from_the_page_of_a_review(self, as_mo: Client, review_id: int) -> None:
        opened = as_mo.submit(f"/reviews/{review_id}", f"/moderation/reviews/{review_id}/cases")
        assert opened.location == path(1)
        assert "Nobody has reported it" in as_mo.get(path(1)).text
        again = as_mo.submit(f"/reviews/{review_id}", f"/moderation/reviews/{review_id}/cases")
        assert again.location == path(1)
        assert open_cases() == [1]

    def test_shows_again_what_was_removed(
        self, as_mo: Client, mo: Viewer, case_id: int, review_id: int
    ) -> None:
        decide(mo, case_id, "remove")
        opened = as_mo.submit(f"/reviews/{review_id}", f"/moderation/reviews/{review_id}/cases")
        case = int(opened.location.split("/")[-1])
        assert send(as_mo, case, "restore").status_code == 303
        assert concealment(review_id) is None

    def test_is_not_for_ones_own(self, as_mo: Client, mo: Viewer, book_id: int) -> None:
        own = post(mo, book_id)
        assert not has_form(as_mo.get(f"/reviews/{own}").text, f"/moderation/reviews/{own}/cases")
        data = {"csrf_token": as_mo.token}
        assert as_mo.post(f"/moderation/reviews/{own}/cases", data=data).status_code == 403
        assert as_mo.post("/moderation/reviews/4711/cases", data=data).status_code == 404

    def test_readers_are_not_offered_it(self, as_bo: Client, review_id: int) -> None:
        page = as_bo.get(f"/reviews/{review_id}").text
        assert not has_form(page, f"/moderation/reviews/{review_id}/cases")


def test_a_case_takes_a_fixed_number_of_statements(
    app: Flask, mo: Viewer, bo: Viewer, alex: Viewer, case_id: int
) -> None:
    client = client_of(app, mo)
    with asked() as statements:
        client.get(path(case_id))
    alone = len(statements)
    report_profile(bo, alex.id)
    report_profile(mo, bo.id)
    with asked() as statements:
        client.get(path(case_id))
    assert len(statements) == alone <= 10
