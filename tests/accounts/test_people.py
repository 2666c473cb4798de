"""What others do to an account: suspending, roles, invitations, erasing; and each refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.accounts import confirming, people, queries, services
from bookreviews.accounts.models import (
    AccountToken,
    Credential,
    Invitation,
    SignIn,
    SignInAttempt,
    SignInSession,
    User,
)
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.mail.models import Letter
from bookreviews.transactions import transaction
from tests import letters, stored
from tests.conftest import NOON, any_database
from tests.test_concurrency import at_once

SECOND = timedelta(seconds=1)
TABLES = (User, Credential, SignInSession, SignInAttempt, SignIn, AccountToken, Invitation, Letter)


def account(user_id: int) -> User:
    session().rollback()
    return session().get_one(User, user_id, populate_existing=True)


def change_role(viewer: Viewer, role: str) -> None:
    with transaction():
        people.change_role(user_id=viewer.id, role=role)


def stepping_back(app: Flask, viewer: Viewer) -> Callable[[], bool]:
    """Return the act of an admin who wants to be a reader again; it tells whether they are."""

    def act() -> bool:
        with app.app_context():
            try:
                change_role(viewer, "reader")
            except Conflict:
                return False
            return True

    return act


def joining(app: Flask, code: str, username: str) -> Callable[[], bool]:
    """Return the act of using an invitation; it tells whether there is an account now."""

    def act() -> bool:
        with app.app_context():
            try:
                join(code, username)
            except Invalid:
                return False
            return True

    return act


def erase(viewer: Viewer) -> None:
    with transaction():
        people.erase(user_id=viewer.id, at=NOON)


def invite(ada: Viewer, note: str = "For Cleo") -> str:
    with transaction():
        return people.invite(made_by=ada, note=note, at=NOON)


def join(code: str | None, username: str = "cleo", **given: Any) -> User:
    values: dict[str, Any] = {
        "name": "Cleo",
        "email": "cleo@example.org",
        "password_hash": None,
        "at": NOON,
    }
    with transaction():
        user = services.sign_up(username=username, invitation=code, **values | given)
        user_id = user.id
    return account(user_id)


class TestSuspending:
    @any_database
    def test_is_known_with_who_is_looking(self, alex: Viewer) -> None:
        until = NOON + timedelta(days=7)
        with transaction():
            token = services.start_session(user_id=alex.id, at=NOON)
            people.suspend(user_id=alex.id, until=until)
        seen = queries.find_viewer(services.digest_of(token), now=NOON)
        assert seen is not None
        assert seen.suspended_until == until
        assert [seen.is_suspended(at) for at in (NOON, until - SECOND, until)] == [
            True,
            True,
            False,
        ]
        with transaction():
            people.lift_suspension(user_id=alex.id)
        assert queries.find_viewer(services.digest_of(token), now=NOON) == alex

    def test_of_nobody_is_refused(self, alex: Viewer) -> None:
        erase(alex)
        for user_id in (alex.id, 4711):
            with pytest.raises(NotFound), transaction():
                people.suspend(user_id=user_id, until=NOON)
            with pytest.raises(NotFound), transaction():
                people.lift_suspension(user_id=user_id)


class TestApproving:
    def test_lets_in_who_waits(self, app: Flask) -> None:
        user = join(None, approved_at=None)
        assert user.approved_at is None
        assert [row.id for row in queries.waiting_for_approval(9)] == [user.id]
        assert not queries.find_viewers(["cleo"])["cleo"].is_approved
        with transaction():
            people.approve(user_id=user.id, at=NOON + SECOND)
        assert account(user.id).approved_at == NOON + SECOND
        assert queries.find_viewers(["cleo"])["cleo"].is_approved
        assert queries.waiting_for_approval(9) == []

    def test_keeps_the_time_of_who_was_let_in(self, alex: Viewer) -> None:
        with transaction():
            people.approve(user_id=alex.id, at=NOON + SECOND)
        assert account(alex.id).approved_at == NOON


class TestRoles:
    @any_database
    def test_change(self, alex: Viewer, ada: Viewer) -> None:
        change_role(alex, "moderator")
        assert account(alex.id).role == "moderator"
        change_role(alex, "admin")
        change_role(ada, "reader")
        assert (account(alex.id).role, account(ada.id).role) == ("admin", "reader")

    def test_are_three(self, alex: Viewer) -> None:
        with pytest.raises(Invalid):
            change_role(alex, "king")

    @any_database
    def test_of_the_last_admin_stays(self, ada: Viewer, mo: Viewer) -> None:
        with pytest.raises(Conflict, match="Somebody must run the site"):
            change_role(ada, "moderator")
        assert queries.count_admins() == 1
        change_role(ada, "admin")

    @any_database
    def test_of_one_admin_stays_when_two_step_back_at_once(
        self, app: Flask, ada: Viewer, mo: Viewer
    ) -> None:
        change_role(mo, "admin")
        assert sorted(at_once([stepping_back(app, ada), stepping_back(app, mo)])) == [False, True]
        session().rollback()
        assert queries.count_admins() == 1

    def test_of_an_erased_admin_counts_no_more(self, ada: Viewer, mo: Viewer) -> None:
        change_role(mo, "admin")
        erase(mo)
        with pytest.raises(Conflict):
            change_role(ada, "reader")


class TestInvitations:
    @any_database
    def test_make_one_account(self, ada: Viewer) -> None:
        code = invite(ada)
        with transaction():
            services.check_invitation(code=code, at=NOON)
        user = join(f" {code}\n")
        (row,) = queries.list_invitations()
        assert (row.note, row.made_by, row.used_by, row.used_at) == (
            "For Cleo",
            "ada",
            "cleo",
            NOON,
        )
        assert user.username == "cleo"
        with pytest.raises(Invalid) as refusal:
            join(code, "other")
        assert list(refusal.value.fields) == ["invitation"]
        assert "other" not in queries.find_viewers(["other"])

    @any_database
    def test_make_one_account_of_two_at_once(self, app: Flask, ada: Viewer) -> None:
        code = invite(ada)
        assert sorted(at_once([joining(app, code, name) for name in ("cleo", "otto")])) == [
            False,
            True,
        ]
        session().rollback()
        assert len(queries.find_viewers(["cleo", "otto"])) == 1

    def test_keep_no_code(self, ada: Viewer) -> None:
        code = invite(ada)
        (row,) = session().execute(select(Invitation.__table__)).all()
        assert code not in tuple(row)

    @any_database
    @pytest.mark.parametrize("code", ["", "made up", "a\0b", "\udcff"])
    def test_that_nobody_made_are_refused(self, ada: Viewer, code: str) -> None:
        invite(ada)
        with pytest.raises(Invalid):
            services.check_invitation(code=code, at=NOON)
        with pytest.raises(Invalid):
            join(code)

    def test_last_for_thirty_days(self, ada: Viewer) -> None:
        code = invite(ada)
        late = NOON + people.INVITATION_LASTS
        services.check_invitation(code=code, at=late - SECOND)
        with pytest.raises(Invalid):
            services.check_invitation(code=code, at=late)
        with pytest.raises(Invalid):
            join(code, at=late)

    def test_can_be_taken_back_while_unused(self, ada: Viewer) -> None:
        first, second = invite(ada), invite(ada)
        with transaction():
            people.revoke_invitation(code_digest=services.digest_of(first))
        with pytest.raises(Invalid):
            join(first)
        join(second)
        for gone in (first, second):
            with pytest.raises(NotFound), transaction():
                people.revoke_invitation(code_digest=services.digest_of(gone))

    def test_have_short_notes(self, ada: Viewer) -> None:
        with pytest.raises(Invalid) as refusal:
            invite(ada, "x" * 201)
        assert list(refusal.value.fields) == ["note"]


class TestErasing:
    def live(self, alex: Viewer, ada: Viewer, password_hash: str) -> Viewer:
        """Let there be everything that we know of an account; return whose it is."""
        code = invite(ada, "For Zenobia, whom I know from the reading circle")
        user = join(
            code,
            "zenobia",
            name="Zenobia of Palmyra",
            email="zenobia@palmyra.example",
            place="Palmyra",
            about="Reads on camels.",
            password_hash=password_hash,
        )
        zenobia = Viewer(user.id, user.username, user.name, user.role)
        with transaction():
            services.start_session(
                user_id=user.id, at=NOON, address="198.51.100.7", agent="Firefox/1 camel"
            )
            for identifier in ("zenobia", "zenobia@palmyra.example"):
                services.register_attempt(
                    identifier=identifier, address="198.51.100.7", agent="Firefox/1", at=NOON
                )
            services.register_confirmation(viewer=zenobia, address="198.51.100.7", at=NOON)
            services.register_letter(user_id=user.id, address="198.51.100.7", at=NOON)
            services.change_email(viewer=zenobia, email="queen@palmyra.example", at=NOON)
            people.count_unread(user_id=user.id)
            people.suspend(user_id=user.id, until=NOON + timedelta(days=3))
        return zenobia

    def everything(self) -> str:
        """Return all that the tables of accounts hold, as text."""
        session().rollback()
        return "\n".join(
            repr(tuple(row))
            for table in TABLES
            for row in session().execute(select(table.__table__))
        ).lower()

    @any_database
    def test_leaves_nothing_personal(self, alex: Viewer, ada: Viewer, password_hash: str) -> None:
        before = self.everything()
        zenobia = self.live(alex, ada, password_hash)
        assert self.everything().count("palmyra") > 4
        erase(zenobia)
        after = self.everything()
        for personal in ("zenobia", "palmyra", "camel", "198.51.100.7", "queen", "firefox"):
            assert personal not in after
        user = account(zenobia.id)
        assert (user.username, user.name, user.erased_at) == (
            f"erased-{user.id}",
            "Former reader",
            NOON,
        )
        assert (user.email, user.place, user.about, user.mails_about) == ("", "", "", [])
        assert (user.suspended_until, user.unread_notifications) == (None, 0)
        for table in (SignInSession, SignInAttempt, SignIn, AccountToken, Letter):
            assert stored.count_of(table) == 0
        assert stored.count_of(Credential) == before.count("$argon2id")

    def test_lets_the_names_go(self, alex: Viewer, ada: Viewer, password_hash: str) -> None:
        erase(self.live(alex, ada, password_hash))
        join(None, "zenobia", email="zenobia@palmyra.example")

    def test_spares_letters_of_others_to_the_same_address(self, alex: Viewer) -> None:
        with transaction():
            confirming.ask_to_confirm(user_id=alex.id, at=NOON)
        join(None, email="alex@example.org")
        erase(queries.find_viewers(["cleo"])["cleo"])
        assert letters.written() == [("alex@example.org", "confirm-address")]

    def test_hides_the_profile(self, alex: Viewer) -> None:
        erase(alex)
        for name in ("alex", f"erased-{alex.id}"):
            with pytest.raises(NotFound):
                queries.get_profile(name)

    @any_database
    def test_refuses_the_last_admin(self, ada: Viewer) -> None:
        with pytest.raises(Conflict, match="Somebody must run the site"):
            erase(ada)
        assert account(ada.id).erased_at is None

    def test_is_once(self, alex: Viewer) -> None:
        erase(alex)
        with pytest.raises(NotFound):
            erase(alex)
        with pytest.raises(NotFound):
            people.approve(user_id=alex.id, at=NOON)
        with pytest.raises(NotFound):
            people.change_role(user_id=alex.id, role="admin")

    def test_is_counted_as_unread_no_more(self, alex: Viewer) -> None:
        erase(alex)
        assert people.count_unread(user_id=alex.id) is None


class TestFinding:
    def found(self, **asked: Any) -> list[str]:
        return [row.username for row in queries.search_people(**asked).rows]

    @any_database
    def test_is_by_name_address_role_and_state(
        self, alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer
    ) -> None:
        with transaction():
            people.suspend(user_id=bo.id, until=NOON)
            confirming.confirm_by_admin(user_id=ada.id, at=NOON)
        join(None, "waiter", name="100% Cleo", approved_at=None)
        assert self.found() == ["waiter", "ada", "mo", "bo", "alex"]
        assert self.found(q="AL") == ["alex"]
        assert self.found(q="cleo") == ["waiter"]
        assert self.found(q="bo@example.org") == ["bo"]
        assert self.found(q="@example") == []
        assert self.found(q="%") == ["waiter"]
        assert self.found(q="_") == []
        assert self.found(q="\\") == []
        assert self.found(role="admin") == ["ada"]
        assert self.found(state="suspended") == ["bo"]
        assert self.found(state="waiting") == ["waiter"]
        assert self.found(state="unconfirmed") == ["waiter", "mo", "bo", "alex"]
        erase(alex)
        assert "alex" not in self.found()
        assert self.found(state="erased") == [f"erased-{alex.id}"]
        assert self.found(q="a", role="admin", state="suspended") == []

    @any_database
    def test_goes_on_page_by_page(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(queries.PAGE_SIZE + 2):
            join(None, f"reader{number}", email=f"r{number}@example.org")
        first = queries.search_people(q="reader")
        second = queries.search_people(q="reader", after=first.older)
        assert [row.username for row in second.rows] == ["reader1", "reader0"]
        assert second.older is None

    def test_tells_all_of_one(self, alex: Viewer) -> None:
        known = queries.get_person(alex.id)
        assert (known.username, known.email, known.has_password) == (
            "alex",
            "alex@example.org",
            True,
        )
        with pytest.raises(NotFound):
            queries.get_person(4711)

    @any_database
    def test_counts_sign_ups_of_each_day(self, alex: Viewer, bo: Viewer) -> None:
        join(None, at=NOON + timedelta(days=1))
        days = [tuple(row) for row in queries.sign_ups_per_day(NOON - timedelta(days=1))]
        assert days == [("2026-03-14", 2), ("2026-03-15", 1)]
