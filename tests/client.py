"""A browser without scripts, for tests of the doors: it keeps cookies and fills in forms.

Forgery protection stays on: whoever posts needs the token of a page, as people do.
"""

from contextvars import Context
from html.parser import HTMLParser
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bookreviews import viewing
from bookreviews.accounts import services as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction


class Client(FlaskClient):
    """One browser. Each request has a context of its own, as behind a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)

    def submit(self, page: str, action: str, **typed: Any) -> TestResponse:
        """Open `page` and send its form for `action` with what is `typed` into it."""
        return self.post(action, data=fields_of(self.get(page).text, action) | typed)

    @property
    def token(self) -> str:
        """Return a token against forgery that is good for this browser's session."""
        page = self.get("/no-such-page").text  # the way out is on every page of who is in
        return token_of(page if "csrf_token" in page else self.get("/sign-in").text)


def client_of(app: Flask, viewer: Viewer | None = None) -> Client:
    """Return a browser of its own where `viewer`, or nobody, is signed in."""
    client = Client(app, app.response_class, use_cookies=True)
    if viewer is not None:
        sign_in(client, viewer)
    return client


def sign_in(client: Client, viewer: Viewer) -> None:
    """Sign in as the form would, without the password that is slow to check by design."""
    app = client.application
    with app.app_context(), app.test_request_context(environ_base=client.environ_base):
        with transaction():
            token = accounts.start_session(user_id=viewer.id, at=now())
        viewing.begin(token)
        signer = app.session_interface.get_signing_serializer(app)
        client.set_cookie("session", signer.dumps(dict(session)))


def token_of(html: str) -> str:
    """Return the token against forgery that a page's first form carries."""
    return next(
        value
        for form in _forms_in(html)
        for name, value in form.fields.items()
        if name.endswith("csrf_token")
    )


def fields_of(html: str, action: str) -> dict[str, str]:
    """Return what a browser would send of the form for `action` if nobody touched it."""
    return dict(next(form.fields for form in _forms_in(html) if form.action == action))


def has_form(html: str, action: str) -> bool:
    """Tell whether a page has a form for `action`."""
    return any(form.action == action for form in _forms_in(html))


def _forms_in(html: str) -> list["_Form"]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _FormReader(HTMLParser):
    """Reads the forms of a page as a browser does: what is hidden, typed, or chosen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self._words: list[str] | None = None
        self._name = ""
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.forms.append(_Form(said.get("action") or ""))
        elif tag == "input" and said.get("name") and self._is_sent(said):
            default = "on" if said.get("type") == "checkbox" else ""
            self.forms[-1].fields[said["name"] or ""] = said.get("value") or default
        elif tag == "select":
            self._select = said.get("name")
        elif tag == "option" and self._select:
            fields = self.forms[-1].fields
            if self._select not in fields or "selected" in said:  # else the first one is sent
                fields[self._select] = said.get("value") or ""
        elif tag == "textarea":
            self._name, self._words = said.get("name") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._words is not None:
            text = "".join(self._words)
            self.forms[-1].fields[self._name] = text.removeprefix("\r").removeprefix("\n")
            self._words = None

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    @staticmethod
    def _is_sent(said: dict[str, str | None]) -> bool:
        return said.get("type") not in ("radio", "checkbox") or "checked" in said
