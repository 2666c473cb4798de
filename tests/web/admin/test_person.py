"""What admins see of one person and do about them: each act told, each with its refusal."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts import queries as accounts
from bookreviews.accounts.confirming import ask_for_reset
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.accounts.ways_in import MOST_LETTERS_PER_ACCOUNT
from bookreviews.audit import queries as audit
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.mail.models import Letter
from bookreviews.notifications.models import Notification
from bookreviews.transactions import transaction
from tests import stored
from tests.client import Client, client_of, has_form
from tests.conftest import NOON, any_database

BO = "/admin/people/bo"


def told() -> list[str]:
    """Return what the trail tells, but for looks."""
    session().rollback()
    return [entry.act for entry in audit.entries().rows if entry.act != "looked up"]


def person(viewer: Viewer) -> Any:
    session().rollback()
    return accounts.get_person(viewer.id)


class TestLooking:
    def test_shows_what_is_known(self, app: Flask, as_ada: Client, bo: Viewer) -> None:
        client_of(app, bo)
        page = as_ada.get(BO).text
        for words in ("<h1>Bo</h1>", "bo@example.org", "End it", "Sign them out everywhere"):
            assert words in page

    def test_is_told_once(self, as_ada: Client, bo: Viewer) -> None:
        for _ in range(3):
            as_ada.get(BO)
        looks = [(e.actor_username, e.person_username, e.act) for e in audit.entries().rows]
        assert looks == [("ada", "bo", "looked up")]

    def test_the_name_may_be_in_capitals(self, as_ada: Client, bo: Viewer) -> None:
        assert as_ada.get("/admin/people/BO").status_code == 200


class TestRole:
    def test_changes(self, app: Flask, as_ada: Client, bo: Viewer) -> None:
        answer = as_ada.submit(BO, f"{BO}/role", **{"role-role": "moderator"})
        assert (answer.status_code, answer.location) == (303, BO)
        assert "bo is moderator now." in as_ada.get(BO).text
        assert person(bo).role == "moderator"
        (entry,) = [e for e in audit.entries().rows if e.act == "changed a role"]
        assert entry.details == {"before": "reader", "after": "moderator"}
        assert stored.count_of(Notification) == 1
        assert "You are a moderator here now." in client_of(app, bo).get("/notifications").text

    def test_that_stays_is_not_told(self, as_ada: Client, bo: Viewer) -> None:
        assert as_ada.submit(BO, f"{BO}/role", **{"role-role": "reader"}).status_code == 303
        assert (told(), stored.count_of(Notification)) == ([], 0)

    def test_of_the_last_admin_stays(self, as_ada: Client, ada: Viewer) -> None:
        page = "/admin/people/ada"
        answer = as_ada.submit(page, f"{page}/role", **{"role-role": "reader"})
        assert answer.status_code in (403, 409)
        assert person(ada).role == "admin"
        assert told() == []

    @pytest.mark.parametrize("role", ["emperor", ""])
    def test_must_be_one_of_ours(self, as_ada: Client, bo: Viewer, role: str) -> None:
        answer = as_ada.submit(BO, f"{BO}/role", **{"role-role": role})
        assert answer.status_code == 422
        assert person(bo).role == "reader"

    def test_needs_its_token(self, as_ada: Client, bo: Viewer) -> None:
        said = {"role-role": "admin", "role-csrf_token": "old"}
        answer = as_ada.submit(BO, f"{BO}/role", **said)
        assert answer.status_code == 422
        assert "This page had been open too long" in answer.text
        assert person(bo).role == "reader"


class TestSessions:
    def test_end_everywhere(self, app: Flask, as_ada: Client, bo: Viewer) -> None:
        browsers = [client_of(app, bo), client_of(app, bo)]
        assert as_ada.post(f"{BO}/ended-sessions", data={"csrf_token": as_ada.token}).location == BO
        assert [browser.get("/settings").status_code for browser in browsers] == [303, 303]
        assert told() == ["ended sessions"]

    def test_end_in_one_browser(self, app: Flask, as_ada: Client, bo: Viewer) -> None:
        browsers = [client_of(app, bo), client_of(app, bo)]
        answer = as_ada.submit(BO, f"{BO}/ended-sessions")
        assert answer.status_code == 303
        assert sorted(b.get("/settings").status_code for b in browsers) == [200, 303]

    def test_of_another_are_left(self, app: Flask, as_ada: Client, bo: Viewer, mo: Viewer) -> None:
        as_mo = client_of(app, mo)
        session().rollback()
        (mos,) = accounts.sessions_of(mo.id)
        data = {"csrf_token": as_ada.token, "session": mos.id}
        as_ada.post(f"{BO}/ended-sessions", data=data)
        assert as_mo.get("/settings").status_code == 200

    @any_database
    @pytest.mark.parametrize("number", ["", "one", "-1", "0", "9" * 12, "9" * 30])
    def test_that_cannot_be_ends_none(
        self, app: Flask, as_ada: Client, bo: Viewer, number: str
    ) -> None:
        as_bo = client_of(app, bo)
        data = {"csrf_token": as_ada.token, "session": number}
        assert as_ada.post(f"{BO}/ended-sessions", data=data).status_code == 404
        assert as_bo.get("/settings").status_code == 200
        assert told() == []


class TestWayBack:
    def test_is_a_letter(self, as_ada: Client, bo: Viewer) -> None:
        before = stored.count_of(Letter)
        as_ada.submit(BO, f"{BO}/way-back")
        assert stored.count_of(Letter) == before + 1
        assert told() == ["sent a way back in"]
        assert "A letter is on its way" in as_ada.get(BO).text

    def test_leads_nowhere_where_another_owns_the_address(
        self, as_ada: Client, alex: Viewer, bo: Viewer
    ) -> None:
        with transaction():
            session().get_one(User, alex.id).email = "bo@example.org"
            session().get_one(User, alex.id).email_confirmed_at = NOON
        answer = as_ada.post(f"{BO}/way-back", data={"csrf_token": as_ada.token})
        assert answer.status_code == 409
        assert "No letter was written" in answer.text
        assert (told(), stored.count_of(Letter)) == ([], 0)

    def test_is_refused_in_words_after_many_letters(self, as_ada: Client, bo: Viewer) -> None:
        for _ in range(MOST_LETTERS_PER_ACCOUNT):
            with transaction():
                ask_for_reset(identifier="bo@example.org", address="192.0.2.7", at=now())
        answer = as_ada.post(f"{BO}/way-back", data={"csrf_token": as_ada.token})
        assert answer.status_code == 409
        assert "sent several in the last quarter of an hour" in answer.text
        assert (told(), stored.count_of(Letter)) == ([], MOST_LETTERS_PER_ACCOUNT)


class TestApproving:
    def test_lets_somebody_in(self, as_ada: Client, bo: Viewer) -> None:
        with transaction():
            session().get_one(User, bo.id).approved_at = None
        assert "Waits for approval" in as_ada.get("/admin/people?state=waiting").text
        assert as_ada.submit(BO, f"{BO}/approval").location == BO
        assert person(bo).approved_at is not None
        assert told() == ["approved an account"]
        assert not has_form(as_ada.get(BO).text, f"{BO}/approval")


class TestConfirming:
    def test_takes_the_address_for_theirs(self, as_ada: Client, bo: Viewer) -> None:
        if not has_form(as_ada.get(BO).text, f"{BO}/confirmation"):
            pytest.skip("the cast's addresses are confirmed")
        as_ada.submit(BO, f"{BO}/confirmation")
        assert person(bo).email_confirmed_at is not None
        assert told() == ["confirmed an address"]


SUSPENDED = {"suspension-reason": "spam", "suspension-days": "7", "suspension-words": "Adverts."}


class TestSuspending:
    def test_and_lifting(self, as_ada: Client, bo: Viewer) -> None:
        answer = as_ada.submit(BO, f"{BO}/suspension", **SUSPENDED)
        assert (answer.status_code, answer.location) == (303, BO)
        assert person(bo).suspended_until is not None
        page = as_ada.get(BO).text
        assert not has_form(page, f"{BO}/suspension")
        assert as_ada.submit(BO, f"{BO}/lifted-suspension", **{"lift-reason": "spam"}).location
        assert person(bo).suspended_until is None
        assert len(told()) == 2

    @pytest.mark.parametrize(
        "typed",
        [
            {"suspension-reason": "dislike"},
            {"suspension-days": "1000"},
            {"suspension-csrf_token": "old"},
        ],
    )
    def test_is_refused_with_the_words_kept(
        self, as_ada: Client, bo: Viewer, typed: dict[str, str]
    ) -> None:
        answer = as_ada.submit(BO, f"{BO}/suspension", **{**SUSPENDED, **typed})
        assert answer.status_code == 422
        assert "Adverts." in answer.text
        assert person(bo).suspended_until is None

    def test_spares_admins(self, as_ada: Client, ada: Viewer) -> None:
        page = "/admin/people/ada"
        answer = as_ada.submit(page, f"{page}/suspension", **SUSPENDED)
        assert answer.status_code == 403
        assert "Adverts." in answer.text
        assert person(ada).suspended_until is None


class TestErasing:
    def test_asks_for_the_name(self, as_ada: Client, bo: Viewer) -> None:
        answer = as_ada.submit(BO, f"{BO}/erasure", **{"erasure-username": "mo"})
        assert answer.status_code == 422
        assert "To erase this account, type bo." in answer.text
        assert person(bo).username == "bo"

    def test_is_for_ever(self, app: Flask, as_ada: Client, bo: Viewer, client: Client) -> None:
        as_bo = client_of(app, bo)
        answer = as_ada.submit(BO, f"{BO}/erasure", **{"erasure-username": "Bo"})
        assert (answer.status_code, answer.location) == (303, "/admin/people")
        assert client.get("/users/bo").status_code == 404
        assert as_bo.get("/settings").status_code == 303
        assert as_ada.get(BO).status_code == 404
        assert told() == ["erased"]
        page = as_ada.get(f"/admin/people/erased-{bo.id}").text
        assert "Former reader" in page
        assert "bo@example.org" not in page

    def test_leaves_nothing_to_act_on(self, as_ada: Client, bo: Viewer) -> None:
        as_ada.submit(BO, f"{BO}/erasure", **{"erasure-username": "bo"})
        former = f"/admin/people/erased-{bo.id}"
        before, token = told(), as_ada.token
        for act, typed in (
            ("role", {"role-role": "admin"}),
            ("approval", {}),
            ("confirmation", {}),
            ("suspension", SUSPENDED),
            ("lifted-suspension", {"lift-reason": "spam"}),
            ("erasure", {"erasure-username": f"erased-{bo.id}"}),
        ):
            prefixes = {name.split("-")[0] + "-" for name in typed} or {""}
            tokens = {f"{prefix}csrf_token": token for prefix in prefixes}
            answer = as_ada.post(f"{former}/{act}", data=typed | tokens)
            assert answer.status_code in (403, 404, 409), act
        assert told() == before

    def test_spares_admins(self, as_ada: Client, ada: Viewer) -> None:
        page = "/admin/people/ada"
        answer = as_ada.submit(page, f"{page}/erasure", **{"erasure-username": "ada"})
        assert answer.status_code == 403
        assert person(ada).username == "ada"
