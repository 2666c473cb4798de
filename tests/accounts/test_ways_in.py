"""Where people are signed in, and the history of it: what is written down, and when it goes."""

from datetime import datetime, timedelta

import pytest

from bookreviews.accounts import confirming, people, queries, ways_in
from bookreviews.accounts.models import (
    AccountToken,
    Invitation,
    SignIn,
    SignInAttempt,
    SignInSession,
)
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotFound, TooMany
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import NOON, any_database

SECOND = timedelta(seconds=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


def attempt(identifier: str = "alex", address: str = "192.0.2.1") -> int | None:
    with transaction():
        return ways_in.register_attempt(
            identifier=identifier, address=address, agent=FIREFOX, at=NOON
        )


def start(viewer: Viewer, at: datetime = NOON, attempt_id: int | None = None) -> str:
    with transaction():
        return ways_in.start_session(
            user_id=viewer.id, at=at, address="2001:db8::1", agent=FIREFOX, attempt_id=attempt_id
        )


def history(viewer: Viewer) -> list[tuple[str, str, bool]]:
    return [(row.address, row.agent, row.succeeded) for row in queries.sign_ins_of(viewer.id)]


class TestHistory:
    @any_database
    def test_has_wrong_passwords_and_right_ones(self, alex: Viewer) -> None:
        attempt("ALEX@example.org")
        start(alex, attempt_id=attempt())
        assert history(alex) == [
            ("192.0.2.1", "Firefox on Linux", True),
            ("192.0.2.1", "Firefox on Linux", False),
        ]

    def test_begins_with_the_session_of_a_new_account(self, alex: Viewer) -> None:
        start(alex)
        assert history(alex) == [("2001:db8::/64", "Firefox on Linux", True)]

    def test_has_nothing_of_names_that_are_nobodys(self, alex: Viewer) -> None:
        assert attempt("nobody") is None
        assert stored.count_of(SignIn) == 0

    def test_has_nothing_of_tries_that_were_refused(self, alex: Viewer) -> None:
        for _ in range(ways_in.MOST_ATTEMPTS_PER_ACCOUNT):
            attempt()
        with pytest.raises(TooMany):
            attempt()
        assert stored.count_of(SignIn) == ways_in.MOST_ATTEMPTS_PER_ACCOUNT

    def test_of_others_stays_as_it_is(self, alex: Viewer, bo: Viewer) -> None:
        start(bo, attempt_id=attempt("alex"))
        assert [succeeded for _, _, succeeded in history(alex)] == [False]

    def test_shows_the_last_ones(self, alex: Viewer) -> None:
        for _ in range(3):
            start(alex)
        assert len(queries.sign_ins_of(alex.id, most=2)) == 2


class TestSessions:
    @any_database
    def test_are_known_by_where_they_are(self, alex: Viewer, bo: Viewer) -> None:
        start(bo)
        first, second = start(alex), start(alex, NOON + SECOND)
        rows = queries.sessions_of(alex.id, here=first)
        assert [(row.started_at, row.is_here) for row in rows] == [
            (NOON + SECOND, False),
            (NOON, True),
        ]
        assert {(row.address, row.agent) for row in rows} == {("2001:db8::/64", "Firefox on Linux")}
        assert second not in repr(rows)

    @any_database
    def test_end_one_by_one(self, alex: Viewer, bo: Viewer) -> None:
        here = start(alex)
        start(alex)
        (other, mine) = queries.sessions_of(alex.id, here=here)
        with pytest.raises(NotFound), transaction():
            ways_in.end_session_by_id(session_id=other.id, user_id=bo.id)
        with transaction():
            ways_in.end_session_by_id(session_id=other.id, user_id=alex.id)
        with pytest.raises(NotFound), transaction():
            ways_in.end_session_by_id(session_id=other.id, user_id=alex.id)
        assert [row.id for row in queries.sessions_of(alex.id)] == [mine.id]

    def test_end_together(self, alex: Viewer, bo: Viewer) -> None:
        start(bo)
        start(alex)
        with transaction():
            ways_in.end_sessions(user_id=alex.id)
        assert len(queries.sessions_of(alex.id)) == 0
        assert len(queries.sessions_of(bo.id)) == 1


class TestLetters:
    def test_are_few_for_each_account(self, alex: Viewer, bo: Viewer) -> None:
        def ask(viewer: Viewer, at: datetime = NOON) -> None:
            with transaction():
                ways_in.register_letter(user_id=viewer.id, address="192.0.2.1", at=at)

        for _ in range(ways_in.MOST_LETTERS_PER_ACCOUNT):
            ask(alex)
        with pytest.raises(TooMany):
            ask(alex)
        ask(bo)
        ask(alex, NOON + ways_in.ATTEMPTS_WINDOW + SECOND)


class TestForgetting:
    @any_database
    def test_takes_what_is_old_and_leaves_the_rest(self, alex: Viewer, ada: Viewer) -> None:
        start(alex, attempt_id=attempt())
        with transaction():
            confirming.ask_to_confirm(user_id=alex.id, at=NOON)
            people.invite(made_by=ada, note="", at=NOON)
        tables = (SignIn, SignInSession, AccountToken, Invitation)
        ends = (
            ways_in.HISTORY_LASTS,
            ways_in.SESSION_LASTS,
            confirming.CONFIRMATION_LASTS,
            people.INVITATION_LASTS + ways_in.HISTORY_LASTS,
        )
        for table, lasts in sorted(zip(tables, ends, strict=True), key=lambda pair: pair[1]):
            for at, count in ((NOON + lasts - SECOND, 1), (NOON + lasts, 0)):
                with transaction():
                    ways_in.forget_old(at=at)
                assert stored.count_of(table) == count, table
        assert stored.count_of(SignInAttempt) == 0
