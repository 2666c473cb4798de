"""Making an account: what it takes, what it refuses, and that the password is never shown."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts import services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from tests import stored
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
