"""Confirming an address: looking changes nothing, the button does, signed in or not, once."""

import pytest
from flask import Flask

from bookreviews.accounts import confirming, services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from tests import letters
from tests.client import Client, client_of, has_form


@pytest.fixture
def link(alex: Viewer) -> str:
    """Return the link of a letter to Alex."""
    with transaction():
        services.ask_to_confirm(user_id=alex.id, at=now())
    return f"/confirm/{letters.token_in('confirm-address')}"


def is_confirmed(viewer: Viewer) -> bool:
    session().rollback()
    user = session().get_one(User, viewer.id, populate_existing=True)
    return user.email_confirmed_at is not None


@pytest.mark.parametrize("signed_in", [False, True])
def test_is_done_by_the_button_alone(app: Flask, alex: Viewer, link: str, signed_in: bool) -> None:
    client = client_of(app, alex if signed_in else None)
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "alex@example.org" in page.text
    assert client.head(link).status_code == 200
    assert not is_confirmed(alex)
    answer = client.submit(link, link)
    assert (answer.status_code, answer.location) == (303, "/confirm/done")
    assert "Your address is confirmed" in client.get(answer.location).text
    assert is_confirmed(alex)


def test_keeps_the_link_secret(client: Client, link: str) -> None:
    for answer in (client.get(link), client.get("/confirm/made-up"), client.submit(link, link)):
        assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
        assert answer.headers.getlist("Cache-Control") == ["no-store"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Content-Security-Policy" in answer.headers


def test_works_once(client: Client, link: str) -> None:
    token = client.token
    assert client.submit(link, link).status_code == 303
    for answer in (client.get(link), client.post(link, data={"csrf_token": token})):
        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.text
        assert 'href="/settings#email"' in answer.text


@pytest.mark.parametrize("path", ["/confirm/made-up", "/confirm/%F0%9F%93%9A", "/confirm/%FF"])
def test_of_a_made_up_link_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, data={"csrf_token": client.token}).status_code == 404


def test_needs_the_token_of_the_form(client: Client, alex: Viewer, link: str) -> None:
    assert client.post(link).status_code == 400
    assert not is_confirmed(alex)


def test_of_an_address_that_another_has_is_told(
    client: Client, alex: Viewer, link: str, password_hash: str
) -> None:
    with transaction():
        other = services.sign_up(
            username="other",
            name="",
            email="alex@example.org",
            password_hash=password_hash,
            at=now(),
        )
        confirming.confirm_by_admin(user_id=other.id, at=now())
    answer = client.submit(link, link)
    assert answer.status_code == 409
    assert "Another account here has confirmed this address" in answer.text
    assert has_form(answer.text, link)
    assert not is_confirmed(alex)
