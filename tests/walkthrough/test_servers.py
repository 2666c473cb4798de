"""The servers: the story by plain HTTP, and what Nginx has to do by itself."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import select

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import SignInAttempt
from bookreviews.config import LARGEST_BODY, ROOT
from bookreviews.extensions import engine, session
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from bookreviews.web.headers import HEADERS
from tests.client import has_form, token_of
from tests.conftest import PASSWORD, settings_for
from tests.walkthrough.conftest import on_each_database, on_sqlite
from tests.walkthrough.servers import PATIENCE, Server, Site, uwsgi, wait_until
from tests.walkthrough.visitor import Answer, Visitor, shown_in, sign_up

BOOK = "/books/python-for-beginners"
THANKS = "<h1>Thank you for your review</h1>"
CSS = ROOT / "static" / "css" / "base.css"


@pytest.fixture(scope="module")
def uwsgi_server(sqlite_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return uWSGI with the application, on the same database as Gunicorn."""
    server = uwsgi(tmp_path_factory.mktemp("uwsgi"), sqlite_site.database_url)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def tell_the_story(address: str) -> None:
    alex, bo = sign_up(address), Visitor(address)
    before = shown_in(bo.get(BOOK).text)

    thanks = alex.submit(BOOK, f"{BOOK}/reviews", stars="4.5", body="By *plain* HTTP.")
    assert THANKS in thanks.text
    assert "<p>By <em>plain</em> HTTP.</p>" in thanks.text
    wait_until(lambda: shown_in(bo.get(BOOK).text).ratings == before.ratings + 1, "a rating more")
    assert "<p>By <em>plain</em> HTTP.</p>" in bo.get(BOOK).text

    review = thanks.path.removesuffix("/thanks")
    thanks = alex.submit(f"{review}/edit", review, stars="1", body="On second thoughts.")
    assert THANKS in thanks.text
    wait_until(lambda: "<p>On second thoughts.</p>" in bo.get(BOOK).text, "the other words")

    after = alex.submit(f"{review}/withdrawal", f"{review}/withdrawal")
    assert after.path == BOOK
    assert "Your review is withdrawn." in after.text
    wait_until(lambda: shown_in(bo.get(BOOK).text) == before, "all to be as it was")
    assert bo.get(review).status == 404


class TestStory:
    @on_each_database
    def test_under_gunicorn_behind_nginx(self, site: Site) -> None:
        tell_the_story(site.address)

    @on_sqlite
    def test_under_uwsgi(self, site: Site, uwsgi_server: Server) -> None:
        tell_the_story(f"http://127.0.0.1:{uwsgi_server.listens_at}")

    @on_sqlite
    def test_keeps_the_words_of_who_signed_out_meanwhile(self, site: Site) -> None:
        visitor = Visitor(site.address)
        asked = visitor.post(f"{BOOK}/reviews", {"stars": "4", "body": "Do not lose me."})
        assert asked.status == 401
        assert "Do not lose me." in asked.text
        assert has_form(asked.text, "/sign-in")


@on_each_database
class TestAtTheSameTime:
    """Gunicorn has two processes of two threads here; all they agree on is the database."""

    def test_every_review_counts(self, site: Site) -> None:
        book = "/books/middlemarch"
        with ThreadPoolExecutor(6) as crowd:
            readers = list(crowd.map(sign_up, [site.address] * 6))
            before = shown_in(readers[0].get(book).text)
            forms = [reader.get(book).text for reader in readers]
            answers = list(crowd.map(send_review, readers, [book] * 6, forms))
        assert all(THANKS in answer.text for answer in answers)
        after = shown_in(readers[0].get(book).text)
        assert (after.ratings, after.reviews) == (before.ratings + 6, before.reviews + 6)

    def test_a_review_sent_twice_counts_once(self, site: Site) -> None:
        book = "/books/pride-and-prejudice"
        alex = sign_up(site.address)
        before = shown_in(alex.get(book).text)
        form = alex.get(book).text
        with ThreadPoolExecutor(4) as fingers:
            answers = list(fingers.map(send_review, [alex] * 4, [book] * 4, [form] * 4))
        assert all(THANKS in answer.text for answer in answers)
        assert len({answer.path for answer in answers}) == 1
        assert shown_in(alex.get(book).text).ratings == before.ratings + 1


def send_review(reader: Visitor, book: str, form: str) -> Answer:
    fields = {"csrf_token": token_of(form), "stars": "2.5", "body": "All at once."}
    return reader.post(f"{book}/reviews", fields)


# ---- Nginx --------------------------------------------------------------------------------------
def ask(
    site: Site, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Return an answer as it came, with its body as it came."""
    connection = HTTPConnection(urlsplit(site.address).netloc, timeout=PATIENCE)
    with closing(connection):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response = connection.getresponse()
        return response, response.read()


def versioned(site: Site, path: str) -> str:
    """Return the lasting address of a static file, as pages link it."""
    page = Visitor(site.address).get("/").text
    found = re.search(rf"/static/v-[0-9a-f]+/{re.escape(path)}", page)
    assert found
    return found[0]


@on_sqlite
class TestFiles:
    def test_of_a_version_are_kept_for_ever(self, site: Site) -> None:
        response, body = ask(site, versioned(site, "css/base.css"))
        assert response.status == 200
        assert body == CSS.read_bytes()
        assert response.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert response.headers["Content-Type"] == "text/css; charset=utf-8"

    def test_are_compressed(self, site: Site) -> None:
        response, body = ask(site, versioned(site, "css/base.css"), Accept_Encoding="gzip")
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == CSS.read_bytes()

    def test_that_are_compressed_already_go_as_they_are(self, site: Site) -> None:
        font = "fonts/figtree-latin-wght-normal.woff2"
        response, body = ask(site, versioned(site, font), Accept_Encoding="gzip")
        assert response.headers["Content-Encoding"] is None
        assert response.headers["Content-Type"] == "font/woff2"
        assert body == (ROOT / "static" / font).read_bytes()

    def test_that_have_not_changed_are_not_sent_again(self, site: Site) -> None:
        address = versioned(site, "css/base.css")
        tag = ask(site, address)[0].headers["ETag"]
        response, body = ask(site, address, If_None_Match=tag)
        assert (response.status, body) == (304, b"")

    def test_without_a_version_are_kept_for_some_minutes(self, site: Site) -> None:
        response, _ = ask(site, "/static/css/base.css")
        assert response.headers.get_all("Cache-Control") == ["public, max-age=300"]

    @pytest.mark.parametrize("path", ["/static/css/gone.css", "/static/v-0123456789ab/gone.css"])
    def test_that_do_not_exist_are_told_on_a_page(self, site: Site, path: str) -> None:
        response, body = ask(site, path)
        assert response.status == 404
        assert b"There is nothing here" in body
        assert response.headers["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize(
        "path",
        [
            "/static/../nginx.conf",
            "/static/%2e%2e/nginx.conf",
            "/static/..%2fnginx.conf",
            "/static/v-0123456789ab/../../nginx.conf",
            "/static/v-0123456789ab/%2e%2e/nginx.conf",
            "/errors/50x.html",
            "/nginx.conf",
            "/books.sqlite3",
        ],
    )
    def test_outside_static_are_nobodys_business(self, site: Site, path: str) -> None:
        assert (site.folder / "static" / ".." / "nginx.conf").is_file()
        assert ask(site, path)[0].status in (400, 404)


@on_sqlite
class TestPages:
    def test_are_compressed(self, site: Site) -> None:
        response, body = ask(site, BOOK, Accept_Encoding="gzip")
        assert response.headers["Content-Encoding"] == "gzip"
        assert b"Python for Beginners" in gzip.decompress(body)

    def test_are_asked_for_again(self, site: Site) -> None:
        assert ask(site, BOOK)[0].headers.get_all("Cache-Control") == ["no-cache"]

    def test_name_the_site_as_it_calls_itself(self, site: Site) -> None:
        _, body = ask(site, BOOK, Host="evil.example", X_Forwarded_Host="evil.example")
        assert b"evil.example" not in body
        assert f'<link rel="canonical" href="{site.address}{BOOK}">'.encode() in body


@on_sqlite
class TestHeaders:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (BOOK, 200),
            ("/books", 200),
            ("/settings", 303),
            ("/books/nothing", 404),
            ("/api/v1/works/0", 404),
            ("/static/css/base.css", 200),
            ("/static/nothing.css", 404),
        ],
    )
    def test_for_safety_stand_once_on_everything(self, site: Site, path: str, status: int) -> None:
        response, _ = ask(site, path)
        assert response.status == status
        assert_safe(response)

    def test_for_safety_stand_once_on_what_nginx_says_itself(self, site: Site) -> None:
        assert_safe(ask(site, "/sign-in", "POST", b"x" * (LARGEST_BODY + 1))[0])
        assert_safe(ask(site, "/" + "x" * 9000)[0])
        assert_safe(ask(site, BOOK, Cookie="x" * 9000)[0])


def assert_safe(response: HTTPResponse) -> None:
    for name, value in HEADERS.items():
        assert response.headers.get_all(name) == [value], name
    assert len(response.headers.get_all("X-Request-ID")) == 1
    assert response.headers.get_all("Server") == ["nginx"]


@on_sqlite
class TestLimits:
    def test_a_body_may_be_as_large_as_the_application_takes(self, site: Site) -> None:
        response, body = ask(site, "/sign-in", "POST", b"x" * LARGEST_BODY)
        assert response.status == 422
        assert b"BookReviews" in body

    def test_a_body_over_the_limit_is_told_on_a_page(self, site: Site) -> None:
        response, body = ask(site, "/sign-in", "POST", b"x" * (LARGEST_BODY + 1))
        assert response.status == 413
        assert b"your browser may still have your words" in body  # Nginx's page has these words

    def test_the_application_has_the_same_limit(self, site: Site, uwsgi_server: Server) -> None:
        del site
        connection = HTTPConnection("127.0.0.1", int(str(uwsgi_server.listens_at)), PATIENCE)
        with closing(connection):
            connection.putrequest("POST", "/sign-in")
            connection.putheader("Content-Length", str(LARGEST_BODY + 1))
            connection.endheaders()  # and no body: it would not be read
            response = connection.getresponse()
            assert response.status == 413
            assert b"That is too much" in response.read()

    def test_a_line_that_is_too_long_is_refused(self, site: Site) -> None:
        response, body = ask(site, "/" + "x" * 9000)
        assert response.status == 414
        assert b"BookReviews" in body
        assert ask(site, BOOK)[0].status == 200

    def test_the_longest_line_that_nginx_takes_gunicorn_takes_too(self, site: Site) -> None:
        taken = "/search?q=" + "x" * (8192 - len("GET /search?q= HTTP/1.1\r\n"))
        assert ask(site, taken)[0].status == 200
        assert ask(site, taken + "x")[0].status == 414

    def test_slow_clients_hold_nobody_up(self, site: Site) -> None:
        """Each has sent half a form: more of them than Gunicorn has threads."""
        half = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf a form"
        with ExitStack() as clients:
            for _ in range(20):
                client = socket.create_connection(address_of(site), PATIENCE)
                clients.enter_context(closing(client)).sendall(half)
            assert ask(site, BOOK)[0].status == 200

    def test_a_wrong_request_is_refused(self, site: Site) -> None:
        with closing(socket.create_connection(address_of(site), PATIENCE)) as client:
            client.sendall(b"NONSENSE\r\n\r\n")
            said = client.recv(4096)
        assert b"400 Bad Request" in said
        assert ask(site, BOOK)[0].status == 200


def address_of(site: Site) -> tuple[str, int]:
    return "127.0.0.1", int(site.address.rsplit(":", 1)[1])


@on_sqlite
class TestAddress:
    def test_of_a_client_is_not_what_the_client_says(self, site: Site) -> None:
        """Whoever signs in from the address that is named had all the attempts it may have."""
        forged = "198.51.100.7"
        with database_of(site), transaction():
            for _ in range(accounts.MOST_ATTEMPTS_PER_ADDRESS):
                accounts.register_attempt(identifier=uuid4().hex, address=forged, at=now())
        visitor = Visitor(site.address)
        fields = {"csrf_token": token_of(visitor.get("/sign-in").text)}
        for name, value in (
            ("X-Forwarded-For", forged),
            ("X-Real-IP", forged),
            ("Forwarded", f"for={forged}"),
        ):
            fields |= {"identifier": uuid4().hex, "password": PASSWORD}
            answer = visitor.post("/sign-in", fields, {name: value})
            assert "The name or the password is wrong." in answer.text, name
        with database_of(site):
            addresses = set(session().scalars(select(SignInAttempt.address)))
        assert all(address == forged or address.startswith("127.") for address in addresses)


@on_sqlite
class TestLog:
    @pytest.mark.parametrize("link", ["/confirm", "/password-resets"])
    def test_holds_no_secret_of_a_link(self, site: Site, link: str) -> None:
        secret = uuid4().hex
        Visitor(site.address).get(f"{link}/{secret}")
        log = site.folder / "var" / "nginx" / "access.log"
        wait_until(lambda: f'"GET {link}/... HTTP' in log.read_text("utf-8"), "the log")
        assert secret not in log.read_text("utf-8")


@on_sqlite
class TestWatching:
    def test_an_answer_names_what_the_log_tells_of_it(self, site: Site) -> None:
        response, _ = ask(site, f"{BOOK}?from=a-friend", X_Request_ID="forged")
        reference = response.headers["X-Request-ID"]
        log = site.gunicorn.log.read_text("utf-8").splitlines()
        (line,) = [json.loads(line) for line in log if reference in line]
        assert (line["route"], line["status"], line["user_id"]) == ("/books/<slug>", 200, None)
        assert "forged" not in reference
        assert "a-friend" not in str(line)

    def test_numbers_are_right_across_workers_and_for_operators_only(self, site: Site) -> None:
        before = count_of_books(site)
        for number in range(20):
            ask(site, f"/books?{number}")  # each one is new to Nginx, which keeps pages
        assert count_of_books(site) == before + 20
        assert ask(site, "/metrics", X_Forwarded_For="10.0.0.1")[0].status == 404
        assert ask(site, "/metrics", Authorization="Bearer wrong")[0].status == 404

    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_health_is_told_to_everybody_and_kept_by_nobody(self, site: Site, path: str) -> None:
        response, body = ask(site, path)
        assert (response.status, len(body) < 20) == (200, True)
        assert response.headers.get_all("Cache-Control") == ["no-store"]
        assert_safe(response)


def count_of_books(site: Site) -> float:
    """Return how many pages of /books the workers together have served."""
    token = f"Bearer {site.environment['OPERATOR_TOKEN']}"
    response, body = ask(site, "/metrics", Authorization=token)
    assert response.status == 200
    series = 'bookreviews_requests_total{method="GET",route="/books",status="2xx"} '
    found = [line for line in body.decode().splitlines() if line.startswith(series)]
    return float(found[0].removeprefix(series)) if found else 0.0


@contextmanager
def database_of(site: Site) -> Iterator[None]:
    """Look into the database of a running site, from beside it."""
    with create_app(settings_for(site.database_url)).app_context():
        yield
        engine().dispose()


@on_sqlite
class TestOutage:
    def test_is_told_on_a_page_and_ends_by_itself(self, site: Site) -> None:
        seen = ask(site, BOOK)[1]
        site.gunicorn.stop()
        try:
            for method, path in (("GET", "/books?unseen"), ("POST", BOOK), ("GET", "/sign-in")):
                response, body = ask(site, path, method)
                assert response.status == 502
                assert response.headers["Retry-After"] == "10"
                assert b"Your words are not lost" in body
                assert_safe(response)
            response, body = ask(site, "/api/v1/works/1")
            assert response.headers["Content-Type"] == "application/problem+json"
            assert json.loads(body)["title"] == "The site is not answering"
            assert ask(site, BOOK)[1] == seen  # visitors go on reading what was read of late
            assert ask(site, "/static/css/base.css")[0].status == 200
        finally:
            site.gunicorn.start()
        assert ask(site, BOOK)[0].status == 200
