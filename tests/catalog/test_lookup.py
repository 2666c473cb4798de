"""A site that speaks as Open Library does, over real HTTP, and everything it may do wrong."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from bookreviews.catalog import lookup
from bookreviews.errors import NotFound, TooMany

ISBN = "9780140328721"
BOOK: dict[str, Any] = {
    "title": "Fantastic  Mr. Fox",
    "authors": [{"url": "https://openlibrary.org/authors/OL34184A", "name": "Roald Dahl"}],
    "publishers": [{"name": "Puffin"}],
    "publish_date": "October 1, 1988",
    "number_of_pages": 96,
    "subjects": [{"name": "Animals"}, {"name": "Foxes"}, {"name": "Animals"}],
}


class Elsewhere:
    """The other site: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.body = json.dumps({f"ISBN:{ISBN}": BOOK}).encode()
        self.status, self.headers = 200, {"Content-Type": "application/json"}
        self.promised: int | None = None  # bytes, where it is more than it sends
        self.gate: threading.Event | None = None  # what it waits for before it answers
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                if site.gate:
                    site.gate.wait(10)
                self.send_response(site.status)
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(site.promised or len(site.body)))
                self.end_headers()
                self.wfile.write(site.body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        if self.gate:
            self.gate.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def asked_by(app: Flask) -> Iterator[Elsewhere]:
    """Let the application look books up at such a site."""
    with closing(Elsewhere()) as site:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], open_library_url=site.url)
        yield site


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with closing(Elsewhere()) as site:
        yield site


def test_what_it_knows_is_found_by_any_spelling(elsewhere: Elsewhere) -> None:
    expected = lookup.Found(
        isbn=ISBN,
        title="Fantastic Mr. Fox",
        authors=("Roald Dahl",),
        publisher="Puffin",
        published=1988,
        pages=96,
        subjects=("Animals", "Foxes"),
    )
    for spelling in (ISBN, "0-14-032872-6"):
        assert lookup.look_up(elsewhere.url, spelling) == expected
    assert elsewhere.asked[0] == f"/api/books?bibkeys=ISBN%3A{ISBN}&format=json&jscmd=data"


@pytest.mark.parametrize("isbn", ["", "x", "9780140328722", "../../etc"])
def test_what_is_no_isbn_is_not_even_asked(elsewhere: Elsewhere, isbn: str) -> None:
    with pytest.raises(NotFound):
        lookup.look_up(elsewhere.url, isbn)
    assert elsewhere.asked == []


def test_nothing_is_asked_unless_the_operator_says_where() -> None:
    with pytest.raises(NotFound):
        lookup.look_up("", ISBN)


@pytest.mark.parametrize("told", [{}, {f"ISBN:{ISBN}": None}, {f"ISBN:{ISBN}": {}}])
def test_what_it_does_not_know_is_not_found(elsewhere: Elsewhere, told: dict[str, Any]) -> None:
    elsewhere.body = json.dumps(told).encode()
    with pytest.raises(NotFound):
        lookup.look_up(elsewhere.url, ISBN)


def test_what_is_not_as_agreed_is_left_out(elsewhere: Elsewhere) -> None:
    odd = {
        "title": "Odd",
        "subtitle": ["a", "list"],
        "authors": [{"name": 7}, "text", {"name": "x" * 300}, {"name": "nul\0"}, {"name": "A"}],
        "publishers": {"name": "P"},
        "publish_date": {"year": 1988},
        "number_of_pages": "96",
        "subjects": None,
    }
    elsewhere.body = json.dumps({f"ISBN:{ISBN}": odd}).encode()
    assert lookup.look_up(elsewhere.url, ISBN) == lookup.Found(
        isbn=ISBN, title="Odd", authors=("A",)
    )


@pytest.mark.parametrize("status", [301, 302, 307])
def test_it_leads_nowhere_else(elsewhere: Elsewhere, status: int) -> None:
    elsewhere.status, elsewhere.headers = status, {"Location": f"{elsewhere.url}/elsewhere"}
    with pytest.raises(lookup.Unreachable):
        lookup.look_up(elsewhere.url, ISBN)
    assert len(elsewhere.asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_answer_is_told_as_such(elsewhere: Elsewhere, body: bytes) -> None:
    elsewhere.body = body
    with pytest.raises(lookup.Unreachable):
        lookup.look_up(elsewhere.url, ISBN)


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_an_error_is_told_as_such(elsewhere: Elsewhere, status: int) -> None:
    elsewhere.status = status
    with pytest.raises(lookup.Unreachable):
        lookup.look_up(elsewhere.url, ISBN)


def test_too_large_an_answer_is_not_read_to_its_end(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "LARGEST_ANSWER", 100)
    with pytest.raises(lookup.Unreachable):
        lookup.look_up(elsewhere.url, ISBN)


def test_who_never_answers_is_not_waited_for(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.gate = threading.Event()
    monkeypatch.setattr(lookup, "PATIENCE", 0.05)
    with pytest.raises(lookup.Unreachable):
        lookup.look_up(elsewhere.url, ISBN)


def test_who_is_not_there_is_told_as_such() -> None:
    with pytest.raises(lookup.Unreachable):
        lookup.look_up("http://127.0.0.1:9", ISBN)


def test_one_is_looked_up_at_a_time(elsewhere: Elsewhere) -> None:
    elsewhere.gate = threading.Event()
    first = threading.Thread(target=lookup.look_up, args=(elsewhere.url, ISBN))
    first.start()
    while not elsewhere.asked:
        first.join(0.01)
    with pytest.raises(TooMany):
        lookup.look_up(elsewhere.url, ISBN)
    elsewhere.gate.set()
    first.join()
