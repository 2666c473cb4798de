"""The page of notifications, the count in the masthead, and what holds for an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts import people
from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.notifications.queries import PAGE_SIZE, notifications_of
from bookreviews.notifications.services import notify
from bookreviews.transactions import transaction
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import NOON

PAGE, READING = "/notifications", "/notifications/reading"
SUBJECT = "the review of “<i>Emma</i>”"
SHOWN = "the review of “&lt;i&gt;Emma&lt;/i&gt;”"


def tell(viewer: Viewer, kind: str = "case_waiting", /, **details: Any) -> None:
    with transaction():
        notify(user_id=viewer.id, kind=kind, details=details or {"count": 2}, at=NOON)


def unread_in(page: str) -> int:
    """Return the number in the masthead; without unread notifications there is none."""
    found = re.search(r'<b class="unread-count">(\d+)<', page)
    return int(found[1]) if found else 0


class TestThePage:
    def test_is_for_who_is_in(self, client: Client) -> None:
        for answer in (client.get(PAGE), client.post(READING, data={"csrf_token": client.token})):
            assert answer.status_code == 303
            assert answer.location.startswith("/sign-in")

    def test_is_empty_at_first(self, as_alex: Client) -> None:
        page = as_alex.get(PAGE).text
        assert "Nothing yet" in page
        assert not has_form(page, READING)

    @pytest.mark.parametrize(
        ("kind", "details", "words", "link"),
        [
            ("report_received", {"report_id": 7}, f"Thank you for reporting {SHOWN}", "/reports"),
            ("report_decided", {"outcome": "upheld"}, "has done something about it", "/reports"),
            ("report_decided", {"outcome": "declined"}, "found that it can stay", "/reports"),
            ("statement", {"kind": "hide", "action_id": 7}, f"{SHOWN}: hidden", "/statements/7"),
            ("statement", {"kind": "new", "action_id": 7}, "a decision", "/statements/7"),
            ("appeal_decided", {"outcome": "upheld", "action_id": 7}, "stands", "/statements/7"),
            (
                "appeal_decided",
                {"outcome": "overturned", "action_id": 7},
                "you were right",
                "/statements/7",
            ),
            ("warning", {"action_id": 7, "rule": "spam"}, "warns you", "/statements/7"),
            ("role_changed", {"role": "admin"}, "You are an admin here now", "/moderation"),
            ("role_changed", {"role": "moderator"}, "You are a moderator here now", "/moderation"),
            ("role_changed", {"role": "reader"}, "You are a reader here now", PAGE),
            ("case_waiting", {"count": 1}, "1 case waits for a moderator", "/moderation"),
            ("case_waiting", {"count": 1200}, "1,200 cases wait for a moderator", "/moderation"),
        ],
    )
    def test_has_words_for_each_kind(
        self,
        as_alex: Client,
        alex: Viewer,
        kind: str,
        details: dict[str, Any],
        words: str,
        link: str,
    ) -> None:
        tell(alex, kind, **{"subject": SUBJECT, **details})
        page = as_alex.get(PAGE).text
        assert words in page
        assert f'href="{link}"' in page

    def test_is_ones_own(self, as_bo: Client, alex: Viewer, bo: Viewer) -> None:
        tell(alex)
        assert "2 cases" not in as_bo.get(PAGE).text

    def test_goes_on_page_by_page(self, as_alex: Client, alex: Viewer) -> None:
        for count in range(1, PAGE_SIZE + 2):
            tell(alex, count=count + 100)
        page = as_alex.get(PAGE).text
        assert page.count("cases wait for a moderator") == PAGE_SIZE
        older = notifications_of(alex).older
        second = as_alex.get(f"{PAGE}?after={older}").text
        assert second.count("cases wait for a moderator") == 1
        assert "101 cases" in second

    def test_with_a_broken_link_begins_anew(self, as_alex: Client) -> None:
        answer = as_alex.get(f"{PAGE}?after=broken")
        assert (answer.status_code, answer.location) == (302, PAGE)


class TestReading:
    def test_is_a_button_and_not_a_look(self, as_alex: Client, alex: Viewer) -> None:
        tell(alex)
        for _ in range(2):
            page = as_alex.get(PAGE).text
            assert "Unread: " in page
            assert unread_in(page) == 1
        answer = as_alex.submit(PAGE, READING)
        assert (answer.status_code, answer.location) == (303, PAGE)
        page = as_alex.get(PAGE).text
        assert "Unread: " not in page
        assert unread_in(page) == 0
        assert not has_form(page, READING)

    def test_leaves_what_came_meanwhile(self, as_alex: Client, alex: Viewer) -> None:
        tell(alex)
        form = fields_of(as_alex.get(PAGE).text, READING)
        tell(alex)
        as_alex.post(READING, data=form)
        assert unread_in(as_alex.get("/").text) == 1

    @pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30])
    def test_takes_any_number(self, as_alex: Client, alex: Viewer, up_to: str) -> None:
        tell(alex)
        assert as_alex.submit(PAGE, READING, up_to=up_to).status_code == 303

    def test_needs_a_token(self, as_alex: Client, alex: Viewer) -> None:
        tell(alex)
        assert as_alex.post(READING).status_code == 400
        assert unread_in(as_alex.get("/").text) == 1


class TestTheMasthead:
    def test_counts_quietly_on_every_page(self, as_alex: Client, alex: Viewer) -> None:
        assert "unread" not in as_alex.get("/books").text
        for number, words in ((1, "unread notification"), (2, "unread notifications")):
            tell(alex)
            shown = f'{number}<span class="visually-hidden"> {words}</span></b>'
            assert shown in as_alex.get("/books").text

    def test_counts_no_further_than_there_is_room(self, as_alex: Client, alex: Viewer) -> None:
        with transaction():
            people.set_unread(user_id=alex.id, count=1234)
        page = as_alex.get("/books").text
        assert '>99+<span class="visually-hidden"> unread notifications<' in page
        assert '>1,234<span class="visually-hidden"> unread<' in page

    def test_tells_visitors_nothing(self, client: Client, alex: Viewer) -> None:
        tell(alex)
        assert PAGE not in client.get("/books").text


class TestStanding:
    def test_of_a_suspended_reader_is_on_every_page(self, as_alex: Client, alex: Viewer) -> None:
        with transaction():
            people.suspend(user_id=alex.id, until=now() + timedelta(days=2))
        for path in ("/", "/books", "/settings", "/no-such-page"):
            page = as_alex.get(path).text
            assert "Your account is suspended until" in page
            assert 'href="/notifications">Why, and how to appeal' in page

    def test_of_others_is_nowhere(self, app: Flask, alex: Viewer, bo: Viewer) -> None:
        with transaction():
            people.suspend(user_id=alex.id, until=now() - timedelta(seconds=1))
            people.suspend(user_id=bo.id, until=now() + timedelta(days=2))
        for viewer in (alex, None):
            assert "is suspended" not in client_of(app, viewer).get("/").text

    def test_lets_a_suspended_reader_sign_in(self, client: Client, alex: Viewer) -> None:
        with transaction():
            people.suspend(user_id=alex.id, until=now() + timedelta(days=2))
        answer = client.submit(
            "/sign-in", "/sign-in", identifier="alex", password="correct horse battery"
        )
        assert answer.status_code == 303
        assert client.get(PAGE).status_code == 200
