"""A reader's settings: profile, address, password; each form alone, each with its refusals."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts import services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import PASSWORD

NEW_PASSWORD = "a stapled battery"


def change(client: Client, what: str, **typed: str) -> TestResponse:
    """Fill in one of the three forms."""
    named = {f"{what}-{name}": value for name, value in typed.items()}
    return client.submit("/settings", f"/settings/{what}", **named)


def account(viewer: Viewer) -> User:
    session().rollback()
    return session().get_one(User, viewer.id, populate_existing=True)


class TestProfile:
    def test_starts_from_what_is_known(self, as_alex: Client) -> None:
        change(as_alex, "profile", name="Alex A.", place="Oslo", about="Reads <b>slowly</b>.")
        form = fields_of(as_alex.get("/settings").text, "/settings/profile")
        said = {name.removeprefix("profile-"): value for name, value in form.items()}
        said.pop("csrf_token")
        assert said == {"name": "Alex A.", "place": "Oslo", "about": "Reads <b>slowly</b>."}

    def test_shows_everywhere_at_once(self, as_alex: Client, client: Client) -> None:
        answer = change(as_alex, "profile", name="Alex A.", place="Oslo", about="Reads <b>.")
        assert (answer.status_code, answer.location) == (303, "/settings")
        page = as_alex.get("/settings").text
        assert "Your profile is saved." in page
        assert "<span>Alex A.</span>" in page
        profile = client.get("/users/alex").text
        for words in ("<h1>Alex A.</h1>", "Oslo", "Reads &lt;b&gt;."):
            assert words in profile

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": " "}, "Please give a name for others to see."),
            ({"name": "x" * 81}, "at most 80 characters"),
            ({"place": "x" * 81}, "at most 80 characters"),
            ({"about": "x" * 501}, "at most 500 characters"),
            ({"about": "a\0b"}, "can't be seen or read"),
        ],
    )
    def test_refusals_stand_in_the_form(
        self, as_alex: Client, alex: Viewer, typed: dict[str, str], words: str
    ) -> None:
        answer = change(as_alex, "profile", **{"name": "Alex B.", **typed})
        assert answer.status_code == 422
        assert words in answer.text.replace("&#39;", "'")
        form = fields_of(answer.text, "/settings/profile")
        assert all(form[f"profile-{name}"] == value for name, value in typed.items())
        assert account(alex).name == "Alex"
        assert fields_of(answer.text, "/settings/email")["email-email"] == "alex@example.org"


class TestEmail:
    def test_changes_with_the_password(self, as_alex: Client, alex: Viewer) -> None:
        answer = change(as_alex, "email", email="New@Example.org", current_password=PASSWORD)
        assert answer.status_code == 303
        assert "Your e-mail address is changed." in as_alex.get("/settings").text
        assert account(alex).email == "new@example.org"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"current_password": "wrong horse battery"}, "This is not your password."),
            ({"current_password": ""}, "Please enter your password."),
            ({"email": "nowhere"}, "That is not an e-mail address."),
            ({"email": ""}, "Please enter your e-mail address."),
        ],
    )
    def test_is_refused_otherwise(
        self, as_alex: Client, alex: Viewer, typed: dict[str, str], words: str
    ) -> None:
        said = {"email": "new@example.org", "current_password": PASSWORD, **typed}
        answer = change(as_alex, "email", **said)
        assert answer.status_code == 422
        assert words in answer.text
        assert account(alex).email == "alex@example.org"
        form = fields_of(answer.text, "/settings/email")
        assert (form["email-email"], form["email-current_password"]) == (said["email"], "")

    def test_is_shown_to_nobody_else(self, as_bo: Client, alex: Viewer) -> None:
        for path in ("/users/alex", "/api/v1/reviews/1", "/settings"):
            assert "alex@example.org" not in as_bo.get(path).text


class TestPassword:
    def test_changes_and_signs_out_elsewhere(
        self, app: Flask, as_alex: Client, alex: Viewer
    ) -> None:
        elsewhere = client_of(app, alex)
        answer = change(as_alex, "password", current_password=PASSWORD, password=NEW_PASSWORD)
        assert answer.status_code == 303
        assert "signed out everywhere else" in as_alex.get("/settings").text
        assert elsewhere.get("/settings").status_code == 303
        for password, status in ((PASSWORD, 403), (NEW_PASSWORD, 303)):
            typed = {"identifier": "alex", "password": password}
            assert client_of(app).submit("/sign-in", "/sign-in", **typed).status_code == status

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"current_password": "wrong horse battery"}, "This is not your password."),
            ({"current_password": ""}, "Please enter your present password."),
            ({"password": "short"}, "at least 10 characters"),
            ({"password": "alexalexalex" * 20}, "at most 200 characters"),
            ({"password": ""}, "Please choose a new password."),
        ],
    )
    def test_is_refused_otherwise(
        self, app: Flask, as_alex: Client, alex: Viewer, typed: dict[str, str], words: str
    ) -> None:
        said = {"current_password": PASSWORD, "password": NEW_PASSWORD, **typed}
        answer = change(as_alex, "password", **said)
        assert answer.status_code == 422
        assert words in answer.text
        assert not {NEW_PASSWORD, PASSWORD, "wrong horse battery"} & set(
            fields_of(answer.text, "/settings/password").values()
        )
        typed = {"identifier": "alex", "password": PASSWORD}
        assert client_of(app).submit("/sign-in", "/sign-in", **typed).status_code == 303

    @pytest.mark.parametrize("what", ["email", "password"])
    def test_is_not_guessed_in_an_open_browser(self, as_alex: Client, what: str) -> None:
        guess = {
            "current_password": "wrong horse battery",
            "password": NEW_PASSWORD,
            "email": "thief@example.org",
        }
        for _ in range(services.MOST_ATTEMPTS_PER_ACCOUNT):
            assert change(as_alex, what, **guess).status_code == 422
        answer = change(as_alex, what, **{**guess, "current_password": PASSWORD})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert "Too many attempts" in answer.text


@pytest.mark.parametrize("what", ["profile", "email", "password"])
class TestEachForm:
    @pytest.mark.parametrize("token", ["", "made up"])
    def test_needs_its_token(self, as_alex: Client, alex: Viewer, what: str, token: str) -> None:
        said = {
            "name": "Mallory",
            "email": "mallory@example.org",
            "current_password": PASSWORD,
            "password": NEW_PASSWORD,
        }
        answer = change(as_alex, what, csrf_token=token, **said)
        assert answer.status_code == 422
        assert "This page had been open too long" in answer.text
        assert (account(alex).name, account(alex).email) == ("Alex", "alex@example.org")
        assert has_form(answer.text, f"/settings/{what}")

    def test_is_for_who_is_in(self, client: Client, what: str) -> None:
        answer = client.post(f"/settings/{what}", data={"csrf_token": client.token})
        assert (answer.status_code, answer.location) == (303, "/sign-in")
