"""Where a redirect may lead: nowhere but here."""

import pytest
from flask import Flask

from bookreviews.web.answers import local_path
from tests.client import Client, client_of

ELSEWHERE = [
    "https://evil.example/",
    "http:evil.example",
    "HTTPS:/evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/books\\..\\..\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/\x7f/evil.example",
    "/books\r\nSet-Cookie: session=stolen",
    "evil.example",
    "@evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "?next=//evil.example",
    "#//evil.example",
    "./books",
    "../books",
    "//[broken",
    "",
    None,
]
HERE = [
    "/",
    "/books",
    "/books/a?sort=best&after=x#reviews",
    "/search?q=caf%C3%A9%20//x",
    "/search?q=https://evil.example",
    "/users/émile",
    "/books/http://evil.example",
    "/@evil.example",
    "/%2F/evil.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_address_elsewhere_is_local(wanted: str | None) -> None:
    assert local_path(wanted) is None


@pytest.mark.parametrize("wanted", HERE)
def test_an_address_here_is_local(wanted: str) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize("door", ["/sign-in", "/sign-up"])
def test_no_door_leads_off_the_site(app: Flask, as_alex: Client, door: str) -> None:
    for wanted in filter(None, ELSEWHERE):
        passing = as_alex.get(door, query_string={"next": wanted})  # who is in goes on at once
        assert (passing.status_code, passing.location) == (303, "/")
        shown = client_of(app).get(door, query_string={"next": wanted})
        assert 'name="next" type="hidden" value=""' in shown.text


@pytest.mark.parametrize("wanted", ["/settings", "/search?q=caf%C3%A9"])
def test_who_is_in_goes_where_they_wanted(as_alex: Client, wanted: str) -> None:
    assert as_alex.get("/sign-in", query_string={"next": wanted}).location == wanted
