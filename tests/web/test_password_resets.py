"""Getting back in: the same answer to everyone who asks, and a link that works once."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts import services
from bookreviews.accounts.models import AccountToken
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import letters, stored
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import PASSWORD, any_database
from tests.test_concurrency import at_once

NEW_PASSWORD = "a stapled battery"


def ask(client: Client, identifier: str = "alex") -> TestResponse:
    return client.submit("/password-resets", "/password-resets", identifier=identifier)


@pytest.fixture
def link(app: Flask, alex: Viewer) -> str:
    """Return the link that Alex gets."""
    ask(client_of(app))
    return f"/password-resets/{letters.token_in('reset-password')}"


def can_enter(app: Flask, password: str) -> bool:
    typed = {"identifier": "alex", "password": password}
    return client_of(app).submit("/sign-in", "/sign-in", **typed).status_code == 303


class TestAsking:
    def test_is_where_one_signs_in(self, client: Client) -> None:
        assert '<a href="/password-resets">Forgot your password?</a>' in client.get("/sign-in").text

    def test_answers_everybody_the_same(self, app: Flask, alex: Viewer) -> None:
        pages = set()
        for identifier in ("alex", "alex@example.org", "nobody", "nobody@example.org", "a\tb", "@"):
            client = client_of(app)
            answer = ask(client, identifier)
            assert (answer.status_code, answer.location) == (303, "/password-resets/sent")
            pages.add(client.get(answer.location).text)
        assert len(pages) == 1
        assert "If there is an account of this name or address" in pages.pop()
        assert letters.written() == [("alex@example.org", "reset-password")] * 2

    def test_needs_a_name(self, client: Client) -> None:
        answer = ask(client, "")
        assert answer.status_code == 422
        assert "Please enter your username or address." in answer.text

    def test_is_refused_when_done_too_often(self, client: Client, alex: Viewer) -> None:
        for name in ("alex", "nobody"):
            for _ in range(services.MOST_LETTERS_PER_ACCOUNT):
                assert ask(client, name).status_code == 303
            answer = ask(client, name)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
            assert fields_of(answer.text, "/password-resets")["identifier"] == name

    def test_with_an_old_page_keeps_what_was_typed(self, client: Client, alex: Viewer) -> None:
        answer = client.post("/password-resets", data={"identifier": "alex", "csrf_token": "old"})
        assert answer.status_code == 422
        assert fields_of(answer.text, "/password-resets")["identifier"] == "alex"
        assert letters.written() == []


class TestTheLink:
    def test_sets_the_password(self, app: Flask, alex: Viewer, link: str) -> None:
        elsewhere, client = client_of(app, alex), client_of(app)
        assert "<b>alex</b>" in client.get(link).text
        answer = client.submit(link, link, password=NEW_PASSWORD)
        assert (answer.status_code, answer.location) == (303, "/password-resets/done")
        assert "Your password is changed" in client.get(answer.location).text
        assert elsewhere.get("/settings").status_code == 303
        assert not can_enter(app, PASSWORD)
        assert can_enter(app, NEW_PASSWORD)

    def test_works_once(self, app: Flask, client: Client, link: str) -> None:
        form = fields_of(client.get(link).text, link)
        assert client.post(link, data=form | {"password": NEW_PASSWORD}).status_code == 303
        for answer in (
            client.get(link),
            client.post(link, data=form | {"password": "another battery"}),
        ):
            assert answer.status_code == 404
            assert "This link leads nowhere" in answer.text
            assert 'href="/password-resets"' in answer.text
        assert can_enter(app, NEW_PASSWORD)

    @any_database
    def test_works_once_of_two_at_the_same_moment(
        self, app: Flask, alex: Viewer, link: str
    ) -> None:
        acts = []
        for password in (NEW_PASSWORD, "another battery"):
            client = client_of(app)
            form = fields_of(client.get(link).text, link) | {"password": password}
            acts.append(lambda client=client, form=form: client.post(link, data=form))
        assert sorted(answer.status_code for answer in at_once(acts)) == [303, 404]
        assert can_enter(app, NEW_PASSWORD) != can_enter(app, "another battery")

    def test_that_is_too_old_is_refused(self, app: Flask, client: Client, link: str) -> None:
        form = fields_of(client.get(link).text, link)
        with transaction():
            for token in session().query(AccountToken):
                token.expires_at -= timedelta(hours=1)
        assert client.get(link).status_code == 404
        assert client.post(link, data=form | {"password": NEW_PASSWORD}).status_code == 404
        assert can_enter(app, PASSWORD)

    @pytest.mark.parametrize("token", ["made-up", "%F0%9F%93%9A", "%FF", "a" * 300])
    def test_that_is_made_up_is_refused(self, client: Client, link: str, token: str) -> None:
        form = fields_of(client.get(link).text, link) | {"password": NEW_PASSWORD}
        path = f"/password-resets/{token}"
        assert client.get(path).status_code == 404
        assert client.post(path, data=form).status_code == 404
        assert client.post(path, data=form | {"password": ""}).status_code == 404
        assert stored.count_of(AccountToken) == 1

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"password": "short"}, "at least 10 characters"),
            ({"password": "x" * 201}, "at most 200 characters"),
            ({"password": "alex@example.org"}, "too easy to guess"),
            ({"password": ""}, "Please choose a new password."),
            ({"password": NEW_PASSWORD, "csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_refuses_what_is_no_password(
        self, app: Flask, client: Client, link: str, typed: dict[str, str], words: str
    ) -> None:
        answer = client.submit(link, link, **typed)
        assert answer.status_code == 422
        assert words in answer.text
        assert has_form(answer.text, link)
        assert fields_of(answer.text, link)["password"] == ""
        assert can_enter(app, PASSWORD)
        assert client.submit(link, link, password=NEW_PASSWORD).status_code == 303

    def test_stays_secret(self, client: Client, link: str) -> None:
        for answer in (
            client.get(link),
            client.get("/password-resets/made-up"),
            client.submit(link, link, password="short"),
            client.submit(link, link, password=NEW_PASSWORD),
        ):
            assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
            assert answer.headers.getlist("Cache-Control") == ["no-store"]
            assert "noindex" in answer.headers["X-Robots-Tag"]
