"""Admins invite: a link that is shown once, makes one account, and can be taken back."""

import re

import pytest

from bookreviews.audit import queries as audit
from tests.client import Client, fields_of

PAGE = "/admin/invitations"


def link_on(page: str) -> str | None:
    found = re.search(r'value="([^"]+/sign-up\?invitation=[^"]+)" readonly', page)
    return found[1] if found else None


def test_an_invitation_is_shown_once(as_ada: Client) -> None:
    answer = as_ada.submit(PAGE, PAGE, note="For <Cleo>")
    assert (answer.status_code, answer.location) == (303, PAGE)
    first, second = as_ada.get(PAGE).text, as_ada.get(PAGE).text
    assert link_on(first)
    assert link_on(second) is None
    assert "For &lt;Cleo&gt;" in second
    (entry,) = audit.entries().rows
    assert (entry.act, entry.details) == ("made an invitation", {})


def test_an_invitation_can_be_taken_back(as_ada: Client) -> None:
    as_ada.submit(PAGE, PAGE, note="For Cleo")
    as_ada.get(PAGE)
    answer = as_ada.submit(PAGE, f"{PAGE}/revocations")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "For Cleo" not in as_ada.get(PAGE).text


def test_one_that_is_not_there_is_not_found(as_ada: Client) -> None:
    data = {"csrf_token": as_ada.token, "invitation": "nothing"}
    assert as_ada.post(f"{PAGE}/revocations", data=data).status_code == 404


@pytest.mark.parametrize("typed", [{"note": "x" * 500}, {"csrf_token": "old", "note": "Kept"}])
def test_a_refusal_keeps_the_note(as_ada: Client, typed: dict[str, str]) -> None:
    answer = as_ada.submit(PAGE, PAGE, **typed)
    assert answer.status_code == 422
    assert fields_of(answer.text, PAGE)["note"] == typed["note"]
