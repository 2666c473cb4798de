"""The whole application: every route is guarded, no page breaks, and any WSGI server can run it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import Rule

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import SignInAttempt
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.catalog.models import Work
from bookreviews.config import WrongSetting
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation.subjects import review_subject
from bookreviews.notifications.services import notify
from bookreviews.transactions import transaction
from tests import crowd, letters, rulings, stored
from tests.catalog.acts import edit, merge
from tests.client import Client, client_of, fields_of
from tests.conftest import settings_for
from tests.reviews.acts import add_work
from tests.routes import (
    ADMIN_FORMS,
    ASKING_FORMS,
    BODIES,
    FORMS,
    MODERATOR_FORMS,
    NOTHING,
    OF_OTHERS,
    PUBLIC_FORMS,
    VALUES,
    WRITING,
    send,
)
from tests.stored import Said, everything

BOOK = "/books/python-for-beginners"
WRITES = [*FORMS, *PUBLIC_FORMS, *BODIES]
# Those whose record was looked at are told of in the trail, which a GET adds to (decision 0007).
ADDED_TO_BY_LOOKING = {"audit_entries"}


@pytest.fixture(autouse=True)
def _books(book_id: int, alex: Viewer, mo: Viewer) -> None:
    """Let there be a book that Alex hasn't reviewed, and one that has review number 1.

    Somebody else has written review number 2, and Mo has decided something about the first.
    """
    crowd.review_by_each([alex, *crowd.readers(1)], crowd.books(1)[0])
    _stir(alex)
    rulings.rule_on(1, mo, "warn")
    merge(mo, 1, add_work("Python for Beginers"))


def _stir(alex: Viewer) -> None:
    """Let Alex be signed in elsewhere, have letters with links, and be told something."""
    with transaction():
        accounts.start_session(user_id=alex.id, at=now())
        letters.add_links(
            alex, confirm=str(VALUES["confirmation_token"]), reset=str(VALUES["reset_token"])
        )
        notify(user_id=alex.id, kind="case_waiting", details={"count": 1}, at=now())
        catalog.add_edition(
            work=session().get_one(Work, 1), new=catalog.NewEdition(publisher="Wiley")
        )
    edit(alex, 1, subtitle="Suggested")


def rules(app: Flask, methods: set[str]) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.methods & methods]


class TestWriting:
    def test_routes_are_all_listed_here(self, app: Flask) -> None:
        assert sorted(rule.endpoint for rule in rules(app, WRITING)) == sorted(
            [*WRITES, *ASKING_FORMS, *ADMIN_FORMS, *MODERATOR_FORMS]
        )

    def test_needs_a_token_even_from_alex(self, app: Flask, as_alex: Client) -> None:
        before = everything()
        for endpoint in (*WRITES, *ASKING_FORMS):
            for token in (None, "made up"):
                assert send(app, as_alex, endpoint, token).status_code in (400, 422), endpoint
        assert everything() == before

    def test_of_admins_needs_a_token_even_from_ada(self, app: Flask, ada: Viewer) -> None:
        as_ada = client_of(app, ada)
        before = everything()
        for endpoint in ADMIN_FORMS:
            for token in (None, "made up"):
                assert send(app, as_ada, endpoint, token).status_code in (400, 422), endpoint
        assert everything() == before

    def test_of_moderators_needs_a_token_even_from_mo(
        self, app: Flask, alex: Viewer, mo: Viewer
    ) -> None:
        rulings.report(mo, review_subject(1, mo))
        rulings.appeal(alex, 1)
        as_mo = client_of(app, mo)
        before = everything()
        for endpoint in MODERATOR_FORMS:
            for token in (None, "made up"):
                assert send(app, as_mo, endpoint, token).status_code in (400, 422), endpoint
        assert everything() == before

    @pytest.mark.parametrize("endpoint", WRITES)
    def test_is_done_with_both(self, app: Flask, as_alex: Client, endpoint: str) -> None:
        before = everything()
        assert send(app, as_alex, endpoint, as_alex.token).status_code in (200, 201, 303)
        assert (everything() == before) == (endpoint == "api_previews.create")


class TestReading:
    @pytest.mark.parametrize("who", [None, "alex", "bo", "mo", "ada"])
    def test_no_page_breaks(
        self, app: Flask, who: str | None, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(app, request.getfixturevalue(who) if who else None)
        before = everything()
        for rule in rules(app, {"GET"}):
            values = VALUES | OF_OTHERS.get(rule.endpoint, {})
            there, nowhere = (self.path_of(app, rule, each) for each in (values, NOTHING))
            assert client.get(there).status_code in (200, 302, 303, 401, 403, 404), there
            if nowhere != there:
                asks_first = {404, 303, 401} if who is None else {404}
                assert client.get(nowhere).status_code in asks_first, nowhere
        after = everything()
        assert {name for name, rows in after.items() if rows != before[name]} <= (
            ADDED_TO_BY_LOOKING if who == "ada" else set()
        )

    def path_of(self, app: Flask, rule: Rule, values: dict[str, Any]) -> str:
        with app.test_request_context():
            return url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


class TestSettings:
    def test_come_from_the_environment(
        self, monkeypatch: pytest.MonkeyPatch, database_url: str
    ) -> None:
        monkeypatch.setenv("BOOKREVIEWS_ENV", "test")
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("SECRET_KEY", "a key that is long enough to sign with")
        monkeypatch.setenv("SITE_URL", "https://books.example")
        monkeypatch.setenv("SITE_NAME", "Pages & Stars")
        app = create_app()
        page = client_of(app).get(BOOK).text
        assert "· Pages &amp; Stars</title>" in page
        assert f'<link rel="canonical" href="https://books.example{BOOK}">' in page
        assert app.config["SESSION_COOKIE_SECURE"] is True

    def test_that_are_missing_stop_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("BOOKREVIEWS_ENV", "SECRET_KEY", "SITE_URL"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(WrongSetting, match="SECRET_KEY"):
            create_app()

    @pytest.mark.parametrize(
        ("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "192.0.2.6")]
    )
    def test_say_whom_to_believe_about_addresses(
        self, database_url: str, proxies: int, address: str
    ) -> None:
        client = client_of(create_app(settings_for(database_url, trusted_proxies=proxies)))
        form = fields_of(client.get("/sign-in").text, "/sign-in")
        client.post(
            "/sign-in",
            data=form | {"identifier": "nobody", "password": "wrong"},
            headers={"X-Forwarded-For": "192.0.2.5, 192.0.2.6, 192.0.2.7"},
        )
        session().rollback()
        assert session().scalars(select(SignInAttempt.address)).all() == [address]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing of requests that went well."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` to plain HTTP, with a referee that stops what WSGI forbids."""
    server = make_server("127.0.0.1", 0, validator(app), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Browser:
    """A browser made of the standard library, to be sure that ours of the tests hides nothing."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = ""

    def get(self, path: str) -> str:
        """Open a page."""
        return self._open(path, None)

    def submit(self, action: str, **typed: str) -> str:
        """Send the form of the page that is open; return the page where it leads."""
        return self._open(action, urlencode(fields_of(self.page, action) | typed).encode())

    def _open(self, path: str, body: bytes | None) -> str:
        with self.opener.open(self.site + path, body) as answer:
            self.page = answer.read().decode()
        return self.page


def test_the_whole_story_by_plain_http(app: Flask) -> None:
    with served(app) as site:
        cleo, visitor = _Browser(site), _Browser(site)
        cleo.get("/sign-up")
        account = {
            "name": "Cleo Patra",
            "username": "cleo",
            "email": "cleo@example.org",
            "password": "asp in the figs",
        }
        assert "Hello, Cleo Patra" in cleo.submit("/sign-up", **account)
        cleo.get(BOOK)
        thanks = cleo.submit(f"{BOOK}/reviews", stars="4.5", body="Clear and *kind*. 📚")
        assert "Thank you for your review" in thanks
        assert "Clear and <em>kind</em>. 📚" in thanks
        page = visitor.get(BOOK)
        assert "Clear and <em>kind</em>. 📚" in page
        assert '<span class="rating-number">4.5</span>' in page
        (review,) = set(re.findall(r"/reviews/\d+(?=/edit)", thanks))
        cleo.get(f"{review}/edit")
        assert "Thank you for your review" in cleo.submit(review, stars="3", body="Clear.")
        assert '<span class="rating-number">3.0</span>' in visitor.get(BOOK)
        assert "Clear." in visitor.get(review)
        assert "body{" in visitor.get(re.findall(r'/static/[^"]+bootstrap[^"]+css', page)[0])
        cleo.get(f"{review}/withdrawal")
        assert "Your review is withdrawn." in cleo.submit(f"{review}/withdrawal")
        assert "Not yet rated" in visitor.get(BOOK)
        cleo.submit("/sign-out")
        assert "Hello" not in cleo.get("/")
    assert Said("cleo", 3.0, "Clear.") not in stored.reviews()
