"""Making an account: what it takes, what it refuses, and that the password is never shown."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts import people, queries, services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.moderation.models import Case
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import letters, stored
from tests.client import Client, client_of, fields_of, has_form

CLEO = {
    "name": "Cleo Patra",
    "username": "cleo",
    "email": "cleo@example.org",
    "password": "asp in the figs",
}


def sign_up(client: Client, page: str = "/sign-up", **typed: str) -> TestResponse:
    return client.submit(page, "/sign-up", **{**CLEO, **typed})


def test_makes_an_account_and_signs_it_in(client: Client) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Hello, Cleo Patra" in client.get("/").text
    assert "Cleo Patra" in client.get("/users/cleo").text


def test_lets_one_sign_in_again(app: Flask, client: Client) -> None:
    sign_up(client)
    other = client_of(app)
    typed = {"identifier": CLEO["email"], "password": CLEO["password"]}
    assert other.submit("/sign-in", "/sign-in", **typed).status_code == 303
    assert has_form(other.get("/books").text, "/sign-out")


def test_leads_where_one_wanted_to_be(client: Client) -> None:
    assert sign_up(client, "/sign-up?next=/books").location == "/books"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example"])
def test_never_leads_off_the_site(client: Client, wanted: str) -> None:
    assert sign_up(client, next=wanted).location == "/"


def test_takes_the_username_for_a_missing_name(client: Client) -> None:
    sign_up(client, name="")
    assert "Hello, cleo" in client.get("/").text


def test_refusals_stand_in_the_form(client: Client, alex: Viewer) -> None:
    for typed, words in (
        ({"username": ""}, "Please choose a username."),
        ({"username": "c"}, "Usernames have 2 to 30 letters"),
        ({"username": "c" * 31}, "Usernames have 2 to 30 letters"),
        ({"username": "cleo\0"}, "Usernames have 2 to 30 letters"),
        ({"username": "clé"}, "Usernames have 2 to 30 letters"),
        ({"username": "../admin"}, "Usernames have 2 to 30 letters"),
        ({"username": "Alex"}, "This username is taken"),
        ({"username": "moderator"}, "This username is reserved"),
        ({"email": ""}, "Please enter your e-mail address."),
        ({"email": "cleo"}, "That is not an e-mail address."),
        ({"email": "cleo@example.org\r\nBcc: all@example.org"}, "That is not an e-mail address."),
        ({"password": ""}, "Please choose a password."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "x" * 201}, "at most 200 characters"),
        ({"password": "aaaaaaaaaaaa"}, "too easy to guess"),
        ({"name": "\u2800"}, "Please give a name for others to see."),
        ({"name": "Cl\0eo"}, "can't be seen or read"),
        ({"name": "Cl\u202eeo"}, "can't be seen or read"),
        ({"name": "x" * 81}, "at most 80 characters"),
    ):
        answer = sign_up(client, **typed)
        assert answer.status_code == 422
        assert words in answer.text.replace("&#39;", "'")
        form = fields_of(answer.text, "/sign-up")
        assert form == {**form, **CLEO, **typed, "password": ""}
    assert stored.count_of(User) == 1


def test_a_known_address_is_not_told(client: Client, alex: Viewer) -> None:
    assert sign_up(client, email="alex@example.org").status_code == 303


@pytest.mark.parametrize("token", ["", "made up"])
def test_without_a_token_there_is_no_account(client: Client, token: str) -> None:
    answer = sign_up(client, csrf_token=token)
    assert answer.status_code == 422
    assert "there is no account yet" in answer.text
    assert fields_of(answer.text, "/sign-up")["username"] == "cleo"
    assert stored.count_of(User) == 0


def test_too_many_tell_when_to_come_back(app: Flask) -> None:
    with transaction():
        for _ in range(services.MOST_SIGN_UPS_PER_ADDRESS):
            services.register_sign_up(address="127.0.0.1", at=now())
    answer = sign_up(client_of(app))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Please wait a quarter of an hour" in answer.text
    assert fields_of(answer.text, "/sign-up")["username"] == "cleo"
    assert stored.count_of(User) == 0


def test_nobody_signs_up_as_a_moderator(client: Client) -> None:
    sign_up(client, role="admin")
    assert "Runs this site" not in client.get("/users/cleo").text


def test_who_is_in_goes_on_at_once(as_alex: Client) -> None:
    assert as_alex.get("/sign-up?next=/books").location == "/books"


class TestTheLetter:
    def test_asks_to_confirm_the_address(self, client: Client) -> None:
        sign_up(client)
        assert letters.written() == [(CLEO["email"], "confirm-address")]
        link = f"/confirm/{letters.token_in('confirm-address')}"
        assert client.submit(link, link).status_code == 303
        assert "is confirmed." in client.get("/settings").text

    def test_is_not_written_where_there_is_no_account(self, client: Client, alex: Viewer) -> None:
        sign_up(client, username="alex")
        assert letters.written() == []


def test_is_in_the_history_of_the_account(client: Client) -> None:
    sign_up(client)
    (entry,) = queries.sign_ins_of(queries.get_profile("cleo").id)
    assert (entry.address, entry.succeeded) == ("127.0.0.1", True)


def open_to(app: Flask, ada: Viewer, whom: str) -> None:
    """Let Ada say who can make an account."""
    app.extensions["site"].lasts = 0
    with transaction():
        site.change(actor=ada, values={"sign_up": whom}, at=now())


class TestByInvitation:
    @pytest.fixture(autouse=True)
    def _site(self, app: Flask, ada: Viewer) -> None:
        open_to(app, ada, "invitation")

    @pytest.fixture
    def code(self, ada: Viewer) -> str:
        with transaction():
            return people.invite(made_by=ada, note="For Cleo", at=now())

    def test_takes_the_link_once(self, app: Flask, client: Client, code: str) -> None:
        link = f"/sign-up?invitation={code}"
        assert fields_of(client.get(link).text, "/sign-up")["invitation"] == code
        assert sign_up(client, link).status_code == 303
        answer = sign_up(client_of(app), link, username="other")
        assert answer.status_code == 422
        assert "This invitation has been used" in answer.text
        assert "other" not in queries.find_viewers(["other"])

    @pytest.mark.parametrize("code", ["", "made up", "\N{BOOKS}"])
    def test_refuses_who_has_none(self, client: Client, code: str) -> None:
        answer = sign_up(client, invitation=code)
        assert answer.status_code == 422
        assert "was never made" in answer.text
        form = fields_of(answer.text, "/sign-up")
        assert (form["invitation"], form["username"]) == (code, "cleo")
        assert queries.find_viewers(["cleo"]) == {}

    def test_keeps_the_invitation_when_something_else_is_wrong(
        self, client: Client, code: str
    ) -> None:
        assert sign_up(client, invitation=code, password="short").status_code == 422
        assert sign_up(client, invitation=code, username="ada").status_code == 422
        assert sign_up(client, invitation=code).status_code == 303

    def test_says_so(self, client: Client) -> None:
        assert "Whoever has been invited can join." in client.get("/sign-up").text


class TestByApproval:
    @pytest.fixture(autouse=True)
    def _site(self, app: Flask, ada: Viewer) -> None:
        open_to(app, ada, "approval")

    def test_makes_an_account_that_waits(self, client: Client) -> None:
        assert "looks at each new account" in client.get("/sign-up").text
        assert sign_up(client).status_code == 303
        cleo = queries.find_viewers(["cleo"])["cleo"]
        assert not cleo.is_approved
        for path in ("/", "/books", "/settings"):
            assert "and yours is waiting" in client.get(path).text
        with transaction():
            people.approve(user_id=cleo.id, at=now())
        assert "and yours is waiting" not in client.get("/").text

    def test_lets_who_waits_set_themselves_up(self, client: Client) -> None:
        sign_up(client)
        typed = {"profile-name": "Cleo", "profile-place": "Alexandria"}
        assert client.submit("/settings", "/settings/profile", **typed).status_code == 303
        assert "Alexandria" in client.get("/users/cleo").text

    def test_needs_no_invitation(self, client: Client) -> None:
        assert "invitation" not in fields_of(client.get("/sign-up").text, "/sign-up")


def test_from_a_listed_mail_domain_is_looked_at(app: Flask, client: Client, ada: Viewer) -> None:
    app.extensions["site"].lasts = 0
    with transaction():
        site.change(actor=ada, values={"listed_mail_domains": "example.org"}, at=now())
    assert sign_up(client).status_code == 303
    assert stored.count_of(Case) == 1


def test_an_invitation_is_used_up_where_none_is_needed(client: Client, ada: Viewer) -> None:
    with transaction():
        code = people.invite(made_by=ada, note="Zoe", at=now())
    assert sign_up(client, f"/sign-up?invitation={code}").status_code == 303
    assert not queries.is_good_invitation(code, now=now())
