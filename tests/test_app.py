"""The whole application: every route is guarded, no page breaks, and any WSGI server can run it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
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
from werkzeug.test import TestResponse

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import CONFIRM, RESET, AccountToken, SignInAttempt
from bookreviews.accounts.viewer import Viewer
from bookreviews.config import WrongSetting
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Base
from bookreviews.moderation.subjects import review_subject
from bookreviews.notifications.services import notify
from bookreviews.transactions import transaction
from tests import crowd, rulings, stored
from tests.client import Client, client_of, fields_of
from tests.conftest import PASSWORD, settings_for
from tests.stored import Said

BOOK = "/books/python-for-beginners"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}

# Every route that changes something, with a body that it would take from Alex. Whoever adds a
# route adds it here, or the first test fails.
FORGED = {"stars": "1", "body": "Forged."}
FORMS: dict[str, dict[str, str]] = {
    "reviews.create": FORGED,
    "reviews.revise": FORGED,
    "reviews.withdraw": {},
    "sign_in.delete": {},
    "settings.change_profile": {"profile-name": "Forged"},
    "settings.change_email": {
        "email-email": "forged@example.org",
        "email-current_password": PASSWORD,
    },
    "settings.change_password": {
        "password-current_password": PASSWORD,
        "password-password": "a forged password",
    },
    "settings.ask_to_confirm": {},
    "settings.change_mails": {"mails-reports": "y"},
    "settings.end_session": {"session": "1"},
    "notifications.create_reading": {},
    "reports.create_about_review": {"reason": "spam"},
    "reports.create_about_profile": {"reason": "spam"},
    "reports.create_about_book": {"reason": "wrong_data", "part": "cover"},
    "statements.appeal": {"words": "Forged."},
}
# What only moderators send; `tests/web/moderation/` tells what it does.
MODERATOR_FORMS: dict[str, dict[str, str]] = {
    "moderation_cases.claim": {},
    "moderation_cases.release": {},
    "moderation_cases.decide": {"kind": "hide", "reason": "spam"},
    "moderation_cases.reverse": {},
    "moderation_cases.create": {},
    "moderation_bulk.preview": {"case": "1"},
    "moderation_bulk.create": {"cases": "1", "kind": "hide", "reason": "spam"},
    "moderation_bulk.undo": {},
    "moderation_appeals.decide": {"outcome": "overturned", "answer": "Forged."},
    "moderation_books.lock": {"work1-until": "7"},
    "moderation_books.answer": {},
    "moderation_books.unlock": {},
}
PUBLIC_FORMS: dict[str, dict[str, str]] = {
    "sign_in.create": {"identifier": "alex", "password": PASSWORD},
    "sign_up.create": {
        "username": "forged",
        "email": "forged@example.org",
        "password": "a forged password",
    },
    "confirmation.create": {},
    "password_resets.create": {"identifier": "alex"},
    "password_resets.update": {"password": "a forged password"},
}
# What only admins send; `tests/web/admin/` tells what it does.
ADMIN_FORMS: dict[str, dict[str, str]] = {
    "admin_site.change": {"name": "Forged", "sign_up": "open", "show_moderators": "role"},
    "admin_invitations.create": {"note": "Forged"},
    "admin_invitations.revoke": {"invitation": "forged"},
    "admin_books.create": {"title": "Forged"},
    "admin_books.revise": {"title": "Forged"},
    "admin_jobs.send_again": {},
    "admin_person.change_role": {"role-role": "moderator"},
    "admin_person.end_sessions": {},
    "admin_person.approve": {},
    "admin_person.confirm": {},
    "admin_person.send_way_back": {},
    "admin_person.suspend": {"suspension-reason": "spam", "suspension-days": "7"},
    "admin_person.lift": {"lift-reason": "spam"},
    "admin_person.erase": {"erasure-username": "alex"},
}
BODIES: dict[str, dict[str, Any]] = {
    "api_works.create_review": {"stars": 1},
    "api_reviews.revise": {"stars": 1},
    "api_previews.create": {"body": "Forged."},
}
WRITES = [*FORMS, *PUBLIC_FORMS, *BODIES]
# Those whose record was looked at are told of in the trail, which a GET adds to (decision 0007).
ADDED_TO_BY_LOOKING = {"audit_entries"}
VALUES = {
    "slug": "python-for-beginners",
    "review_id": 1,
    "letter_id": 1,
    "action_id": 1,
    "case_id": 1,
    "appeal_id": 1,
    "batch": "0123456789abcdef",
    "work_id": 1,
    "username": "alex",
    "isbn": "9780306406157",
    "filename": "css/base.css",
    "version": "0123456789ab",
    "confirmation_token": "a proof of the address",
    "reset_token": "a way back in",
}

NOTHING = dict.fromkeys(VALUES, "nothing") | dict.fromkeys(
    ("review_id", "work_id", "letter_id", "action_id", "case_id", "appeal_id"), 4711
)
# Nobody reports what is their own, so these are about somebody who doesn't look at pages.
OF_OTHERS = {
    "reports.new_about_review": {"review_id": 2},
    "reports.create_about_review": {"review_id": 2},
    "reports.new_about_profile": {"username": "reader0"},
    "reports.create_about_profile": {"username": "reader0"},
}


@pytest.fixture(autouse=True)
def _books(book_id: int, alex: Viewer, mo: Viewer) -> None:
    """Let there be a book that Alex hasn't reviewed, and one that has review number 1.

    Somebody else has written review number 2, and Mo has decided something about the first.
    """
    crowd.review_by_each([alex, *crowd.readers(1)], crowd.books(1)[0])
    _stir(alex)
    rulings.rule_on(1, mo, "warn")


def _stir(alex: Viewer) -> None:
    """Let Alex be signed in elsewhere, have letters with links, and be told something."""
    with transaction():
        accounts.start_session(user_id=alex.id, at=now())
        for purpose in (CONFIRM, RESET):
            token = VALUES["confirmation_token" if purpose == CONFIRM else "reset_token"]
            session().add(
                AccountToken(
                    token_digest=accounts.digest_of(str(token)),
                    user_id=alex.id,
                    purpose=purpose,
                    email="alex@example.org",
                    expires_at=now() + timedelta(hours=1),
                )
            )
        notify(user_id=alex.id, kind="case_waiting", details={"count": 1}, at=now())


def rules(app: Flask, methods: set[str]) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.methods & methods]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    session().rollback()
    return {
        table.name: sorted((tuple(row) for row in session().execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def send(app: Flask, client: Client, endpoint: str, token: str | None) -> TestResponse:
    """Send what the route of `endpoint` takes, with or without a token against forgery."""
    (rule,) = [rule for rule in app.url_map.iter_rules(endpoint) if rule.methods & WRITING]
    (method,) = rule.methods & WRITING
    with app.test_request_context():
        values = VALUES | OF_OTHERS.get(endpoint, {})
        path = url_for(endpoint, _method=method, **{n: values[n] for n in rule.arguments})
    if endpoint in BODIES:
        headers = {} if token is None else {"X-CSRFToken": token}
        return client.open(path, method=method, json=BODIES[endpoint], headers=headers)
    form = {**FORMS, **PUBLIC_FORMS, **ADMIN_FORMS, **MODERATOR_FORMS}[endpoint]
    prefixes = {name.split("-")[0] + "-" for name in form if "-" in name} or {""}
    tokens = {} if token is None else {f"{prefix}csrf_token": token for prefix in prefixes}
    return client.open(path, method=method, data=form | tokens)


class TestWriting:
    def test_routes_are_all_listed_here(self, app: Flask) -> None:
        assert sorted(rule.endpoint for rule in rules(app, WRITING)) == sorted(
            [*WRITES, *ADMIN_FORMS, *MODERATOR_FORMS]
        )

    def test_needs_a_token_even_from_alex(self, app: Flask, as_alex: Client) -> None:
        before = everything()
        for endpoint in WRITES:
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

    @pytest.mark.parametrize("who", ["alex", "bo", "mo"])
    def test_of_admins_is_theirs_alone(
        self, app: Flask, who: str, request: pytest.FixtureRequest
    ) -> None:
        other = client_of(app, request.getfixturevalue(who))
        before = everything()
        for endpoint in ADMIN_FORMS:
            assert send(app, other, endpoint, other.token).status_code == 404, endpoint
        assert everything() == before

    def test_of_moderators_needs_a_token_even_from_mo(
        self, app: Flask, alex: Viewer, mo: Viewer
    ) -> None:
        self.let_something_wait(alex, mo)
        as_mo = client_of(app, mo)
        before = everything()
        for endpoint in MODERATOR_FORMS:
            for token in (None, "made up"):
                assert send(app, as_mo, endpoint, token).status_code in (400, 422), endpoint
        assert everything() == before

    @pytest.mark.parametrize("who", ["alex", "bo"])
    def test_of_moderators_is_theirs_alone(
        self, app: Flask, who: str, alex: Viewer, mo: Viewer, request: pytest.FixtureRequest
    ) -> None:
        self.let_something_wait(alex, mo)
        other = client_of(app, request.getfixturevalue(who))
        before = everything()
        for endpoint in MODERATOR_FORMS:
            assert send(app, other, endpoint, other.token).status_code == 404, endpoint
        assert everything() == before

    def let_something_wait(self, alex: Viewer, mo: Viewer) -> None:
        """Let there be a case about Alex's review, and an appeal by Alex."""
        rulings.report(mo, review_subject(1, mo))
        rulings.appeal(alex, 1)

    def test_needs_someone_signed_in(self, app: Flask, client: Client) -> None:
        before = everything()
        for endpoint in (*FORMS, *ADMIN_FORMS, *MODERATOR_FORMS, *BODIES):
            answer = send(app, client, endpoint, client.token)
            assert answer.status_code == 401 or answer.location == "/sign-in", endpoint
        assert everything() == before

    @pytest.mark.parametrize("endpoint", WRITES)
    def test_is_done_with_both(self, app: Flask, as_alex: Client, endpoint: str) -> None:
        before = everything()
        assert send(app, as_alex, endpoint, as_alex.token).status_code in (200, 201, 303)
        assert (everything() == before) == (endpoint == "api_previews.create")

    @pytest.mark.parametrize("who", ["bo", "mo", "ada"])
    def test_of_alex_is_alexs_alone(
        self, app: Flask, who: str, request: pytest.FixtureRequest
    ) -> None:
        other = client_of(app, request.getfixturevalue(who))
        before = everything()
        for endpoint in ("reviews.revise", "reviews.withdraw", "api_reviews.revise"):
            assert send(app, other, endpoint, other.token).status_code in (403, 404)
        assert everything() == before


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
            assert client.get(there).status_code in (200, 302, 303, 404), there
            if nowhere != there:
                asks_first = {404, 303} if who is None else {404}
                assert client.get(nowhere).status_code in asks_first, nowhere
        after = everything()
        assert {name for name, rows in after.items() if rows != before[name]} <= (
            ADDED_TO_BY_LOOKING if who == "ada" else set()
        )

    def path_of(self, app: Flask, rule: Rule, values: dict[str, Any]) -> str:
        with app.test_request_context():
            return url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})

    def test_the_own_pages_of_others_are_missing(self, app: Flask, as_bo: Client) -> None:
        for page in ("edit", "thanks", "withdrawal"):
            assert as_bo.get(f"/reviews/1/{page}").status_code == 404


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
