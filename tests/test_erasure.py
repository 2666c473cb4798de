"""Erasing a person, by the admin's form: what they said and who they were is nowhere any more.

The ledger and the audit trail still tell what was done. The whole database is searched, every
column of every table, so that a table that is added is searched as well.
"""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Base
from bookreviews.mail import services as mail
from bookreviews.mail.models import Letter
from bookreviews.moderation.subjects import profile_subject, review_subject
from bookreviews.transactions import transaction
from tests import crowd, letters, rulings
from tests.client import Client, client_of
from tests.conftest import PASSWORD, any_database

BOOK = "/books/python-for-beginners"
# What is known of Zelda, in words that nobody else uses: no part of it may be left.
NAME, USERNAME, PLACE = "Zelda Quux", "zeldaquux", "Quuxville"
FIRST_ADDRESS, ADDRESS = "zelda.quux@first.example", "zelda.quux@second.example"
SAID = "quuxish"


def found(*sought: str) -> list[tuple[str, str, Any]]:
    """Return table, column and value wherever one of these words stands in the database."""
    session().rollback()
    pattern = re.compile("|".join(map(re.escape, sought)), re.IGNORECASE)
    return [
        (table.name, column, value)
        for table in Base.metadata.sorted_tables
        for row in session().execute(select(table)).mappings()
        for column, value in row.items()
        if pattern.search(str(value))
    ]


ALL = ("zelda", "quux")


@pytest.fixture
def as_ada(app: Flask, ada: Viewer) -> Client:
    """Return a browser where Ada is signed in; settings hold at once."""
    app.extensions["site"].lasts = 0
    return client_of(app, ada)


@pytest.fixture
def zelda(client: Client) -> Viewer:
    """Return Zelda, who has signed up, confirmed an address, and changed it, all by forms."""
    client.submit(
        "/sign-up", "/sign-up", name=NAME, username=USERNAME, email=FIRST_ADDRESS, password=PASSWORD
    )
    confirm(client)
    client.submit(
        "/settings",
        "/settings/profile",
        **{"profile-place": PLACE, "profile-about": f"I am {SAID}."},
    )
    client.submit(
        "/settings",
        "/settings/email",
        **{"email-email": ADDRESS, "email-current_password": PASSWORD},
    )
    confirm(client)
    session().rollback()
    user = session().scalars(select(User).where(User.username == USERNAME)).one()
    assert user.email == ADDRESS
    return Viewer(user.id, user.username, user.name, user.role)


def confirm(client: Client) -> None:
    link = f"/confirm/{letters.token_in('confirm-address')}"
    assert client.submit(link, link).status_code == 303


def confirm_all() -> None:
    """Let everybody get letters."""
    with transaction():
        session().execute(update(User).values(email_confirmed_at=now()))


def erase(as_ada: Client, username: str = USERNAME) -> None:
    page = f"/admin/people/{username}"
    answer = as_ada.submit(page, f"{page}/erasure", **{"erasure-username": username})
    assert (answer.status_code, answer.location) == (303, "/admin/people")


def pages(*browsers: Client) -> list[str]:
    """Return all that tells of decisions, as each of these sees it, and the people's lists."""
    paths = [
        *("/moderation/log", "/moderation/log.atom", BOOK, f"{BOOK}/reviews", "/users/erased-1"),
        *(f"/moderation/log/{number}" for number in range(1, 6)),
        *("/notifications", "/reports", "/admin/audit", "/admin/audit/export", "/admin/people"),
        *("/moderation", "/moderation/appeals", "/moderation/cases/1", "/moderation/cases/2"),
        *(
            "/statements/1",
            "/statements/2",
            "/reviews/1",
            "/reviews/2",
        ),
    ]
    return [browser.get(path).text for browser in browsers for path in paths]


@any_database
class TestAReader:
    @pytest.fixture
    def actions(
        self,
        client: Client,
        as_ada: Client,
        zelda: Viewer,
        alex: Viewer,
        bo: Viewer,
        mo: Viewer,
        ada: Viewer,
        book_id: int,
    ) -> int:
        """Let Zelda write, be reported, decided about and appeal; return how many actions."""
        confirm_all()
        client.submit(BOOK, f"{BOOK}/reviews", stars="1", body=f"It is {SAID}.")
        crowd.review_by_each([alex], book_id)
        client.submit(
            "/reviews/2/reports", "/reviews/2/reports", reason="spam", words=f"Not {SAID}."
        )
        client.submit(
            f"{BOOK}/reports",
            f"{BOOK}/reports",
            part="work",
            reason="wrong_data",
            words=f"More {SAID}.",
        )
        as_bo, as_mo = client_of(as_ada.application, bo), client_of(as_ada.application, mo)
        for path in ("/reviews/1/reports", f"/users/{USERNAME}/reports"):
            as_bo.submit(path, path, reason="spam", words=f"Zelda Quux is {SAID}.")
        case_id = rulings.report(alex, review_subject(1, alex), words="zeldaquux again")
        as_mo.get(f"/moderation/cases/{case_id}")
        hidden = rulings.decide(case_id, mo, "remove", words=f"Dear Zelda, no {SAID} words.")
        profile = rulings.report(mo, profile_subject(zelda.id), words="Zelda!")
        rulings.decide(profile, mo, "warn", words="Dear Zelda, …")
        statement = f"/statements/{hidden}"
        client.submit(statement, f"{statement}/appeal", words=f"Why not {SAID}?")
        rulings.answer(1, ada, "upheld", words=f"Since {SAID} is no word, Zelda.")
        as_ada.get(f"/admin/people/{USERNAME}")
        as_ada.submit("/admin/invitations", "/admin/invitations", note="For a friend")
        return 2

    def test_is_nowhere_in_the_database(self, as_ada: Client, actions: int) -> None:
        assert {table for table, *_ in found(*ALL)} >= {"users", "reviews", "reports", "statements"}
        erase(as_ada)
        assert found(*ALL) == []

    def test_is_nowhere_once_letters_were_sent(self, as_ada: Client, actions: int) -> None:
        with transaction():
            for letter in session().scalars(select(Letter.id)):
                mail.note_sent(letter_id=letter, at=now())
        erase(as_ada)
        assert found(*ALL) == []

    def test_is_on_no_page(
        self, client: Client, as_ada: Client, bo: Viewer, mo: Viewer, actions: int
    ) -> None:
        erase(as_ada)
        others = [client_of(as_ada.application, who) for who in (bo, mo)]
        for page in pages(client, as_ada, *others):
            assert not re.search("zelda|quux", page.split("<main")[-1], re.IGNORECASE)

    def test_leaves_the_ledger_and_the_trail(
        self, client: Client, as_ada: Client, actions: int
    ) -> None:
        before = [client.get(f"/moderation/log/{n + 1}").text for n in range(actions)]
        erase(as_ada)
        for number in range(1, actions + 1):
            page = client.get(f"/moderation/log/{number}")
            assert page.status_code == 200
            assert f'href="/moderation/log/{number}"' in client.get("/moderation/log").text
            assert f"/moderation/log/{number}</id>" in client.get("/moderation/log.atom").text
        assert "A review was removed" in before[0]
        assert "A review was removed" in client.get("/moderation/log/1").text
        trail = as_ada.get("/admin/audit").text
        assert "looked up" in trail
        assert "erased" in trail
        assert "erased-" in as_ada.get("/admin/audit/export").text

    def test_leaves_others_what_they_were_told(
        self, as_ada: Client, bo: Viewer, actions: int
    ) -> None:
        erase(as_ada)
        as_bo = client_of(as_ada.application, bo)
        assert "Former reader" in as_bo.get("/reports").text
        assert as_bo.get("/notifications").status_code == 200


@any_database
class TestAModerator:
    """What they decided stays, and what they said to the author about it is the author's."""

    @pytest.fixture(params=["role", "name"])
    def decided(
        self,
        request: pytest.FixtureRequest,
        as_ada: Client,
        zelda: Viewer,
        alex: Viewer,
        bo: Viewer,
        ada: Viewer,
        book_id: int,
    ) -> None:
        """Let Zelda have moderated: decided, claimed, looked up, invited, with a name or not."""
        confirm_all()
        as_ada.submit("/admin/site", "/admin/site", show_moderators=request.param)
        crowd.review_by_each([alex], book_id)
        as_ada.submit(
            f"/admin/people/{USERNAME}",
            f"/admin/people/{USERNAME}/role",
            **{"role-role": "moderator"},
        )
        as_zelda = client_of(as_ada.application, zelda)
        rulings.report(bo, review_subject(1, bo))
        case = "/moderation/cases/1"
        as_zelda.submit(case, f"{case}/claim")
        as_zelda.submit(case, f"{case}/decision", kind="hide", reason="spam", words="Be kind.")
        rulings.appeal(alex, 1)
        other = "/reviews/1"
        assert as_zelda.get(other).status_code == 200

    def test_is_nowhere_in_the_database(self, as_ada: Client, decided: None) -> None:
        erase(as_ada)
        assert found(*ALL) == []

    def test_is_on_no_page(
        self, client: Client, as_ada: Client, alex: Viewer, mo: Viewer, decided: None
    ) -> None:
        erase(as_ada)
        others = [client_of(as_ada.application, who) for who in (alex, mo)]
        for page in pages(client, as_ada, *others):
            assert not re.search("zelda|quux", page.split("<main")[-1], re.IGNORECASE)

    def test_leaves_the_decision_and_its_words(
        self, client: Client, as_ada: Client, alex: Viewer, decided: None
    ) -> None:
        erase(as_ada)
        assert "A review was hidden" in client.get("/moderation/log/1").text
        statement = client_of(as_ada.application, alex).get("/statements/1").text
        assert "Be kind." in statement
        assert "moderator" in statement


def test_a_letter_to_another_of_the_same_address_stays(
    as_ada: Client, zelda: Viewer, bo: Viewer
) -> None:
    """Who gave the same address, confirmed by nobody, is somebody else, and waits for a letter."""
    with transaction():
        session().get_one(User, bo.id).email = ADDRESS
    client_of(as_ada.application, bo).submit("/settings", "/settings/confirmations")
    erase(as_ada)
    assert session().scalars(select(Letter.address)).all() == [ADDRESS]
    assert found(USERNAME) == []
