"""Nginx as nginx.conf has it, with TLS and the limits that it ships with: what it keeps, for whom.

One site for all tests here. Each test asks for addresses of its own, and where it wears out a
limit, it comes from an address of its own.
"""

import gzip
import json
import re
import shutil
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from uuid import uuid4

import pytest

from bookreviews import create_app
from bookreviews.accounts.queries import find_viewers
from bookreviews.config import ROOT
from bookreviews.extensions import engine
from tests.catalog.acts import trust
from tests.conftest import settings_for
from tests.deploy.pictures import give_cover
from tests.deploy.tls import certify, protocol_spoken_at
from tests.reviews.acts import add_work
from tests.walkthrough.pages import username_of
from tests.walkthrough.servers import PATIENCE, Site, free_port, wait_until
from tests.walkthrough.visitor import Visitor, sign_up

BOOK = "/books/middlemarch"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
PACKED = {"Accept-Encoding": "gzip, deflate, br"}

Answer = tuple[HTTPResponse, bytes]


class Fortress(Site):
    """A site reached by TLS alone, with a certificate that it has signed itself."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder, database_url)
        self.plain_port, self.port = int(self.address.rsplit(":", 1)[1]), free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        for server in self.servers:
            server.environment |= {"SITE_URL": self.address}
        self.environment["SITE_URL"] = self.address
        self.certificate = certify(folder / "deploy" / "nginx" / "certificates")
        self._configure(folder / "deploy" / "nginx")

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        *,
        come_from: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """Return an answer as it came."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        connection = HTTPSConnection(
            "127.0.0.1",
            self.port,
            timeout=PATIENCE,
            context=trusted,
            source_address=(come_from, 0),
        )
        with closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response, response.read()

    def pages_made(self) -> int:
        """Return how many pages of books the application has been asked for so far."""
        log = self.gunicorn.log.read_text("utf-8")
        return log.count('"message": "GET /books/<slug>"')

    def _configure(self, place: Path) -> None:
        ours = ROOT / "deploy" / "nginx"
        shutil.copyfile(ours / "limits.conf", place / "limits.conf")
        listens = (ours / "listen-tls.conf").read_text("utf-8")
        for before, after in (("listen 8080 ", self.plain_port), ("listen 8443 ", self.port)):
            assert listens.count(before) == 1
            listens = listens.replace(before, f"listen 127.0.0.1:{after} ")
        (place / "listen.conf").write_text(listens, "utf-8")
        if BROTLI.exists():
            self._switch_on("brotli_static on;", place / "compression.conf")
            self._switch_on(f"load_module {BROTLI};", place / "modules.conf")

    @staticmethod
    def _switch_on(line: str, file: Path) -> None:
        text = file.read_text("utf-8")
        assert text.count(f"#     {line}") == 1
        file.write_text(text.replace(f"#     {line}", line), "utf-8")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    folder = tmp_path_factory.mktemp("fortress")
    file = folder / "books.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    made = Fortress(folder, f"sqlite:///{file}")
    with create_app(settings_for(made.database_url)).app_context():
        add_work("Middlemarch")
        engine().dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(made.certificate))  # visitors trust it
        try:
            made.start()
            yield made
        finally:
            made.stop()


def new_page() -> str:
    """Return an address of a book's page that nobody has asked for."""
    return f"{BOOK}?{uuid4().hex}"


def kept(answer: Answer) -> str:
    return answer[0].headers["X-Cache"]


class TestKeeping:
    def test_many_who_come_at_once_cost_one_page(self, site: Fortress) -> None:
        page, before = new_page(), site.pages_made()
        with ThreadPoolExecutor(16) as crowd:
            answers = list(crowd.map(lambda _: site.ask(page), range(16)))
        assert {response.status for response, _ in answers} == {200}
        assert len({body for _, body in answers}) == 1
        # One, and where this machine took more than a second for all of them, one for each second.
        assert site.pages_made() - before < 8

    def test_what_is_written_shows_to_its_author_at_once_and_soon_to_everyone(
        self, site: Fortress
    ) -> None:
        words = f"Said {uuid4().hex}."
        visitor, alex = Visitor(site.address), sign_up(site.address)
        assert words not in visitor.get(BOOK).text
        thanks = alex.submit(BOOK, f"{BOOK}/reviews", stars="4", body=words)
        assert words in thanks.text
        assert words in alex.get(BOOK).text
        wait_until(lambda: words in visitor.get(BOOK).text, "a visitor to see it")

    def test_a_reader_gets_no_kept_page_and_leaves_none(self, site: Fortress) -> None:
        page, alex = new_page(), sign_up(site.address)
        cookie = {"Cookie": f"session={alex.session}"}
        mine = site.ask(page, **cookie)
        assert (kept(mine), b"Your profile" in mine[1]) == ("BYPASS", True)
        everyones = site.ask(page)
        assert (kept(everyones), b"Your profile" in everyones[1]) == ("MISS", False)
        assert b"Your profile" in site.ask(page, **cookie)[1]

    def test_a_page_that_sets_a_cookie_is_everyones_own(self, site: Fortress) -> None:
        answers = [site.ask("/sign-in") for _ in range(2)]
        assert [kept(one) for one in answers] == ["BYPASS", "BYPASS"]
        assert len({one[0].headers["Set-Cookie"] for one in answers}) == 2

    def test_nobody_waits_for_an_answer_that_will_not_be_kept(self, site: Fortress) -> None:
        for path in ("/sign-up", "/api/v1/suggestions?q=a", "/search/suggestions?q=a"):
            assert kept(site.ask(path)) == "BYPASS"  # a MISS would make others wait for its end
        assert kept(site.ask("/search?q=nothing-like-it")) == "MISS"

    def test_browsers_that_ask_in_other_words_get_the_same_bytes(self, site: Fortress) -> None:
        page = new_page()
        ways = ("gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1", "GZIP")
        answers = [site.ask(page, Accept_Encoding=way) for way in ways]
        assert kept(answers[0]) == "MISS"
        assert "MISS" not in [kept(one) for one in answers[1:]]
        assert {one[0].headers["Content-Encoding"] for one in answers} == {"gzip"}
        for way in ("", "gzip;q=0", "br"):
            response, body = site.ask(page, Accept_Encoding=way)
            assert response.headers["Content-Encoding"] is None
            assert body == gzip.decompress(answers[0][1])

    def test_a_browser_that_has_it_gets_nothing_again(self, site: Fortress) -> None:
        response, _ = site.ask(BOOK, **PACKED)
        assert response.headers.get_all("Cache-Control") == ["no-cache"]
        again, body = site.ask(BOOK, If_None_Match=response.headers["ETag"], **PACKED)
        assert (again.status, body) == (304, b"")

    def test_visitors_go_on_reading_while_nobody_answers(self, site: Fortress) -> None:
        page = new_page()
        seen = site.ask(page)[1]
        site.gunicorn.stop()
        try:
            assert site.ask(page)[1] == seen
            response, body = site.ask(page, Cookie="session=mine")
            assert (response.status, response.headers["Retry-After"]) == (502, "10")
            assert b"Your words are not lost" in body
            for file in (site.folder / "var/nginx/cache").glob("*"):
                shutil.rmtree(file)  # as docs/operations/database-down.md says
            wait_until(lambda: site.ask(page)[0].status == 502, "Nginx to let go of its files")
        finally:
            site.gunicorn.start()


class TestTls:
    def test_speaks_http_2_and_nothing_old(self, site: Fortress) -> None:
        trusted = ssl.create_default_context(cafile=str(site.certificate))
        assert protocol_spoken_at("127.0.0.1", site.port, trusted) == ("h2", "TLSv1.3")

    def test_is_where_plain_requests_are_sent(self, site: Fortress) -> None:
        response = plain(site, f"{BOOK}?sort=oldest")
        assert response.status == 308
        assert response.headers["Location"] == f"https://127.0.0.1{BOOK}?sort=oldest"
        assert plain(site, "/.well-known/acme-challenge/nothing").status == 404
        assert "uninitialized" not in site.nginx.log.read_text("utf-8")

    def test_is_asked_for_from_now_on(self, site: Fortress) -> None:
        for path in (BOOK, "/static/css/base.css", "/no-such-page"):
            response, _ = site.ask(path)
            assert response.headers.get_all("Strict-Transport-Security") == ["max-age=63072000"]

    def test_makes_cookies_secure(self, site: Fortress) -> None:
        assert "Secure" in site.ask("/sign-in")[0].headers["Set-Cookie"]


def plain(site: Fortress, path: str) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", site.plain_port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        return connection.getresponse()


class TestLimits:
    @pytest.mark.parametrize(
        ("method", "path", "address"),
        [
            ("POST", "/sign-in", "127.0.1.1"),
            ("POST", "/sign-up", "127.0.1.2"),
            ("POST", f"{BOOK}/reviews", "127.0.1.3"),
            ("GET", "/search?q=middlemarch", "127.0.1.4"),
        ],
    )
    def test_one_address_may_ask_so_often(
        self, site: Fortress, method: str, path: str, address: str
    ) -> None:
        def ask(_: object) -> Answer:
            return site.ask(path, method, come_from=address)

        with ThreadPoolExecutor(4) as flood:
            first = next(answer for answer in flood.map(ask, range(300)) if answer[0].status == 429)
        response, body = first
        assert b"A little slower, please" in body
        assert response.headers["Retry-After"] == "60"
        assert response.headers["Cache-Control"] is None
        assert site.ask(path, method, come_from="127.0.1.9")[0].status != 429
        assert site.ask(BOOK, come_from=address)[0].status == 200  # reading goes on

    def test_programs_are_told_in_json(self, site: Fortress) -> None:
        flood = (
            site.ask("/api/v1/works/1/reviews", "POST", b"{}", come_from="127.0.1.5")
            for _ in range(300)
        )
        response, body = next(answer for answer in flood if answer[0].status == 429)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert json.loads(body)["status"] == 429


class TestFiles:
    def address_of(self, site: Fortress, path: str) -> str:
        found = re.search(rf"/static/v-[0-9a-f]+/{re.escape(path)}", site.ask("/")[1].decode())
        assert found
        return found[0]

    def test_are_compressed_before_anybody_asks(self, site: Fortress) -> None:
        address = self.address_of(site, "vendor/bootstrap.min.css")
        written = site.folder / "var" / address.removeprefix("/")
        response, body = site.ask(address, Accept_Encoding="gzip")
        assert body == Path(f"{written}.gz").read_bytes()
        assert response.headers["Content-Type"] == "text/css; charset=utf-8"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    @pytest.mark.skipif(not BROTLI.exists(), reason="scripts/test-setup installs Brotli on Debian")
    def test_are_smaller_still_with_brotli(self, site: Fortress) -> None:
        address = self.address_of(site, "vendor/bootstrap.min.css")
        packed = [len(site.ask(address, Accept_Encoding=way)[1]) for way in ("br", "gzip", "")]
        assert packed == sorted(set(packed))
        assert site.ask(address, **PACKED)[0].headers["Content-Encoding"] == "br"

    def test_of_another_version_are_no_promise(self, site: Fortress) -> None:
        path = re.sub("v-[0-9a-f]+", "v-0123456789ab", self.address_of(site, "css/base.css"))
        response, body = site.ask(path)
        assert body == (ROOT / "static" / "css" / "base.css").read_bytes()
        assert response.headers.get_all("Cache-Control") == ["public, max-age=300"]


def test_a_cover_is_served_by_nginx(site: Fortress) -> None:
    alex = sign_up(site.address)
    with create_app(settings_for(site.database_url)).app_context():
        trust(*find_viewers([username_of(alex)]).values())
        engine().dispose()
    asked = site.gunicorn.log.read_text("utf-8").count('"GET /media/')
    response, body = site.ask(give_cover(alex, BOOK), **PACKED)
    assert response.status == 200
    assert (site.folder / "var/media").is_dir()
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Encoding"] is None
    assert body[8:12] == b"WEBP"
    assert site.gunicorn.log.read_text("utf-8").count('"GET /media/') == asked
    assert site.ask("/media/covers/00/nothing.webp")[0].status == 404
    assert site.ask("/media/../nginx.conf")[0].status in (400, 404)


def test_how_nginx_does_is_told_on_this_host_alone(site: Fortress) -> None:
    assert b"Active connections" in site.ask("/nginx-status")[1]
    response, body = site.ask("/nginx-status", come_from="127.0.0.2")
    assert response.status == 404
    assert b"Active connections" not in body
