"""Every address of the rooms, and who finds something there: admins, and nobody else."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from bookreviews.accounts.viewer import Viewer
from tests.client import Client, client_of

VALUES = {"username": "bo", "slug": "python-for-beginners", "letter_id": 1}


def rooms(app: Flask) -> list[tuple[str, str]]:
    """Return method and address of each route of the rooms."""
    with app.test_request_context():
        return sorted(
            (method, url_for(rule.endpoint, **{name: VALUES[name] for name in rule.arguments}))
            for rule in _rules(app)
            for method in (rule.methods or set()) & {"GET", "POST"}
        )


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin")]


def ask(client: Client, method: str, path: str) -> tuple[int, str | None]:
    token = {"csrf_token": client.token} if method == "POST" else None
    answer = client.open(path, method=method, data=token)
    return answer.status_code, answer.location


def test_there_are_rooms(app: Flask) -> None:
    assert {path for method, path in rooms(app) if method == "GET"} == {
        "/admin",
        "/admin/people",
        "/admin/people/bo",
        "/admin/site",
        "/admin/invitations",
        "/admin/books",
        "/admin/books/new",
        "/admin/books/python-for-beginners",
        "/admin/jobs",
        "/admin/audit",
        "/admin/audit/export",
    }
    assert len(rooms(app)) > 20


def test_visitors_are_asked_to_sign_in(app: Flask, client: Client, bo: Viewer) -> None:
    for method, path in rooms(app):
        status, location = ask(client, method, path)
        assert status == 303, path
        assert (location or "").startswith("/sign-in"), path


@pytest.mark.parametrize("who", ["alex", "mo"])
def test_readers_and_moderators_find_nothing(
    app: Flask, bo: Viewer, book_id: int, who: str, request: pytest.FixtureRequest
) -> None:
    client = client_of(app, request.getfixturevalue(who))
    nowhere = client.get("/no-such-page").text.replace("/no-such-page", "")
    for method, path in rooms(app):
        answer = client.open(path, method=method, data={"csrf_token": client.token})
        assert answer.status_code == 404, path
        assert "There is nothing here" in answer.text, path
    assert "There is nothing here" in nowhere


def test_admins_find_all_of_them(app: Flask, as_ada: Client, bo: Viewer, book_id: int) -> None:
    for method, path in rooms(app):
        if method == "GET":
            assert ask(as_ada, method, path)[0] == 200, path


def test_what_is_not_there_is_not_found(as_ada: Client) -> None:
    for path in ("/admin/people/nobody", "/admin/books/no-such-book", "/admin/nothing"):
        assert as_ada.get(path).status_code == 404
    token = {"csrf_token": as_ada.token}
    for path in (
        "/admin/jobs/letters/4711/attempts",
        "/admin/people/nobody/approval",
        "/admin/people/nobody/erasure",
    ):
        assert as_ada.post(path, data=token).status_code == 404
