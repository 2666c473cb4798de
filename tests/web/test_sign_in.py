"""Signing in and out: for real, with the password, and what it leaves in the browser."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from werkzeug.http import parse_date
from werkzeug.test import TestResponse

from bookreviews import create_app
from bookreviews.accounts import passwords, queries, services
from bookreviews.accounts.demo import DEMO_PASSWORD
from bookreviews.accounts.models import Credential, SignInSession
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import stored
from tests.client import Client, client_of, fields_of, has_form, sign_in
from tests.conftest import PASSWORD, settings_for


def enter(client: Client, page: str = "/sign-in", **typed: str) -> TestResponse:
    """Fill in the form on `page` as Alex would, but for what is typed."""
    return client.submit(page, "/sign-in", **{"identifier": "alex", "password": PASSWORD, **typed})


def is_in(client: Client) -> bool:
    return has_form(client.get("/books").text, "/sign-out")


class TestSigningIn:
    @pytest.mark.parametrize("name", ["alex", " Alex ", "ALEX@example.org"])
    def test_takes_username_or_address(self, client: Client, alex: Viewer, name: str) -> None:
        answer = enter(client, identifier=name)
        assert (answer.status_code, answer.location) == (303, "/")
        assert is_in(client)

    def test_leads_where_one_wanted_to_be(self, client: Client, alex: Viewer) -> None:
        asked = client.get("/settings")
        assert (asked.status_code, asked.location) == (303, "/sign-in?next=/settings")
        assert enter(client, asked.location).location == "/settings"

    def test_keeps_the_query_of_where_one_wanted_to_be(self, client: Client, alex: Viewer) -> None:
        asked = client.get("/settings?from=a%26b&x=%C3%A9")
        answer = enter(client, asked.location)
        assert answer.location == "/settings?from=a%26b&x=%C3%A9"
        assert client.get(answer.location).status_code == 200

    @pytest.mark.parametrize(
        "wanted", ["//evil.example", "https://evil.example", "/\\evil.example"]
    )
    def test_never_leads_off_the_site(self, client: Client, alex: Viewer, wanted: str) -> None:
        assert enter(client, next=wanted).location == "/"

    @pytest.mark.parametrize(
        "typed",
        [
            {"password": "wrong horse battery"},
            {"password": PASSWORD.upper()},
            {"identifier": "nobody"},
            {"identifier": "alex\0"},
            {"identifier": "\ufffd", "password": "\0"},
        ],
    )
    def test_tells_no_one_what_was_wrong(
        self, client: Client, alex: Viewer, typed: dict[str, str]
    ) -> None:
        answer = enter(client, **typed)
        assert answer.status_code == 403
        assert "The name or the password is wrong." in answer.text
        assert not is_in(client)
        assert stored.count_of(SignInSession) == 0

    def test_keeps_the_name_but_never_the_password(self, client: Client, alex: Viewer) -> None:
        answer = enter(client, next="/settings", password="wrong horse battery")
        form = fields_of(answer.text, "/sign-in")
        assert (form["identifier"], form["next"], form["password"]) == ("alex", "/settings", "")
        assert "wrong horse battery" not in answer.text

    @pytest.mark.parametrize("missing", ["identifier", "password"])
    def test_asks_for_what_is_missing(self, client: Client, alex: Viewer, missing: str) -> None:
        answer = enter(client, **{missing: ""})
        assert answer.status_code == 422
        assert "Please enter your" in answer.text

    @pytest.mark.parametrize("token", ["", "made up"])
    def test_without_a_token_is_refused(self, client: Client, alex: Viewer, token: str) -> None:
        answer = enter(client, csrf_token=token)
        assert answer.status_code == 422
        assert "This page had been open too long." in answer.text
        assert fields_of(answer.text, "/sign-in")["identifier"] == "alex"
        assert not is_in(client)

    def test_too_often_tells_when_to_come_back(self, client: Client, alex: Viewer) -> None:
        form = fields_of(client.get("/sign-in").text, "/sign-in")
        wrong = form | {"identifier": "alex", "password": "wrong horse battery"}
        statuses = [
            client.post("/sign-in", data=wrong).status_code
            for _ in range(services.MOST_ATTEMPTS_PER_ACCOUNT)
        ]
        assert set(statuses) == {403}
        answer = enter(client)  # the right one now
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert "Please wait a quarter of an hour" in answer.text
        assert not is_in(client)

    def test_who_is_in_goes_on_at_once(self, as_alex: Client) -> None:
        assert as_alex.get("/sign-in").location == "/"
        assert as_alex.get("/sign-in?next=/books").location == "/books"


class TestTheCookie:
    def test_is_for_the_server_alone_and_lasts(self, client: Client, alex: Viewer) -> None:
        answer = enter(client)
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["session"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        left = parse_date(cookie["expires"]) - datetime.now(UTC)
        assert timedelta(days=29) < left <= services.SESSION_LASTS

    def test_stays_on_tls_where_there_is_tls(self, database_url: str) -> None:
        app = create_app(settings_for(database_url, site_url="https://books.example"))
        answer = client_of(app).get("/sign-in", base_url="https://books.example")
        assert SimpleCookie(answer.headers["Set-Cookie"])["session"]["secure"] is True

    def test_of_the_visitor_ends_with_signing_in(self, client: Client, alex: Viewer) -> None:
        before = client.token
        enter(client)
        answer = client.post("/sign-out", data={"csrf_token": before})
        assert answer.status_code == 400
        assert is_in(client)

    def test_of_who_signs_in_anew_is_worth_nothing(
        self, app: Flask, client: Client, alex: Viewer
    ) -> None:
        page = client.get("/sign-in").text  # open since before
        sign_in(client, alex)
        copy = client_of(app)
        copy.set_cookie("session", client.get_cookie("session").value)
        token = {"csrf_token": client.token}
        typed = fields_of(page, "/sign-in") | {"identifier": "alex", "password": PASSWORD}
        assert client.post("/sign-in", data=typed | token).status_code == 303
        assert is_in(client)
        assert not is_in(copy)

    def test_that_was_changed_is_nobodys(self, as_alex: Client) -> None:
        value = as_alex.get_cookie("session").value
        for broken in (value[:-1], value[1:], "x" + value, value.swapcase(), "", "é"):
            as_alex.set_cookie("session", broken)
            assert as_alex.get("/books").status_code == 200
            assert not is_in(as_alex)

    def test_of_a_session_that_ran_out_is_nobodys(self, as_alex: Client) -> None:
        with transaction():
            row = session().query(SignInSession).one()
            row.expires_at = datetime.now(UTC) - timedelta(seconds=1)
        assert not is_in(as_alex)
        assert as_alex.get("/settings").location == "/sign-in?next=/settings"


class TestSigningOut:
    def test_ends_the_session_on_the_server(self, as_alex: Client, app: Flask) -> None:
        copy = client_of(app)
        copy.set_cookie("session", as_alex.get_cookie("session").value)
        assert is_in(copy)
        answer = as_alex.submit("/books", "/sign-out")
        assert (answer.status_code, answer.location) == (303, "/")
        assert not is_in(as_alex)
        assert not is_in(copy)
        assert stored.count_of(SignInSession) == 0

    def test_leaves_other_browsers_signed_in(
        self, as_alex: Client, app: Flask, alex: Viewer
    ) -> None:
        other = client_of(app, alex)
        as_alex.submit("/books", "/sign-out")
        assert is_in(other)

    def test_without_a_token_is_refused(self, as_alex: Client) -> None:
        answer = as_alex.post("/sign-out")
        assert answer.status_code == 400
        assert "Nothing was changed." in answer.text
        assert is_in(as_alex)

    def test_of_nobody_asks_to_sign_in(self, client: Client) -> None:
        answer = client.post("/sign-out", data={"csrf_token": client.token})
        assert (answer.status_code, answer.location) == (303, "/sign-in")

    def test_is_no_link(self, as_alex: Client) -> None:
        assert as_alex.get("/sign-out").status_code == 405
        assert is_in(as_alex)


class TestTheDemo:
    def test_tells_how_to_sign_in(self, database_url: str) -> None:
        page = client_of(create_app(settings_for(database_url, demo=True))).get("/sign-in").text
        assert DEMO_PASSWORD in page
        assert "Moderator" in page

    def test_accounts_are_closed_anywhere_else(
        self, client: Client, alex: Viewer, app: Flask
    ) -> None:
        """Who loaded the demo and then put the site on the net hasn't given it away."""
        password_hash = passwords.hash_password(DEMO_PASSWORD)
        with transaction():
            session().get_one(Credential, alex.id).password_hash = password_hash
        answer = enter(client, password=DEMO_PASSWORD)
        assert answer.status_code == 403
        assert not is_in(client)

    def test_password_is_told_nowhere_else(self, client: Client) -> None:
        assert DEMO_PASSWORD not in client.get("/sign-in").text


class TestHistory:
    def test_tells_each_try_with_its_browser(
        self, client: Client, alex: Viewer, app: Flask
    ) -> None:
        client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/131.0"
        enter(client, password="wrong horse battery")
        enter(client, identifier="nobody")
        enter(client)
        told = [(row.address, row.agent, row.succeeded) for row in queries.sign_ins_of(alex.id)]
        assert told == [
            ("127.0.0.1", "Firefox on Linux", True),
            ("127.0.0.1", "Firefox on Linux", False),
        ]
        (here,) = queries.sessions_of(alex.id)
        assert (here.address, here.agent) == ("127.0.0.1", "Firefox on Linux")
