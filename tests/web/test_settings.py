"""A reader's settings: profile, address, password; each form alone, each with its refusals."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts import confirming, queries, services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from tests import letters
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
    def test_changes_with_the_password_once_it_is_confirmed(
        self, as_alex: Client, alex: Viewer
    ) -> None:
        answer = change(as_alex, "email", email="New@Example.org", current_password=PASSWORD)
        assert answer.status_code == 303
        page = as_alex.get("/settings").text
        assert "We have written to this address." in page
        assert "We have written to <b>new@example.org</b>." in page
        assert account(alex).email == "alex@example.org"
        assert letters.written() == [
            ("new@example.org", "confirm-address"),
            ("alex@example.org", "address-changed"),
        ]
        link = f"/confirm/{letters.token_in('confirm-address')}"
        assert as_alex.submit(link, link).status_code == 303
        assert account(alex).email == "new@example.org"
        assert "<b>new@example.org</b> is confirmed." in as_alex.get("/settings").text

    def test_that_is_the_present_one_stays(self, as_alex: Client, alex: Viewer) -> None:
        change(as_alex, "email", email="ALEX@example.org", current_password=PASSWORD)
        assert "This is your address already." in as_alex.get("/settings").text
        assert letters.written() == []

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

    def test_sends_few_letters(self, as_alex: Client, alex: Viewer) -> None:
        for number in range(services.MOST_LETTERS_PER_ACCOUNT):
            change(as_alex, "email", email=f"x{number}@example.org", current_password=PASSWORD)
        answer = change(as_alex, "email", email="y@example.org", current_password=PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert fields_of(answer.text, "/settings/email")["email-email"] == "y@example.org"
        assert ("y@example.org", "confirm-address") not in letters.written()


class TestConfirming:
    ACTION = "/settings/confirmations"

    def test_can_be_asked_for_again(self, as_alex: Client, alex: Viewer) -> None:
        assert "is not confirmed yet" in as_alex.get("/settings").text
        assert as_alex.submit("/settings", self.ACTION).status_code == 303
        assert letters.written() == [("alex@example.org", "confirm-address")]

    def test_is_no_longer_offered_when_it_is_done(self, as_alex: Client, alex: Viewer) -> None:
        form = fields_of(as_alex.get("/settings").text, self.ACTION)
        with transaction():
            confirming.confirm_by_admin(user_id=alex.id, at=now())
        page = as_alex.get("/settings").text
        assert "<b>alex@example.org</b> is confirmed." in page
        assert not has_form(page, self.ACTION)
        answer = as_alex.post(self.ACTION, data=form)
        assert answer.status_code == 409
        assert "Your address is confirmed already." in answer.text

    def test_is_asked_for_a_few_times(self, as_alex: Client) -> None:
        for _ in range(services.MOST_LETTERS_PER_ACCOUNT):
            assert as_alex.submit("/settings", self.ACTION).status_code == 303
        answer = as_alex.submit("/settings", self.ACTION)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert "Too many attempts" in answer.text


class TestMails:
    def test_are_chosen_by_boxes(self, as_alex: Client, alex: Viewer) -> None:
        form = fields_of(as_alex.get("/settings").text, "/settings/mails")
        assert set(form) == {
            "mails-csrf_token",
            "mails-reports",
            "mails-decisions",
            "mails-role",
        }
        del form["mails-reports"], form["mails-role"]
        assert as_alex.post("/settings/mails", data=form).status_code == 303
        assert account(alex).mails_about == ["decisions"]
        page = as_alex.get("/settings").text
        assert "Your choice of letters is saved." in page
        assert set(fields_of(page, "/settings/mails")) == {"mails-csrf_token", "mails-decisions"}

    def test_come_to_confirmed_addresses(self, as_alex: Client, alex: Viewer) -> None:
        words = "Letters begin once your address is confirmed."
        assert words in as_alex.get("/settings").text
        with transaction():
            confirming.confirm_by_admin(user_id=alex.id, at=now())
        assert words not in as_alex.get("/settings").text

    def test_need_the_token_of_the_form(self, as_alex: Client, alex: Viewer) -> None:
        answer = as_alex.post("/settings/mails", data={"mails-csrf_token": "old"})
        assert answer.status_code == 422
        assert "This page had been open too long" in answer.text
        assert len(account(alex).mails_about) == 3


class TestSessions:
    ACTION = "/settings/ended-sessions"

    def test_are_listed_and_ended_one_by_one(
        self, app: Flask, as_alex: Client, alex: Viewer
    ) -> None:
        elsewhere = client_of(app, alex)
        page = as_alex.get("/settings").text
        assert page.count("(this one)") == 1
        assert page.count("Sign out there") == 1
        assert as_alex.submit("/settings", self.ACTION).status_code == 303
        page = as_alex.get("/settings").text
        assert "You are signed out there." in page
        assert not has_form(page, self.ACTION)
        assert elsewhere.get("/settings").status_code == 303

    @pytest.mark.parametrize("number", ["", "x", "0", "-1", "4711", "9" * 30])
    def test_that_are_not_there_are_not_found(self, as_alex: Client, number: str) -> None:
        form = {"csrf_token": as_alex.token, "session": number}
        assert as_alex.post(self.ACTION, data=form).status_code == 404

    def test_of_others_are_not_found(self, app: Flask, as_bo: Client, alex: Viewer) -> None:
        elsewhere = client_of(app, alex)
        (session_of_alex,) = queries.sessions_of(alex.id)
        form = {"csrf_token": as_bo.token, "session": str(session_of_alex.id)}
        assert as_bo.post(self.ACTION, data=form).status_code == 404
        assert elsewhere.get("/settings").status_code == 200


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
