"""A visitor without a browser: plain HTTP with cookies, and forms sent as they stand."""

import re
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.cookiejar import CookieJar
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPCookieProcessor,
    HTTPErrorProcessor,
    HTTPHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)
from uuid import uuid4

from bookreviews.accounts.demo import DEMO_PASSWORD
from tests.client import fields_of
from tests.conftest import PASSWORD
from tests.walkthrough.servers import PATIENCE

_REVIEW = re.compile(
    r'<article class="review[^"]*" id="review-(\d+)">.*?<time datetime="([^"]+)"', re.DOTALL
)
_NUMBER = re.compile(r'<span class="rating-number">([\d.]+)</span>')
_COUNTS = re.compile(r"([\d,]+) ratings?, ([\d,]+) reviews?")


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    status: int
    headers: Message
    text: str
    path: str


class Visitor:
    """Somebody with a cookie jar who asks one site for pages."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._cookies = CookieJar()
        self._household = _OwnHousehold()
        self._opener = self._opening(_TakesAnyStatus)
        self._opener_of_one = self._opening(_TakesEveryAnswer)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for a page."""
        return self._open(Request(self.address + path, headers=headers or {}))

    def post(
        self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a form's fields."""
        data = urlencode(fields).encode()
        return self._open(Request(self.address + path, data, headers or {}))

    def ask(self, request: Request) -> Answer:
        """Send a request of one's own making, and take the answer as it is, a redirect too."""
        return self._open(request, self._opener_of_one)

    def submit(self, page: str, action: str, *, to: str | None = None, **typed: str) -> Answer:
        """Open `page` and send its form for `action`, or `to` elsewhere, with what is `typed`."""
        return self.post(to or action, fields_of(self.get(page).text, action) | typed)

    @property
    def session(self) -> str:
        """Return the cookie that says who is signed in."""
        return next(cookie.value or "" for cookie in self._cookies if cookie.name == "session")

    def _opening(self, taking: type[HTTPErrorProcessor]) -> OpenerDirector:
        jar = HTTPCookieProcessor(self._cookies)
        return build_opener(ProxyHandler({}), jar, taking(), self._household)

    def _open(self, request: Request, opener: OpenerDirector | None = None) -> Answer:
        with (opener or self._opener).open(request, timeout=PATIENCE) as response:
            parts = urlsplit(response.url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            text = response.read().decode("utf-8", "replace")
            return Answer(response.status, response.headers, text, path)


def passer_by(address: str) -> Visitor:
    """Return somebody without an account who has looked at a form.

    No page is kept for them, so they see at once what is said. How long others may see what was
    said before is in tests/deploy/test_nginx.py.
    """
    visitor = Visitor(address)
    visitor.get("/sign-in")
    return visitor


def sign_up(address: str) -> Visitor:
    """Return an Alex who has just made an account."""
    alex = Visitor(address)
    answer = alex.submit(
        "/sign-up",
        "/sign-up",
        name="Alex",
        username=f"alex_{uuid4().hex[:8]}",
        email=f"{uuid4().hex}@example.org",
        password=PASSWORD,
    )
    assert "<h1>Hello, Alex</h1>" in answer.text
    return alex


def sign_in(address: str, username: str) -> Visitor:
    """Return one of those who can sign in to the demo."""
    visitor = Visitor(address)
    answer = visitor.submit("/sign-in", "/sign-in", identifier=username, password=DEMO_PASSWORD)
    assert "<h1>Hello, " in answer.text
    return visitor


class _OwnHousehold(HTTPHandler):
    """Lets each visitor come from an address of their own, as the site's limits expect."""

    _count = count()

    def __init__(self) -> None:
        super().__init__()
        number = next(self._count)
        self._address = f"127.1.{number // 250}.{number % 250 + 1}"

    def http_open(self, request: Request) -> HTTPResponse:
        """Connect from that address; all of 127.0.0.0/8 is this machine."""
        return self.do_open(partial(HTTPConnection, source_address=(self._address, 0)), request)


class _TakesAnyStatus(HTTPErrorProcessor):
    """Leaves redirects to urllib and takes every other answer as it is."""

    def http_response(self, request: Request, response: HTTPResponse) -> Any:
        if 300 <= response.status < 400 and response.status != 304:
            return super().http_response(request, response)
        return response

    https_response = http_response


class _TakesEveryAnswer(HTTPErrorProcessor):
    """Takes every answer as it is."""

    def http_response(self, _request: Request, response: HTTPResponse) -> Any:
        return response

    https_response = http_response


@dataclass(frozen=True)
class Shown:
    """What a book's page says of all its readers."""

    average: str
    ratings: int
    reviews: int


def shown_in(html: str) -> Shown:
    """Return the rating that a page shows."""
    number, counts = _NUMBER.search(html), _COUNTS.search(html)
    assert number is not None, "the page shows no average"
    assert counts is not None, "the page shows no counts"
    ratings, reviews = (int(count.replace(",", "")) for count in counts.groups())
    return Shown(number[1], ratings, reviews)


def reviews_in(html: str) -> list[tuple[int, str]]:
    """Return the ids of the reviews that a page lists, with the moments they were posted at."""
    return [(int(number), moment) for number, moment in _REVIEW.findall(html)]
