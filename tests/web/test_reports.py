"""Reporting reviews, profiles and books; and what each reader sees of what came of it."""

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.extensions import session
from bookreviews.moderation.models import Case, ModerationAction, Report
from bookreviews.moderation.subjects import profile_subject, work_subject
from bookreviews.moderation.vocabulary import LONGEST_REPORT
from bookreviews.reviews.models import Review
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import crowd, rulings, stored
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import NOON
from tests.pages import walk

BOOK = "/books/python-for-beginners"
REVIEW = "/reviews/1"
FORMS = [f"{REVIEW}/reports", "/users/alex/reports", f"{BOOK}/reports"]


@pytest.fixture(autouse=True)
def _reviewed(alex: Viewer, book_id: int) -> None:
    """Let Alex have reviewed the book."""
    crowd.review_by_each([alex], book_id)


def reports() -> list[tuple[str, str, str]]:
    """Return what was reported: subject, reason, words."""
    session().rollback()
    statement = select(Case.subject, Report.reason, Report.words).join(Case).order_by(Report.id)
    return [(row[0], row[1], row[2]) for row in session().execute(statement)]


class TestTheForm:
    @pytest.mark.parametrize("path", FORMS)
    def test_asks_visitors_to_sign_in_and_come_back(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location == f"/sign-in?next={path}"

    @pytest.mark.parametrize("path", FORMS)
    def test_says_what_happens_next(self, as_bo: Client, path: str) -> None:
        page = as_bo.get(path).text
        assert "A moderator looks at it" in page
        assert "Something else" in page
        assert has_form(page, path)

    def test_offers_the_reasons_that_fit(self, as_bo: Client) -> None:
        pages = {path: as_bo.get(path).text for path in FORMS}
        assert ["Not about the book" in pages[path] for path in FORMS] == [True, False, False]
        assert ["Wrong data" in pages[path] for path in FORMS] == [False, False, True]

    @pytest.mark.parametrize("path", FORMS[:2])
    def test_of_ones_own_is_refused(self, as_alex: Client, path: str) -> None:
        answer = as_alex.get(path)
        assert answer.status_code == 403
        assert "This is your own" in answer.text

    @pytest.mark.parametrize(
        "path", ["/reviews/4711/reports", "/users/nobody/reports", "/books/no-such-book/reports"]
    )
    def test_about_nothing_is_missing(self, as_bo: Client, path: str) -> None:
        assert as_bo.get(path).status_code == 404
        assert as_bo.post(path, data={"csrf_token": as_bo.token}).status_code == 404

    def test_of_a_former_address_leads_to_the_book(self, as_bo: Client, book_id: int) -> None:
        with transaction():
            catalog.retitle_work(work_id=book_id, title="Python for Everyone")
        assert as_bo.get(f"{BOOK}/reports").location == "/books/python-for-everyone/reports"

    def test_about_what_is_concealed_is_missing(self, as_bo: Client, mo: Viewer) -> None:
        rulings.rule_on(1, mo, "hide")
        assert as_bo.get(FORMS[0]).status_code == 404
        answer = as_bo.post(FORMS[0], data={"csrf_token": as_bo.token, "reason": "spam"})
        assert answer.status_code == 404


class TestReporting:
    def test_a_review(self, as_bo: Client) -> None:
        answer = as_bo.submit(FORMS[0], FORMS[0], reason="spam", words="It sells <boots>.")
        assert (answer.status_code, answer.location) == (303, "/reports")
        assert reports() == [("review", "spam", "It sells <boots>.")]
        page = as_bo.get("/reports").text
        assert "Thank you." in page
        assert "A review of Python for Beginners by Alex" in page
        assert "Spam or advertising" in page
        assert "It sells &lt;boots&gt;." in page
        assert "It waits" in page

    def test_a_profile(self, as_bo: Client) -> None:
        assert as_bo.submit(FORMS[1], FORMS[1], reason="hate").status_code == 303
        assert reports() == [("profile", "hate", "")]
        assert "The profile of Alex" in as_bo.get("/reports").text

    @pytest.mark.parametrize("part", ["work", "cover"])
    def test_a_book(self, as_bo: Client, part: str) -> None:
        answer = as_bo.submit(FORMS[2], FORMS[2], part=part, reason="wrong_data", words="1922.")
        assert answer.status_code == 303
        assert reports() == [(part, "wrong_data", "1922.")]
        page = as_bo.get("/reports").text
        assert ("The cover of" if part == "cover" else "The data of") in page

    def test_of_a_former_address_reaches_the_book(self, as_bo: Client, book_id: int) -> None:
        with transaction():
            catalog.retitle_work(work_id=book_id, title="Python for Everyone")
        assert as_bo.post(FORMS[2], data={"csrf_token": as_bo.token}).status_code == 308

    def test_of_weight_holds_a_review(
        self, app: Flask, as_bo: Client, client: Client, ada: Viewer
    ) -> None:
        app.extensions["site"].lasts = 0
        with transaction():
            site.change(actor=ada, values={"hold_weight": 0.5}, at=NOON)
        as_bo.submit(FORMS[0], FORMS[0], reason="illegal")
        assert session().scalars(select(ModerationAction.kind)).all() == ["hold"]
        assert session().get_one(Review, 1, populate_existing=True).concealment == "held"
        assert client.get(REVIEW).status_code == 404
        assert as_bo.get("/reports").status_code == 200

    def test_below_it_holds_nothing(self, as_bo: Client, client: Client) -> None:
        as_bo.submit(FORMS[0], FORMS[0], reason="illegal")
        assert stored.count_of(ModerationAction) == 0
        assert client.get(REVIEW).status_code == 200


class TestRefusals:
    def test_nothing_chosen(self, as_bo: Client) -> None:
        answer = as_bo.submit(FORMS[0], FORMS[0], words="My words.")
        assert answer.status_code == 422
        assert "Please choose what is wrong." in answer.text
        assert fields_of(answer.text, FORMS[0])["words"] == "My words."
        assert reports() == []

    @pytest.mark.parametrize(
        ("path", "typed", "said"),
        [
            (FORMS[0], {"reason": "nonsense"}, "Please choose one of the reasons."),
            (FORMS[0], {"reason": "wrong_data"}, "Please choose one of the reasons."),
            (FORMS[0], {"reason": "other"}, "Please say in a few words what is wrong."),
            (FORMS[0], {"reason": "spam", "words": "x" * (LONGEST_REPORT + 1)}, "at most 1,000"),
            (FORMS[0], {"reason": "spam", "words": "a\x00b"}, "Some characters can’t be read"),
            (FORMS[2], {"reason": "wrong_data"}, "Please choose what it is about."),
            (FORMS[2], {"reason": "wrong_data", "part": "author"}, "Not a valid choice."),
            (FORMS[2], {"reason": "spam", "part": "cover"}, "A cover can’t be reported for this."),
        ],
    )
    def test_say_what_is_wrong_and_keep_what_was_typed(
        self, as_bo: Client, path: str, typed: dict[str, str], said: str
    ) -> None:
        answer = as_bo.submit(path, path, **{"words": "", **typed})
        assert answer.status_code == 422
        assert said in answer.text
        kept = fields_of(answer.text, path)
        assert kept["words"] == typed.get("words", "")
        assert reports() == []

    def test_a_second_report_while_the_first_one_waits(self, as_bo: Client) -> None:
        opened = fields_of(as_bo.get(FORMS[0]).text, FORMS[0])
        as_bo.submit(FORMS[0], FORMS[0], reason="spam")
        answer = as_bo.post(FORMS[0], data=opened | {"reason": "hate", "words": "And more."})
        assert answer.status_code == 409
        assert "You have reported this already" in answer.text
        kept = fields_of(answer.text, FORMS[0])
        assert (kept["reason"], kept["words"]) == ("hate", "And more.")
        assert len(reports()) == 1

    @pytest.mark.parametrize("path", FORMS[:2])
    def test_a_second_report_is_told_before_anything_is_typed(
        self, app: Flask, as_bo: Client, mo: Viewer, path: str
    ) -> None:
        as_bo.submit(path, path, reason="hate")
        page = as_bo.get(path).text
        assert "You have reported this" in page
        assert 'href="/reports">your reports' in page
        assert not has_form(page, path)
        assert has_form(client_of(app, mo).get(path).text, path)

    def test_of_a_book_its_other_part_can_be_reported(self, as_bo: Client) -> None:
        as_bo.submit(FORMS[2], FORMS[2], part="cover", reason="wrong_data")
        page = as_bo.get(FORMS[2]).text
        assert "You have reported its cover already" in page
        assert has_form(page, FORMS[2])
        as_bo.submit(FORMS[2], FORMS[2], part="work", reason="wrong_data")
        assert not has_form(as_bo.get(FORMS[2]).text, FORMS[2])

    @pytest.mark.parametrize("path", FORMS[:2])
    def test_ones_own(self, as_alex: Client, path: str) -> None:
        answer = as_alex.post(path, data={"csrf_token": as_alex.token, "reason": "spam"})
        assert answer.status_code == 403
        assert reports() == []

    def test_who_is_suspended(self, as_bo: Client, bo: Viewer, mo: Viewer) -> None:
        rulings.suspend(bo.id, mo)
        answer = as_bo.submit(FORMS[0], FORMS[0], reason="spam", words="My words.")
        assert answer.status_code == 403
        assert "can read at the moment, but not report" in answer.text
        assert "My words." in answer.text
        assert reports() == []

    def test_who_was_signed_out_meanwhile(self, client: Client, as_bo: Client) -> None:
        typed = fields_of(as_bo.get(FORMS[0]).text, FORMS[0])
        answer = client.post(FORMS[0], data=typed | {"reason": "spam", "words": "My words."})
        assert answer.status_code == 401
        assert "You are signed out." in answer.text
        assert fields_of(answer.text, FORMS[0])["words"] == "My words."
        assert reports() == []

    def test_a_page_that_was_open_too_long(self, as_bo: Client) -> None:
        answer = as_bo.post(FORMS[0], data={"csrf_token": "old", "reason": "spam", "words": "W."})
        assert answer.status_code == 422
        assert "open too long" in answer.text
        assert "W." in answer.text


class TestYourReports:
    def test_are_for_who_is_signed_in(self, client: Client) -> None:
        assert client.get("/reports").location == "/sign-in?next=/reports"

    def test_are_nobody_elses(self, as_bo: Client, as_alex: Client, mo: Viewer) -> None:
        as_bo.submit(FORMS[0], FORMS[0], reason="spam", words="It sells boots.")
        assert "Nothing reported" in as_alex.get("/reports").text
        assert "It sells boots." not in as_alex.get(REVIEW).text

    @pytest.mark.parametrize(
        ("kind", "said"), [("remove", "You were right."), ("keep", "It stays.")]
    )
    def test_say_what_came_of_them(
        self, as_bo: Client, bo: Viewer, alex: Viewer, mo: Viewer, kind: str, said: str
    ) -> None:
        as_bo.submit(FORMS[0], FORMS[0], reason="spam")
        rulings.decide(1, mo, kind)
        assert said in as_bo.get("/reports").text

    def test_go_on_page_after_page(self, app: Flask, as_bo: Client, bo: Viewer) -> None:
        works = crowd.books(51)
        for work_id in works:
            rulings.report(bo, work_subject(work_id), reason="wrong_data")
        pages = walk(as_bo, "/reports")
        assert [page.count('<li class="entry">') for page in pages] == [50, 1]
        assert "Volume 050" in pages[0]
        assert "Volume 000" in pages[1]

    def test_lead_back_from_a_cut_off_link(self, as_bo: Client) -> None:
        assert as_bo.get("/reports?after=x").location == "/reports"


class TestTheWayToThem:
    def test_stands_under_each_review(self, client: Client, as_bo: Client) -> None:
        for browser in (client, as_bo):
            for page in (BOOK, f"{BOOK}/reviews", REVIEW, "/users/alex"):
                assert f'href="{FORMS[0]}"' in browser.get(page).text, page

    def test_but_not_under_ones_own(self, as_alex: Client) -> None:
        for page in (BOOK, REVIEW, "/users/alex", f"{REVIEW}/thanks", f"{REVIEW}/withdrawal"):
            assert f'href="{FORMS[0]}"' not in as_alex.get(page).text, page

    def test_stands_on_profiles_and_books(self, client: Client, as_alex: Client) -> None:
        assert 'href="/users/alex/reports"' in client.get("/users/alex").text
        assert 'href="/users/alex/reports"' not in as_alex.get("/users/alex").text
        assert 'href="/reports"' in as_alex.get("/users/alex").text
        assert f'href="{FORMS[2]}"' in client.get(BOOK).text


def test_moderators_report_as_well(app: Flask, mo: Viewer, alex: Viewer) -> None:
    as_mo = client_of(app, mo)
    assert as_mo.submit(FORMS[1], FORMS[1], reason="spam").status_code == 303
    assert profile_subject(alex.id).key == "profile:1"
