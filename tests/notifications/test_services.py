"""Telling people things: on their page, counted, and by mail as they choose."""

from datetime import timedelta
from typing import Any

import pytest

from bookreviews.accounts import confirming, people, queries
from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict
from bookreviews.extensions import session
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.notifications import services
from bookreviews.notifications.models import GROUPS, Notification
from bookreviews.notifications.queries import PAGE_SIZE, notifications_of
from bookreviews.transactions import transaction
from tests import letters, stored
from tests.conftest import NOON, any_database

SECOND = timedelta(seconds=1)
SUBJECT = "the review of “Emma”"
DETAILS: dict[str, dict[str, Any]] = {
    "report_received": {"subject": SUBJECT, "report_id": 7},
    "report_decided": {"subject": SUBJECT, "outcome": "upheld"},
    "statement": {"action_id": 7, "kind": "hide", "subject": SUBJECT},
    "appeal_decided": {"action_id": 7, "outcome": "overturned", "subject": SUBJECT},
    "role_changed": {"role": "moderator"},
    "warning": {"action_id": 7, "rule": "harassment"},
    "case_waiting": {"count": 3},
    "change_decided": {"edit_id": 7, "outcome": "confirmed", "name": "Emma"},
    "reviews_merged": {"review_id": 7, "title": "Emma"},
}


def tell(viewer: Viewer, kind: str = "statement") -> None:
    with transaction():
        services.notify(user_id=viewer.id, kind=kind, details=DETAILS[kind], at=NOON)


def tell_then_fail(viewer: Viewer) -> None:
    details = DETAILS["statement"]
    services.notify(user_id=viewer.id, kind="statement", details=details, at=NOON)
    raise Conflict("Somebody was faster.")


def confirm(viewer: Viewer) -> None:
    with transaction():
        confirming.confirm_by_admin(user_id=viewer.id, at=NOON)


def choose(viewer: Viewer, *groups: str) -> None:
    with transaction():
        accounts.change_mails(viewer=viewer, groups=groups)


def read_all(viewer: Viewer, up_to: int | None = None) -> None:
    with transaction():
        services.mark_all_read(viewer, NOON + SECOND, up_to=up_to)


def unread(viewer: Viewer) -> int:
    session().rollback()
    return queries.find_viewers([viewer.username])[viewer.username].unread


class TestTelling:
    @any_database
    def test_stands_on_ones_page_and_is_counted(self, alex: Viewer, bo: Viewer) -> None:
        tell(alex, "report_received")
        tell(alex, "statement")
        page = notifications_of(alex)
        assert [(row.kind, row.details) for row in page.rows] == [
            ("statement", DETAILS["statement"]),
            ("report_received", DETAILS["report_received"]),
        ]
        assert [(row.made_at, row.read_at) for row in page.rows] == [(NOON, None)] * 2
        assert (unread(alex), unread(bo)) == (2, 0)
        assert notifications_of(bo).rows == []

    def test_comes_with_who_is_looking(self, alex: Viewer) -> None:
        tell(alex)
        with transaction():
            token = accounts.start_session(user_id=alex.id, at=NOON)
        viewer = queries.find_viewer(accounts.digest_of(token), now=NOON)
        assert viewer is not None
        assert viewer.unread == 1

    def test_of_another_kind_is_a_mistake(self, alex: Viewer) -> None:
        with pytest.raises(ValueError, match="surprise"), transaction():
            services.notify(user_id=alex.id, kind="surprise", details={}, at=NOON)

    def test_of_who_is_erased_tells_nobody(self, alex: Viewer) -> None:
        with transaction():
            people.erase(user_id=alex.id, at=NOON)
        tell(alex)
        assert stored.count_of(Notification) == 0

    def test_is_undone_with_the_rest(self, alex: Viewer) -> None:
        confirm(alex)
        with pytest.raises(Conflict), transaction():
            tell_then_fail(alex)
        assert (unread(alex), letters.written()) == (0, [])


class TestLetters:
    @pytest.mark.parametrize("kind", [kind for kind in GROUPS if GROUPS[kind]])
    def test_go_to_confirmed_addresses(self, alex: Viewer, kind: str) -> None:
        confirm(alex)
        tell(alex, kind)
        assert letters.written() == [("alex@example.org", f"notification-{kind}")]
        words = letters.words_of_last()
        for said in (words.text, words.html):
            assert "Hello Alex" in said
            assert "http://localhost/settings#mails" in said
        if "action_id" in DETAILS[kind]:
            assert "http://localhost/statements/7" in words.text

    def test_never_go_to_others(self, alex: Viewer) -> None:
        tell(alex)
        assert letters.written() == []
        assert unread(alex) == 1

    @pytest.mark.parametrize("kind", list(GROUPS))
    def test_are_of_the_groups_that_one_has_chosen(self, alex: Viewer, kind: str) -> None:
        confirm(alex)
        choose(alex, *({"reports", "decisions", "role"} - {str(GROUPS[kind])}))
        tell(alex, kind)
        assert letters.written() == []
        choose(alex, *filter(None, [GROUPS[kind]]))
        tell(alex, kind)
        assert len(letters.written()) == (1 if GROUPS[kind] else 0)
        assert unread(alex) == 2

    @pytest.mark.parametrize("outcome", ["upheld", "declined", "overturned"])
    @pytest.mark.parametrize("kind", ["report_decided", "appeal_decided"])
    def test_tell_each_outcome(self, alex: Viewer, kind: str, outcome: str) -> None:
        confirm(alex)
        with transaction():
            details = DETAILS[kind] | {"outcome": outcome}
            services.notify(user_id=alex.id, kind=kind, details=details, at=NOON)
        assert SUBJECT in letters.words_of_last().text


class TestReading:
    @any_database
    def test_marks_all(self, alex: Viewer, bo: Viewer) -> None:
        for viewer in (alex, alex, bo):
            tell(viewer)
        read_all(alex)
        assert {row.read_at for row in notifications_of(alex).rows} == {NOON + SECOND}
        assert (unread(alex), unread(bo)) == (0, 1)
        tell(alex)
        assert unread(alex) == 1

    @any_database
    def test_leaves_what_came_after_the_page_was_made(self, alex: Viewer) -> None:
        tell(alex)
        newest = notifications_of(alex).rows[0].id
        tell(alex, "warning")
        read_all(alex, up_to=newest)
        assert [row.read_at is None for row in notifications_of(alex).rows] == [True, False]
        assert unread(alex) == 1

    def test_keeps_when_something_was_read_first(self, alex: Viewer) -> None:
        tell(alex)
        read_all(alex)
        with transaction():
            services.mark_all_read(alex, NOON + 2 * SECOND)
        assert notifications_of(alex).rows[0].read_at == NOON + SECOND


class TestTheList:
    @any_database
    def test_goes_on_page_by_page(self, alex: Viewer) -> None:
        for _ in range(PAGE_SIZE + 1):
            tell(alex)
        first = notifications_of(alex)
        second = notifications_of(alex, after=first.older)
        assert (len(first.rows), len(second.rows), second.older) == (PAGE_SIZE, 1, None)

    def test_refuses_a_broken_cursor(self, alex: Viewer) -> None:
        with pytest.raises(BrokenCursor):
            notifications_of(alex, after="broken")


class TestForgetting:
    @any_database
    def test_takes_what_was_read_long_ago(self, alex: Viewer) -> None:
        tell(alex)
        read_all(alex)
        tell(alex, "warning")
        long_after = NOON + SECOND + services.READ_IS_KEPT
        for at, count in ((long_after - SECOND, 2), (long_after, 1)):
            with transaction():
                services.forget_old(at=at)
            assert stored.count_of(Notification) == count
        assert [row.kind for row in notifications_of(alex).rows] == ["warning"]

    @any_database
    def test_takes_all_of_who_is_erased(self, alex: Viewer, bo: Viewer) -> None:
        tell(alex)
        tell(bo)
        with transaction():
            services.forget(user_id=alex.id)
        assert notifications_of(alex).rows == []
        assert session().get_one(User, alex.id).unread_notifications == 0
        assert len(notifications_of(bo).rows) == 1
