"""What the person concerned is told about a decision, and their appeal; and nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.moderation.vocabulary import APPEAL_WITHIN, LONGEST_WORDS
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import crowd, rulings
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import NOON

BOOK = "/books/python-for-beginners"
REVIEW = "/reviews/1"


@pytest.fixture(autouse=True)
def _reviewed(app: Flask, alex: Viewer, book_id: int) -> None:
    """Let Alex have reviewed the book, and settings hold at once."""
    app.extensions["site"].lasts = 0
    crowd.review_by_each([alex], book_id)


@pytest.fixture
def hidden(mo: Viewer) -> str:
    """Return the address of the statement that tells Alex why the review is hidden."""
    return f"/statements/{rulings.rule_on(1, mo, 'hide', words='Please stay kind.')}"


def appeal_to(statement: str) -> str:
    return f"{statement}/appeal"


class TestWhatIsToBeChanged:
    """What the moderator said stands above the form in which the author changes it."""

    def test_stands_above_the_form(self, as_alex: Client, mo: Viewer, bo: Viewer) -> None:
        asking = rulings.rule_on(
            1, mo, "ask_change", words="Please <b>stay</b> kind.", quoted="Said by"
        )
        rulings.rule_on(1, mo, "warn", words="Once more, and …")
        page = as_alex.get(f"{REVIEW}/edit").text
        asked, form = page.split('<form class="form', 1)
        assert "Please &lt;b&gt;stay&lt;/b&gt; kind." in asked
        assert '<blockquote class="prose words quoted">Said by</blockquote>' in asked
        assert f'href="/statements/{asking}"' in asked
        assert "Once more" not in page
        assert "Said by Alex." in form

    def test_stays_there_when_the_form_is_refused(self, as_alex: Client, mo: Viewer) -> None:
        rulings.rule_on(1, mo, "ask_change", words="Please stay kind.")
        answer = as_alex.submit(f"{REVIEW}/edit", REVIEW, stars="", body="")
        assert answer.status_code == 422
        assert "Please stay kind." in answer.text

    def test_quotes_nothing_where_all_of_it_is_meant(self, as_alex: Client, mo: Viewer) -> None:
        rulings.rule_on(1, mo, "ask_change")
        page = as_alex.get(f"{REVIEW}/edit").text
        assert "A moderator asks you to change it" in page
        assert "It is about these words" not in page

    @pytest.mark.parametrize("kind", ["hide", "warn", "mark_spoiler"])
    def test_is_nothing_else(self, as_alex: Client, mo: Viewer, kind: str) -> None:
        rulings.rule_on(1, mo, kind, words="Please stay kind.")
        assert "A moderator asks you" not in as_alex.get(f"{REVIEW}/edit").text

    def test_is_gone_once_it_was_changed_or_taken_back(self, as_alex: Client, mo: Viewer) -> None:
        edit = f"{REVIEW}/edit"
        rulings.take_back(rulings.rule_on(1, mo, "ask_change", words="Please stay kind."), mo)
        assert "A moderator asks you" not in as_alex.get(edit).text
        rulings.rule_on(1, mo, "ask_change", words="Please stay kind.")
        as_alex.submit(edit, REVIEW, body="Said kindly.")
        assert "A moderator asks you" not in as_alex.get(edit).text


class TestAStatement:
    def test_says_what_was_done_why_and_by_whom(self, hidden: str, as_alex: Client) -> None:
        page = as_alex.get(hidden).text
        for fact in (
            "<h1>Your review was hidden</h1>",
            f'<a class="link-plain" href="{BOOK}">Python for Beginners</a>',
            "Harassment of a person",
            "A moderator, without automatic means",
            "Please stay kind.",
            "Said by Alex.",
            'href="/moderation/log/1"',
            "You can appeal until",
        ):
            assert fact in page
        assert not re.search(r"\bMo\b", page)

    def test_names_the_moderator_where_the_operator_says_so(
        self, hidden: str, as_alex: Client, ada: Viewer
    ) -> None:
        with transaction():
            site.change(actor=ada, values={"show_moderators": "name"}, at=NOON)
        assert "<dd>Mo, without automatic means</dd>" in as_alex.get(hidden).text

    def test_says_that_it_was_automatic(self, as_alex: Client, bo: Viewer, ada: Viewer) -> None:
        with transaction():
            site.change(actor=ada, values={"hold_weight": 0.5}, at=NOON)
        client = client_of(as_alex.application, bo)
        client.submit(f"{REVIEW}/reports", f"{REVIEW}/reports", reason="illegal")
        page = as_alex.get("/statements/1").text
        assert "Your review waits until a person has looked" in page
        assert "By automatic means: so many readers’ reports" in page
        assert not re.search(r"\bBo\b", page)

    def test_says_that_the_operator_did_it(self, as_alex: Client, alex: Viewer) -> None:
        action = rulings.suspend(alex.id, None)
        assert "The site’s operator" in as_alex.get(f"/statements/{action}").text

    def test_says_until_when(self, as_alex: Client, alex: Viewer, mo: Viewer) -> None:
        action = rulings.suspend(alex.id, mo, words="Too many links.")
        page = as_alex.get(f"/statements/{action}").text
        assert "Your account is suspended" in page
        until = now() + timedelta(days=7)
        assert f"{until.day} {until:%B %Y}, " in page

    @pytest.mark.parametrize("kind", ["mark_spoiler", "ask_change", "remove", "exclude", "warn"])
    def test_is_written_for_each_kind(self, as_alex: Client, mo: Viewer, kind: str) -> None:
        action = rulings.rule_on(1, mo, kind)
        page = as_alex.get(f"/statements/{action}").text
        assert has_form(page, f"/statements/{action}/appeal")
        assert (f'href="{REVIEW}/edit"' in page) == (kind == "ask_change")

    @pytest.mark.parametrize("kind", ["restore", "include"])
    def test_of_what_hurts_nobody_has_no_appeal(
        self, as_alex: Client, mo: Viewer, kind: str
    ) -> None:
        action = rulings.rule_on(1, mo, kind)
        page = as_alex.get(f"/statements/{action}").text
        assert "nothing to appeal against" in page
        assert not has_form(page, f"/statements/{action}/appeal")

    def test_escapes_all_words(self, as_alex: Client, alex: Viewer, mo: Viewer) -> None:
        action = rulings.rule_on(1, mo, "warn", words="<script>alert(1)</script>")
        rulings.appeal(alex, action, "<b>No</b>")
        page = as_alex.get(f"/statements/{action}").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&lt;b&gt;No&lt;/b&gt;" in page

    def test_says_that_it_was_taken_back(self, hidden: str, as_alex: Client, mo: Viewer) -> None:
        reversal = rulings.take_back(1, mo)
        page = as_alex.get(hidden).text
        assert "This decision has been taken back" in page
        assert not has_form(page, appeal_to(hidden))
        page = as_alex.get(f"/statements/{reversal}").text
        assert "A decision about you was taken back" in page
        assert f'href="{hidden}"' in page


class TestWhoSeesIt:
    def test_is_asked_to_sign_in(self, hidden: str, client: Client) -> None:
        assert client.get(hidden).location == f"/sign-in?next={hidden}"

    @pytest.mark.parametrize("who", ["bo", "mo", "ada"])
    def test_is_nobody_else(
        self, app: Flask, hidden: str, who: str, request: pytest.FixtureRequest
    ) -> None:
        other = client_of(app, request.getfixturevalue(who))
        for path in (hidden, "/statements/4711"):
            assert other.get(path).status_code == 404
            answer = other.post(
                appeal_to(path), data={"csrf_token": other.token, "words": "Let me."}
            )
            assert answer.status_code == 404
        assert rulings.appeals() == 0

    def test_can_be_suspended(self, as_alex: Client, alex: Viewer, mo: Viewer) -> None:
        statement = f"/statements/{rulings.suspend(alex.id, mo)}"
        answer = as_alex.submit(statement, appeal_to(statement), words="I did nothing.")
        assert answer.status_code == 303
        assert rulings.appeals() == 1


class TestAppealing:
    def test_is_said_and_waits(self, hidden: str, as_alex: Client) -> None:
        answer = as_alex.submit(hidden, appeal_to(hidden), words="It was\n\na joke.")
        assert (answer.status_code, answer.location) == (303, hidden)
        page = as_alex.get(hidden).text
        assert "Your appeal is made." in page
        assert "It was\n\na joke." in page
        assert "It waits for another moderator" in page
        assert not has_form(page, appeal_to(hidden))

    @pytest.mark.parametrize(
        ("outcome", "said"),
        [("upheld", "The decision stands."), ("overturned", "Your appeal has succeeded")],
    )
    def test_is_answered(
        self, hidden: str, as_alex: Client, alex: Viewer, ada: Viewer, outcome: str, said: str
    ) -> None:
        rulings.answer(rulings.appeal(alex, 1), ada, outcome, "We looked at it twice.")
        page = as_alex.get(hidden).text
        assert said in page
        assert "We looked at it twice." in page
        assert ("has been taken back" in page) == (outcome == "overturned")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("", "Please say what you think is wrong"),
            (" \n ", "Please say what you think is wrong"),
            ("x" * (LONGEST_WORDS + 1), "at most 2,000 characters"),
            ("a\x00b", "Some characters can’t be read"),
        ],
    )
    def test_without_good_words_is_refused(
        self, hidden: str, as_alex: Client, words: str, said: str
    ) -> None:
        answer = as_alex.submit(hidden, appeal_to(hidden), words=words)
        assert answer.status_code == 422
        assert said in answer.text
        assert fields_of(answer.text, appeal_to(hidden))["words"] == words
        assert rulings.appeals() == 0

    def test_with_an_old_token_keeps_the_words(self, hidden: str, as_alex: Client) -> None:
        answer = as_alex.post(
            appeal_to(hidden), data={"csrf_token": "old", "words": "It was a joke."}
        )
        assert answer.status_code == 422
        assert fields_of(answer.text, appeal_to(hidden))["words"] == "It was a joke."

    def test_twice_is_a_conflict(self, hidden: str, as_alex: Client) -> None:
        as_alex.submit(hidden, appeal_to(hidden), words="The first.")
        answer = as_alex.post(
            appeal_to(hidden), data={"csrf_token": as_alex.token, "words": "The second."}
        )
        assert answer.status_code == 409
        assert "You have appealed against this decision already." in answer.text
        assert "The first." in answer.text
        assert "The second." in answer.text
        assert rulings.appeals() == 1

    def test_against_what_was_taken_back_is_a_conflict(
        self, hidden: str, as_alex: Client, mo: Viewer
    ) -> None:
        rulings.take_back(1, mo)
        answer = as_alex.post(
            appeal_to(hidden), data={"csrf_token": as_alex.token, "words": "Too late?"}
        )
        assert answer.status_code == 409
        assert "taken back already" in answer.text
        assert "Too late?" in answer.text

    def test_too_late_is_refused(self, as_alex: Client, mo: Viewer) -> None:
        long_ago = now() - APPEAL_WITHIN - timedelta(days=1)
        statement = f"/statements/{rulings.rule_on(1, mo, 'hide', at=long_ago)}"
        page = as_alex.get(statement).text
        assert "It could be appealed against until" in page
        assert not has_form(page, appeal_to(statement))
        answer = as_alex.post(
            appeal_to(statement), data={"csrf_token": as_alex.token, "words": "Only now."}
        )
        assert answer.status_code == 403
        assert "not any more" in answer.text
        assert "Only now." in answer.text

    def test_against_what_hurts_nobody_is_refused(self, as_alex: Client, mo: Viewer) -> None:
        statement = f"/statements/{rulings.rule_on(1, mo, 'include')}"
        answer = as_alex.post(
            appeal_to(statement), data={"csrf_token": as_alex.token, "words": "Why?"}
        )
        assert answer.status_code == 403
