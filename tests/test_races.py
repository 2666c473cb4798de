"""Moderation while things move: two act at once, and pages are older than what they are about.

Whoever comes too late is told so in plain words, keeps what they typed, and nothing is done twice.
Each test goes through the door, as browsers do.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation.models import Appeal, Case, LedgerFigure, ModerationAction, Report
from bookreviews.moderation.subjects import profile_subject, review_subject
from bookreviews.reviews import standing
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import crowd, rulings, stored
from tests.client import Client, client_of, fields_of
from tests.conftest import any_database
from tests.reviews.acts import post
from tests.test_concurrency import Act, at_once

BOOK = "/books/python-for-beginners"
WORDS = 'Line one.\n\nLine <two> & "three" — ünïcödé 📚'


def pressing(client: Client, page: str, action: str, **typed: Any) -> Act[TestResponse]:
    """Open `page`, fill in its form for `action`, and return pressing the button."""
    form = fields_of(client.get(page).text, action) | typed
    return lambda: client.post(action, data=form)


def deciding(client: Client, case_id: int, kind: str, **typed: str) -> Act[TestResponse]:
    """Do that with the form that decides a case."""
    case = f"/moderation/cases/{case_id}"
    typed = {"kind": kind, "reason": "spam", **typed}
    return pressing(client, case, f"{case}/decision", **typed)


def statuses(answers: Sequence[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def kinds() -> list[str]:
    """Return what the ledger tells, in its order."""
    session().rollback()
    return list(session().scalars(select(ModerationAction.kind).order_by(ModerationAction.id)))


def concealment(review_id: int = 1) -> str | None:
    session().rollback()
    return session().get_one(Review, review_id).concealment


def is_true(work_id: int) -> bool:
    """Tell whether a book's summary is what a count of its ratings gives."""
    kept = stored.summary(work_id)
    with transaction():
        standing.recount_all(at=now())
    return stored.summary(work_id) == kept


@pytest.fixture
def as_mo(app: Flask, mo: Viewer) -> Client:
    """Return a browser where Mo is signed in."""
    return client_of(app, mo)


@pytest.fixture
def as_ada(app: Flask, ada: Viewer) -> Client:
    """Return a browser where Ada is signed in."""
    return client_of(app, ada)


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    """Return the id of Alex's review."""
    return post(alex, book_id, body="Mine.")


@pytest.fixture(autouse=True)
def _sums_stay_true(app: Flask, book_id: int) -> Iterator[None]:
    """Whatever happened, what the book's page counts is what there is."""
    yield
    assert is_true(book_id)


@any_database
class TestTwoModerators:
    def test_decide_one_case(
        self, as_mo: Client, as_ada: Client, bo: Viewer, review_id: int
    ) -> None:
        case_id = rulings.report(bo, review_subject(review_id, bo))
        acts = [
            deciding(as_mo, case_id, "hide", words="Dear Alex, I am Mo."),
            deciding(as_ada, case_id, "remove", words="Dear Alex, I am Ada."),
        ]
        answers = at_once(acts)
        assert statuses(answers) == [303, 409]
        late = next(answer for answer in answers if answer.status_code == 409)
        won, lost = ("Mo", "Ada") if late is answers[1] else ("Ada", "Mo")
        assert "Somebody else has decided this meanwhile." in late.text
        assert f"by {won}" in late.text
        assert f"Dear Alex, I am {lost}." in late.text
        assert kinds() == ["hide" if won == "Mo" else "remove"]
        assert concealment() == ("hidden" if won == "Mo" else "removed")

    def test_take_one_case(self, as_mo: Client, as_ada: Client, bo: Viewer, review_id: int) -> None:
        case = f"/moderation/cases/{rulings.report(bo, review_subject(review_id, bo))}"
        answers = at_once([pressing(who, case, f"{case}/claim") for who in (as_mo, as_ada)])
        assert statuses(answers) == [303, 409]

    def test_decide_many_cases_that_overlap(
        self, as_mo: Client, as_ada: Client, bo: Viewer, book_id: int
    ) -> None:
        for reader in crowd.readers(8):
            rulings.report(bo, review_subject(post(reader, book_id), bo))
        acts = []
        for client, chosen in ((as_mo, [1, 2, 3, 4, 5, 6]), (as_ada, [8, 7, 6, 5, 4, 3])):
            form = {"csrf_token": client.token, "kind": "hide", "reason": "spam"}
            form |= {"cases": ",".join(map(str, chosen))}
            acts.append(lambda c=client, f=form: c.post("/moderation/bulk", data=f))
        assert statuses(at_once(acts)) == [303, 303]
        assert kinds() == ["hide"] * 8

    def test_take_one_decision_back(
        self, as_mo: Client, as_ada: Client, mo: Viewer, bo: Viewer, review_id: int
    ) -> None:
        case_id = rulings.report(bo, review_subject(review_id, bo))
        action = rulings.decide(case_id, mo, "hide")
        path, page = f"/moderation/actions/{action}/reversal", f"/moderation/cases/{case_id}"
        answers = at_once([pressing(who, page, path) for who in (as_mo, as_ada)])
        assert statuses(answers) == [303, 409]
        assert kinds() == ["hide", "reverse"]
        assert concealment() is None

    def test_decide_one_appeal(
        self, app: Flask, as_ada: Client, alex: Viewer, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        rulings.appeal(alex, rulings.rule_on(review_id, mo, "hide"))
        with transaction():
            session().get_one(User, bo.id).role = "moderator"
        page = "/moderation/appeals/1"
        acts = [
            pressing(who, page, f"{page}/decision", outcome=outcome, answer=f"It is {outcome}.")
            for who, outcome in ((as_ada, "upheld"), (client_of(app, bo), "overturned"))
        ]
        answers = at_once(acts)
        assert statuses(answers) == [303, 409]
        late = next(answer for answer in answers if answer.status_code == 409)
        lost = "overturned" if late is answers[1] else "upheld"
        assert "Somebody else has decided this meanwhile." in late.text
        assert f"It is {lost}." in late.text
        overturned = lost == "upheld"
        assert kinds() == ["hide", "reverse"] if overturned else ["hide"]
        assert concealment() == (None if overturned else "hidden")

    def test_suspend_one_person_for_different_things(
        self, as_mo: Client, as_ada: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        """Suspending touches all of a reader's books; nobody waits for each other for ever."""
        reviews = [post(alex, work_id) for work_id in (book_id, *crowd.books(6))]
        cases = [rulings.report(bo, review_subject(one, bo)) for one in (reviews[0], reviews[-1])]
        acts = [
            deciding(who, case_id, "suspend", until="7")
            for who, case_id in zip((as_mo, as_ada), cases, strict=True)
        ]
        assert statuses(at_once(acts)) == [303, 303]
        assert kinds() == ["hide", "suspend"] * 2

    def test_suspend_a_person_and_hide_what_they_wrote(
        self, as_mo: Client, as_ada: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        reviews = [post(alex, work_id) for work_id in (book_id, *crowd.books(6))]
        profile = rulings.report(bo, profile_subject(alex.id))
        case_id = rulings.report(bo, review_subject(reviews[-1], bo))
        acts = [
            deciding(as_mo, profile, "suspend", until="7"),
            deciding(as_ada, case_id, "hide"),
        ]
        assert statuses(at_once(acts)) == [303, 303]
        assert sorted(kinds()) == ["hide", "suspend"]

    def test_decide_about_each_others_reporters(
        self, as_mo: Client, as_ada: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        """Each decision tells two people of it, in opposite order."""
        works = [book_id, *crowd.books(1)]
        cases = [
            rulings.report(bo, review_subject(post(alex, works[0]), bo)),
            rulings.report(alex, review_subject(post(bo, works[1]), alex)),
        ]
        acts = [
            deciding(who, case_id, "hide")
            for who, case_id in zip((as_mo, as_ada), cases, strict=True)
        ]
        assert statuses(at_once(acts)) == [303, 303]
        assert kinds() == ["hide", "hide"]


@any_database
class TestTheSameFormTwice:
    """A double click: the first counts, the second is told or led on, nothing is there twice."""

    def test_of_a_report(self, as_bo: Client, review_id: int) -> None:
        page = f"/reviews/{review_id}/reports"
        act = pressing(as_bo, page, page, reason="spam", words=WORDS)
        answers = at_once([act, act])
        assert statuses(answers) == [303, 409]
        late = next(answer for answer in answers if answer.status_code == 409)
        assert "You have reported this already" in late.text
        assert fields_of(late.text, page)["words"] == WORDS
        assert stored.count_of(Report) == stored.count_of(Case) == 1

    def test_of_an_appeal(self, as_alex: Client, mo: Viewer, review_id: int) -> None:
        page = f"/statements/{rulings.rule_on(review_id, mo, 'hide')}"
        act = pressing(as_alex, page, f"{page}/appeal", words=WORDS)
        answers = at_once([act, act])
        assert statuses(answers) == [303, 409]
        late = next(answer for answer in answers if answer.status_code == 409)
        assert "You have appealed against this decision already." in late.text
        assert "Line &lt;two&gt;" in late.text
        assert stored.count_of(Appeal) == 1
        assert session().scalars(select(LedgerFigure.appealed)).all() == [1]

    def test_of_a_decision(self, as_mo: Client, bo: Viewer, review_id: int) -> None:
        act = deciding(as_mo, rulings.report(bo, review_subject(review_id, bo)), "hide", words="A.")
        assert statuses(at_once([act, act])) == [303, 303]
        assert kinds() == ["hide"]

    def test_of_a_bulk(self, as_mo: Client, bo: Viewer, book_id: int) -> None:
        for reader in crowd.readers(4):
            rulings.report(bo, review_subject(post(reader, book_id), bo))
        form = {"csrf_token": as_mo.token, "kind": "hide", "reason": "spam", "cases": "1,2,3,4"}
        act = partial(as_mo.post, "/moderation/bulk", data=form)
        assert statuses(at_once([act, act])) == [303, 303]
        assert kinds() == ["hide"] * 4

    def test_of_an_erasure(self, as_ada: Client, alex: Viewer, review_id: int) -> None:
        page = "/admin/people/alex"
        act = pressing(as_ada, page, f"{page}/erasure", **{"erasure-username": "alex"})
        assert statuses(at_once([act, act])) == [303, 404]


class TestAReviewOpenInItsForm:
    def revising(self, as_alex: Client, review_id: int, **typed: str) -> Act[TestResponse]:
        page = f"/reviews/{review_id}"
        return pressing(as_alex, f"{page}/edit", page, **({"body": WORDS} | typed))

    def test_while_it_is_hidden(
        self, client: Client, as_alex: Client, mo: Viewer, review_id: int
    ) -> None:
        act = self.revising(as_alex, review_id)
        action = rulings.rule_on(review_id, mo, "hide")
        answer = act()
        assert answer.status_code == 303
        thanks = as_alex.get(answer.location).text
        assert "It is saved, but others don’t see it." in thanks
        assert f'href="/statements/{action}"' in as_alex.get(f"/reviews/{review_id}").text
        assert client.get(f"/reviews/{review_id}").status_code == 404
        assert concealment() == "hidden"
        assert stored.reviews() == [stored.Said("alex", 4.0, WORDS)]

    def test_while_a_change_is_asked_for(
        self, client: Client, as_alex: Client, mo: Viewer, review_id: int
    ) -> None:
        act = self.revising(as_alex, review_id)
        rulings.rule_on(review_id, mo, "ask_change")
        answer = act()
        assert answer.status_code == 303
        assert "Line &lt;two&gt;" in client.get(f"/reviews/{review_id}").text

    def test_while_it_is_removed(
        self, client: Client, as_alex: Client, mo: Viewer, review_id: int
    ) -> None:
        act = self.revising(as_alex, review_id)
        rulings.rule_on(review_id, mo, "remove")
        answer = act()
        assert answer.status_code == 403
        assert "The moderators have removed this review" in answer.text
        assert fields_of(answer.text, f"/reviews/{review_id}")["body"] == WORDS
        assert client.get(f"/reviews/{review_id}").status_code == 404
        assert stored.reviews() == [stored.Said("alex", 4.0, "Mine.")]

    @any_database
    def test_at_the_moment_when_it_is_hidden(
        self, as_alex: Client, as_mo: Client, bo: Viewer, review_id: int
    ) -> None:
        case_id = rulings.report(bo, review_subject(review_id, bo))
        acts = [
            self.revising(as_alex, review_id, stars="1"),
            deciding(as_mo, case_id, "hide"),
        ]
        assert statuses(at_once(acts)) == [303, 303]
        assert concealment() == "hidden"
        assert stored.reviews() == [stored.Said("alex", 1.0, WORDS)]


class TestAnOpenTabOfWhoIsSuspended:
    """They read and appeal, but publish nothing; what they typed is still in the form."""

    def refused(self, answer: TestResponse, action: str, field: str) -> None:
        assert answer.status_code == 403
        assert "suspended" in answer.text
        assert fields_of(answer.text, action)[field] == WORDS

    def test_posts_a_review(self, as_bo: Client, bo: Viewer, mo: Viewer, book_id: int) -> None:
        action = f"{BOOK}/reviews"
        act = pressing(as_bo, BOOK, action, stars="4", body=WORDS)
        rulings.suspend(bo.id, mo)
        self.refused(act(), action, "body")
        assert stored.reviews() == []

    def test_revises_one(self, as_alex: Client, alex: Viewer, mo: Viewer, review_id: int) -> None:
        action = f"/reviews/{review_id}"
        act = pressing(as_alex, f"{action}/edit", action, body=WORDS)
        rulings.suspend(alex.id, mo)
        self.refused(act(), action, "body")
        assert stored.reviews() == [stored.Said("alex", 4.0, "Mine.")]

    def test_reports(self, as_bo: Client, bo: Viewer, mo: Viewer, review_id: int) -> None:
        action = f"/reviews/{review_id}/reports"
        act = pressing(as_bo, action, action, reason="spam", words=WORDS)
        rulings.suspend(bo.id, mo)
        self.refused(act(), action, "words")
        assert stored.count_of(Report) == 0

    def test_changes_a_profile(self, as_bo: Client, bo: Viewer, mo: Viewer, client: Client) -> None:
        action = "/settings/profile"
        act = pressing(as_bo, "/settings", action, **{"profile-about": WORDS})
        rulings.suspend(bo.id, mo)
        self.refused(act(), action, "profile-about")
        assert "Line" not in client.get("/users/bo").text

    def test_decides(
        self, as_mo: Client, bo: Viewer, mo: Viewer, ada: Viewer, review_id: int
    ) -> None:
        act = deciding(as_mo, rulings.report(bo, review_subject(review_id, bo)), "remove")
        rulings.suspend(mo.id, ada)
        answer = act()
        assert answer.status_code == 403
        assert "others sit at the desk" in answer.text
        assert concealment() is None

    def test_still_appeals(self, as_bo: Client, bo: Viewer, mo: Viewer) -> None:
        page = f"/statements/{rulings.suspend(bo.id, mo)}"
        assert pressing(as_bo, page, f"{page}/appeal", words=WORDS)().status_code == 303


class TestAnAppeal:
    def test_against_what_was_taken_back_meanwhile(
        self, as_alex: Client, mo: Viewer, review_id: int
    ) -> None:
        action = rulings.rule_on(review_id, mo, "hide")
        page = f"/statements/{action}"
        act = pressing(as_alex, page, f"{page}/appeal", words=WORDS)
        rulings.take_back(action, mo)
        answer = act()
        assert answer.status_code == 409
        assert "taken back already; there is nothing to appeal" in answer.text
        assert "Line &lt;two&gt;" in answer.text
        assert stored.count_of(Appeal) == 0

    @any_database
    def test_at_the_moment_when_it_is_taken_back(
        self, as_alex: Client, as_mo: Client, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        case_id = rulings.report(bo, review_subject(review_id, bo))
        action = rulings.decide(case_id, mo, "hide")
        page = f"/statements/{action}"
        appealed, reversed_ = at_once(
            [
                pressing(as_alex, page, f"{page}/appeal", words=WORDS),
                pressing(
                    as_mo,
                    f"/moderation/cases/{case_id}",
                    f"/moderation/actions/{action}/reversal",
                ),
            ]
        )
        assert reversed_.status_code == 303
        assert appealed.status_code in (303, 409)
        assert stored.count_of(Appeal) == (appealed.status_code == 303)
        assert concealment() is None


class TestAReportOf:
    def test_a_review_withdrawn_meanwhile(
        self, as_bo: Client, as_alex: Client, review_id: int
    ) -> None:
        page = f"/reviews/{review_id}"
        act = pressing(as_bo, f"{page}/reports", f"{page}/reports", reason="spam", words=WORDS)
        as_alex.submit(f"{page}/withdrawal", f"{page}/withdrawal")
        answer = act()
        assert answer.status_code == 404
        assert "it isn&#39;t shown any more" in answer.text
        assert stored.count_of(Report) == 0

    def test_a_profile_erased_meanwhile(
        self, as_bo: Client, as_ada: Client, alex: Viewer, review_id: int
    ) -> None:
        page = "/users/alex/reports"
        act = pressing(as_bo, page, page, reason="spam")
        as_ada.submit(
            "/admin/people/alex",
            "/admin/people/alex/erasure",
            **{"erasure-username": "alex"},
        )
        assert act().status_code == 404
        assert stored.count_of(Report) == 0
