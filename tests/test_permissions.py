"""Who may do what: every route of the application, asked by each kind of person.

Read the table first. Each cell is a real request in a prepared world, which is put back after
every change; a cell says whether the person may do it, not whether the form was complete.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import engine, session
from tests import world as scene
from tests.client import client_of
from tests.routes import send_to
from tests.stored import everything
from tests.world import PEOPLE

# What they meet: + they may, > they are asked to sign in, . they find nothing (404), x they are
# refused, and told why (403, or 409 where it would leave nobody to run the site).
MAY, SIGNS_IN, FINDS_NOTHING, IS_REFUSED = "+>.x"

# Who asks is told in `tests/world.py`.
TABLE = """
                                             visitor    bo   ted  sue  una  alex mo   max  ned  ada
# For everyone
GET   /                                            +    +    +    +    +    +    +    +    +    +
GET   /books                                       +    +    +    +    +    +    +    +    +    +
GET   /books/python-for-beginners                  +    +    +    +    +    +    +    +    +    +
GET   /books/python-for-beginners/reviews          +    +    +    +    +    +    +    +    +    +
GET   /books/python-for-beginners/editions         +    +    +    +    +    +    +    +    +    +
GET   /editions/1                                  +    +    +    +    +    +    +    +    +    +
GET   /reviews/1                                   +    +    +    +    +    +    +    +    +    +
GET   /authors/octavia-butler                      +    +    +    +    +    +    +    +    +    +
GET   /subjects                                    +    +    +    +    +    +    +    +    +    +
GET   /subjects/by-name                            +    +    +    +    +    +    +    +    +    +
GET   /subjects/fiction                            +    +    +    +    +    +    +    +    +    +
GET   /series/patternist                           +    +    +    +    +    +    +    +    +    +
GET   /languages                                   +    +    +    +    +    +    +    +    +    +
GET   /languages/en                                +    +    +    +    +    +    +    +    +    +
GET   /years                                       +    +    +    +    +    +    +    +    +    +
GET   /years/1979                                  +    +    +    +    +    +    +    +    +    +
GET   /years/1970s                                 +    +    +    +    +    +    +    +    +    +
GET   /search                                      +    +    +    +    +    +    +    +    +    +
GET   /search/suggestions                          +    +    +    +    +    +    +    +    +    +
GET   /opensearch.xml                              +    +    +    +    +    +    +    +    +    +
GET   /isbn/9780306406157                          +    +    +    +    +    +    +    +    +    +
GET   /users/alex                                  +    +    +    +    +    +    +    +    +    +
GET   /rules                                       +    +    +    +    +    +    +    +    +    +
GET   /rules/ratings                               +    +    +    +    +    +    +    +    +    +
GET   /moderation/log                              +    +    +    +    +    +    +    +    +    +
GET   /moderation/log/1                            +    +    +    +    +    +    +    +    +    +
GET   /moderation/log.atom                         +    +    +    +    +    +    +    +    +    +
GET   /robots.txt                                  +    +    +    +    +    +    +    +    +    +
GET   /sitemap.xml                                 +    +    +    +    +    +    +    +    +    +
GET   /sitemaps/books-1.xml                        +    +    +    +    +    +    +    +    +    +
GET   /static/css/base.css                         +    +    +    +    +    +    +    +    +    +
GET   /static/v-0123456789ab/css/base.css          +    +    +    +    +    +    +    +    +    +
GET   /api/v1/openapi.json                         +    +    +    +    +    +    +    +    +    +
GET   /api/v1/works/1                              +    +    +    +    +    +    +    +    +    +
GET   /api/v1/works/1/reviews                      +    +    +    +    +    +    +    +    +    +
GET   /api/v1/reviews/1                            +    +    +    +    +    +    +    +    +    +
GET   /api/v1/suggestions                          +    +    +    +    +    +    +    +    +    +

# For machines of the operator, who come from its networks or bring its token
GET   /healthz                                     +    +    +    +    +    +    +    +    +    +
GET   /metrics                                     .    .    .    .    .    .    .    .    .    .
GET   /readyz                                      +    +    +    +    +    +    +    +    +    +

# Ways in, and links in letters
GET   /sign-up                                     +    +    +    +    +    +    +    +    +    +
POST  /sign-up                                     +    +    +    +    +    +    +    +    +    +
GET   /sign-in                                     +    +    +    +    +    +    +    +    +    +
POST  /sign-in                                     +    +    +    +    +    +    +    +    +    +
POST  /sign-out                                    >    +    +    +    +    +    +    +    +    +
GET   /password-resets                             +    +    +    +    +    +    +    +    +    +
POST  /password-resets                             +    +    +    +    +    +    +    +    +    +
GET   /password-resets/sent                        +    +    +    +    +    +    +    +    +    +
GET   /password-resets/a%20way%20back%20in         +    +    +    +    +    +    +    +    +    +
POST  /password-resets/a%20way%20back%20in         +    +    +    +    +    +    +    +    +    +
GET   /password-resets/done                        +    +    +    +    +    +    +    +    +    +
GET   /confirm/a%20proof%20of%20the%20address      +    +    +    +    +    +    +    +    +    +
POST  /confirm/a%20proof%20of%20the%20address      +    +    +    +    +    +    +    +    +    +
GET   /confirm/done                                +    +    +    +    +    +    +    +    +    +

# One's own account: session 1 is Alex's
GET   /settings                                    >    +    +    +    +    +    +    +    +    +
POST  /settings/profile                            >    +    +    x    +    +    +    +    x    +
POST  /settings/email                              >    +    +    +    +    +    +    +    +    +
POST  /settings/confirmations                      >    +    +    +    +    +    +    +    +    +
POST  /settings/password                           >    +    +    +    +    +    +    +    +    +
POST  /settings/mails                              >    +    +    +    +    +    +    +    +    +
POST  /settings/ended-sessions                     >    .    .    .    .    +    .    .    .    .
GET   /notifications                               >    +    +    +    +    +    +    +    +    +
POST  /notifications/reading                       >    +    +    +    +    +    +    +    +    +

# Reviews: 1 shows, 2 is hidden, both are Alex's; 6 is Sue's
POST  /books/python-for-beginners/reviews          >    +    +    x    x    +    +    +    x    +
POST  /api/v1/works/1/reviews                      >    +    +    x    x    +    +    +    x    +
POST  /api/v1/previews                             >    +    +    +    +    +    +    +    +    +
GET   /reviews/1/thanks                            >    .    .    .    .    +    .    .    .    .
GET   /reviews/1/edit                              >    .    .    .    .    +    .    .    .    .
POST  /reviews/1                                   >    .    .    .    .    +    .    .    .    .
GET   /reviews/1/withdrawal                        >    .    .    .    .    +    .    .    .    .
POST  /reviews/1/withdrawal                        >    .    .    .    .    +    .    .    .    .
PATCH /api/v1/reviews/1                            >    x    x    x    x    +    x    x    x    x
GET   /reviews/2                                   .    .    .    .    .    +    +    +    +    +
GET   /reviews/2/edit                              >    .    .    .    .    +    .    .    .    .
POST  /reviews/2                                   .    .    .    .    .    +    .    .    .    .
POST  /reviews/2/withdrawal                        >    .    .    .    .    +    .    .    .    .
GET   /reviews/6/edit                              >    .    .    +    .    .    .    .    .    .
POST  /reviews/6                                   >    .    .    x    .    .    .    .    .    .
POST  /reviews/6/withdrawal                        >    .    .    +    .    .    .    .    .    .
GET   /api/v1/reviews/2                            .    .    .    .    .    +    +    +    +    +
PATCH /api/v1/reviews/2                            >    .    .    .    .    +    x    x    x    x

# Keeping the catalogue: edit 1 is what Alex suggests, 2 a book that Alex added, 3 a change of Mo's
GET   /books/new                                   >    +    +    +    +    +    +    +    +    +
GET   /api/v1/lookups/9780306406157                >    .    .    x    x    .    .    .    x    .
POST  /books/new/lookup                            >    .    .    x    x    .    .    .    x    .
POST  /books                                       >    +    +    x    x    +    +    +    x    +
GET   /api/v1/duplicates                           +    +    +    +    +    +    +    +    +    +
GET   /books/python-for-beginners/edit             >    +    +    +    +    +    +    +    +    +
POST  /books/python-for-beginners/changes          >    +    +    x    x    +    +    +    x    +
GET   /books/python-for-beginners/editions/new     >    +    +    +    +    +    +    +    +    +
POST  /books/python-for-beginners/editions         >    +    +    x    x    +    +    +    x    +
GET   /books/python-for-beginners/editions/1/edit  >    +    +    +    +    +    +    +    +    +
POST  /books/python-for-beginners/editions/1/changes >    +    +    x    x    +    +    +    x    +
GET   /authors/octavia-butler/edit                 >    +    +    +    +    +    +    +    +    +
POST  /authors/octavia-butler/changes              >    +    +    x    x    +    +    +    x    +
GET   /books/python-for-beginners/history          +    +    +    +    +    +    +    +    +    +
GET   /authors/octavia-butler/history              +    +    +    +    +    +    +    +    +    +
GET   /changes                                     >    .    +    .    .    .    +    +    .    +
GET   /changes/1                                   .    .    +    .    .    +    +    +    .    +
GET   /changes/2                                   +    +    +    +    +    +    +    +    +    +
POST  /changes/1/confirmation                      >    .    +    .    .    x    +    +    .    +
POST  /changes/2/confirmation                      >    x    +    x    x    x    +    +    x    +
POST  /changes/1/refusal                           >    .    +    .    .    +    +    +    .    +
POST  /changes/2/refusal                           >    x    +    x    x    +    +    +    x    +
POST  /changes/3/reversal                          >    x    +    x    x    x    +    +    x    +
GET   /books/python-for-beginners/merge            >    .    .    .    .    .    +    +    .    +
POST  /books/python-for-beginners/merges           >    .    .    .    .    .    +    +    .    +
GET   /books/python-for-beginners/editions/1/merge >    .    +    .    .    .    +    +    .    +
POST  /books/python-for-beginners/editions/1/merges >    .    +    .    .    .    +    +    .    +
GET   /authors/octavia-butler/merge                >    .    +    .    .    .    +    +    .    +
POST  /authors/octavia-butler/merges               >    .    +    .    .    .    +    +    .    +
GET   /merges/1                                    +    +    +    +    +    +    +    +    +    +
POST  /merges/1/reversal                           >    x    x    x    x    x    +    +    x    +

# Reports, statements and appeals: statement 1 is to Alex, 4 to Sue
GET   /reports                                     >    +    +    +    +    +    +    +    +    +
GET   /reviews/1/reports                           >    +    +    +    +    x    +    +    +    +
POST  /reviews/1/reports                           >    +    +    x    x    x    +    +    x    +
GET   /reviews/2/reports                           >    .    .    .    .    x    +    +    +    +
POST  /reviews/2/reports                           .    .    .    .    .    x    +    +    x    +
GET   /users/alex/reports                          >    +    +    +    +    x    +    +    +    +
POST  /users/alex/reports                          >    +    +    x    x    x    +    +    x    +
GET   /books/python-for-beginners/reports          >    +    +    +    +    +    +    +    +    +
POST  /books/python-for-beginners/reports          >    +    +    x    x    +    +    +    x    +
GET   /statements/1                                >    .    .    .    .    +    .    .    .    .
POST  /statements/1/appeal                         >    .    .    .    .    +    .    .    .    .
GET   /statements/4                                >    .    .    +    .    .    .    .    .    .
POST  /statements/4/appeal                         >    .    .    +    .    .    .    .    .    .

# Covers: for who may change the catalogue at once
GET   /books/python-for-beginners/cover            >    x    +    x    x    x    +    +    x    +
POST  /books/python-for-beginners/cover            >    x    +    x    x    x    +    +    x    +
POST  /books/python-for-beginners/cover/removal    >    x    +    x    x    x    +    +    x    +
GET   /cards/1-0123456789ab.png                     +    +    +    +    +    +    +    +    +    +
GET   /media/covers/ab/none.webp                   .    .    .    .    .    .    .    .    .    .

# The moderators' desk: case 3 is about Mo's review, case 4 about Ada's
GET   /moderation                                  >    .    .    .    .    .    +    +    x    +
GET   /moderation/cases/1                          >    .    .    .    .    .    +    +    x    +
POST  /moderation/cases/1/claim                    >    .    .    .    .    .    +    +    x    +
POST  /moderation/cases/1/release                  >    .    .    .    .    .    +    +    x    +
POST  /moderation/cases/1/decision                 >    .    .    .    .    .    +    +    x    +
POST  /moderation/cases/3/decision                 >    .    .    .    .    .    x    +    x    +
POST  /moderation/cases/4/decision                 >    .    .    .    .    .    x    x    x    x
POST  /moderation/actions/1/reversal               >    .    .    .    .    .    +    +    x    +
POST  /moderation/actions/6/reversal               >    .    .    .    .    .    x    +    x    +
POST  /moderation/reviews/1/cases                  >    .    .    .    .    .    +    +    x    +
POST  /moderation/reviews/3/cases                  >    .    .    .    .    .    x    +    x    +
POST  /moderation/bulk/preview                     >    .    .    .    .    .    +    +    x    +
POST  /moderation/bulk                             >    .    .    .    .    .    +    +    x    +
POST  /moderation/batches/0123456789abcdef/undo    >    .    .    .    .    .    +    .    x    .
GET   /moderation/appeals                          >    .    .    .    .    .    +    +    x    +
GET   /moderation/appeals/1                        >    .    .    .    .    .    +    +    x    +
POST  /moderation/appeals/1/decision               >    .    .    .    .    .    x    +    x    +
POST  /moderation/surges/1/lock                    >    .    .    .    .    .    +    +    x    +
POST  /moderation/surges/1/answer                  >    .    .    .    .    .    +    +    x    +
POST  /moderation/works/4/unlock                   >    .    .    .    .    .    +    +    x    +
GET   /moderation/works/1/surge                    >    .    .    .    .    .    +    +    x    +
POST  /moderation/works/2/exclusions/preview       >    .    .    .    .    .    +    +    x    +
POST  /moderation/works/2/exclusions               >    .    .    .    .    .    +    +    x    +
POST  /moderation/works/4/exclusions               >    .    .    .    .    .    x    +    x    +

# The admin's rooms
GET   /admin                                       >    .    .    .    .    .    .    .    .    +
GET   /admin/people                                >    .    .    .    .    .    .    .    .    +
GET   /admin/people/alex                           >    .    .    .    .    .    .    .    .    +
GET   /admin/people/nobody                         >    .    .    .    .    .    .    .    .    .
POST  /admin/people/alex/role                      >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/ended-sessions            >    .    .    .    .    .    .    .    .    +
POST  /admin/people/una/approval                   >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/confirmation              >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/way-back                  >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/suspension                >    .    .    .    .    .    .    .    .    +
POST  /admin/people/sue/lifted-suspension          >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/trust                     >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/withdrawn-trust           >    .    .    .    .    .    .    .    .    +
POST  /admin/people/alex/erasure                   >    .    .    .    .    .    .    .    .    +
POST  /admin/people/ada/role                       >    .    .    .    .    .    .    .    .    x
POST  /admin/people/ada/suspension                 >    .    .    .    .    .    .    .    .    x
POST  /admin/people/ada/erasure                    >    .    .    .    .    .    .    .    .    x
GET   /admin/site                                  >    .    .    .    .    .    .    .    .    +
POST  /admin/site                                  >    .    .    .    .    .    .    .    .    +
GET   /admin/invitations                           >    .    .    .    .    .    .    .    .    +
POST  /admin/invitations                           >    .    .    .    .    .    .    .    .    +
POST  /admin/invitations/revocations               >    .    .    .    .    .    .    .    .    +
GET   /admin/books                                 >    .    .    .    .    .    .    .    .    +
GET   /admin/jobs                                  >    .    .    .    .    .    .    .    .    +
POST  /admin/jobs/letters/1/attempts               >    .    .    .    .    .    .    .    .    +
GET   /admin/audit                                 >    .    .    .    .    .    .    .    .    +
GET   /admin/audit/export                          >    .    .    .    .    .    .    .    .    +
"""


# What is sent where it isn't what `tests/routes.py` sends to all addresses of that route.
FIELDS = {
    "/moderation/cases/3/decision": {"kind": "keep", "reason": "spam"},
    "/moderation/works/4/exclusions": {"ratings": "3", "reason": "surge"},
    "/admin/people/ada/erasure": {"erasure-username": "ada"},
    "/books/python-for-beginners/editions/1/merges": {"other": "3", "stays": "this"},
    "/authors/octavia-butler/merges": {"other": "kuldeep-singh-kaswan", "stays": "this"},
}


def lines() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield each line of the table: a method, an address, and what each person meets there."""
    head, *rest = filter(None, TABLE.splitlines())
    assert head.split() == list(PEOPLE)
    for line in rest:
        if not line.startswith("#"):
            method, path, *cells = line.split()
            yield method, path, dict(zip(PEOPLE, cells, strict=True))


@pytest.fixture
def world(app: Flask, book_id: int, password_hash: str) -> "World":
    """Let there be all that the table speaks of (`tests/world.py`)."""
    return World(app, scene.prepare(app, book_id=book_id, password_hash=password_hash))


class World:
    """The application on a database that can be put back, and everybody's open browser."""

    def __init__(self, app: Flask, cast: dict[str, Viewer]) -> None:
        self.app = app
        self.file = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
        self.cookies: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        for who in PEOPLE:
            client = client_of(app, cast.get(who))
            self.tokens[who] = client.token
            cookie = client.get_cookie("session")
            assert cookie is not None
            self.cookies[who] = cookie.value
        self._let_go()
        self.beginning = self.file.read_bytes()

    def ask(self, who: str, method: str, path: str) -> TestResponse:
        """Send a request from somebody's browser."""
        client = client_of(self.app)
        client.set_cookie("session", self.cookies[who])
        if method == "GET":
            return client.get(path)
        endpoint, _ = self.app.url_map.bind("localhost").match(path, method=method)
        return send_to(client, method, path, endpoint, self.tokens[who], form=FIELDS.get(path))

    def put_back(self) -> None:
        """Let everything be as it was in the beginning."""
        self._let_go()
        self.file.write_bytes(self.beginning)

    def _let_go(self) -> None:
        """Close all connections: with the last one, what SQLite had kept aside is in the file."""
        session().remove()
        engine().dispose()
        assert not Path(f"{self.file}-wal").exists()


def met(answer: TestResponse) -> str:
    """Return what somebody meets, as the table says it."""
    if answer.status_code == 401 or (answer.location or "").startswith("/sign-in"):
        return SIGNS_IN
    if answer.status_code == 404:
        return FINDS_NOTHING
    if answer.status_code in (403, 409):
        return IS_REFUSED
    assert answer.status_code in (200, 201, 302, 303), answer.status
    return MAY


class TestTheTable:
    def test_has_every_route(self, app: Flask) -> None:
        adapter = app.url_map.bind("localhost")
        told = {(method, adapter.match(path, method)[0]) for method, path, _ in lines()}
        assert told == {
            (method, rule.endpoint)
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }

    def test_has_no_line_twice(self) -> None:
        told = Counter((method, path) for method, path, _ in lines())
        assert max(told.values()) == 1

    @pytest.mark.parametrize("who", PEOPLE)
    def test_is_true(self, world: World, who: str) -> None:
        for method, path, cells in lines():
            answer = world.ask(who, method, path)
            assert met(answer) == cells[who], (who, method, path, answer.status)
            if method != "GET" and answer.status_code < 400:
                world.put_back()

    @pytest.mark.parametrize("who", PEOPLE)
    def test_refusing_changes_nothing(self, world: World, who: str) -> None:
        before = everything()
        for method, path, cells in lines():
            if method != "GET" and cells[who] != MAY:
                world.ask(who, method, path)
                assert everything() == before, (who, method, path)


def test_rooms_of_others_are_addresses_that_nobody_knows(world: World) -> None:
    """What is not found must not look different from what isn't there."""
    for who in ("bo", "sue", "una", "alex", "mo"):
        nowhere = _words_of(world.ask(who, "GET", "/no-such-page"))
        for path in ("/moderation", "/moderation/cases/1", "/admin", "/admin/people/alex"):
            if who != "mo" or path.startswith("/admin"):
                assert _words_of(world.ask(who, "GET", path)) == nowhere, (who, path)


def _words_of(answer: TestResponse) -> str:
    return answer.text.split("<main")[1].split("</main>")[0]
