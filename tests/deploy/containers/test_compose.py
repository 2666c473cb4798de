"""compose.yaml: who reaches whom, what nobody may do, and how it stands what happens to it.

All of it happens to one site, which the first test starts. Every fault comes while readers read and
write (tests/deploy/traffic.py), and afterwards all that they were promised must be there once.
"""

import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import fields_of
from tests.conftest import PASSWORD
from tests.deploy.containers.compose import APPS, SERVICES, Compose, started
from tests.deploy.containers.engine import docker, wait_until
from tests.deploy.containers.journey import travel
from tests.deploy.pictures import give_cover
from tests.deploy.tls import certify, protocol_spoken_at
from tests.deploy.traffic import Fault, Traffic
from tests.walkthrough.pages import BOOK
from tests.walkthrough.visitor import Visitor, sign_up

Record = Callable[[str, object], None]
Act = Callable[[Compose], None]

ADMIN = ("users", "create-admin", "ada_l", "--email=ada@books.example")


@pytest.fixture(scope="module")
def site(checkout: Path, image: str) -> Iterator[Compose]:
    """Return the site, started as the docs say, with the demo's books."""
    with started(checkout, image) as one:
        one["app-1"].run("bookreviews", "demo", "load", DEMO="1")
        yield one


def inspected(site: Compose, service: str, what: str) -> Any:
    """Return what the engine knows of a container."""
    return json.loads(docker("inspect", f"--format={{{{json .{what}}}}}", site[service].name))


class TestContainers:
    @pytest.mark.parametrize("service", SERVICES)
    def test_may_do_nothing_that_they_need_not(self, site: Compose, service: str) -> None:
        host = inspected(site, service, "HostConfig")
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert host["SecurityOpt"] == ["no-new-privileges:true"]
        assert host["Memory"] > 0
        assert host["PidsLimit"] > 0
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert host["LogConfig"]["Config"]["max-size"]
        assert re.fullmatch(r"[1-9]\d*:\d+", inspected(site, service, "Config")["User"])

    def test_only_nginx_is_reached_from_outside(self, site: Compose) -> None:
        ports = {one: inspected(site, one, "NetworkSettings.Ports") for one in SERVICES}
        assert [one for one in SERVICES if any(ports[one].values())] == ["nginx"]

    def test_nothing_gets_out_of_the_database_s_network(self, site: Compose) -> None:
        data = f"{site.project}_data"
        networks = {
            service: set(inspected(site, service, "NetworkSettings.Networks"))
            for service in SERVICES
        }
        assert json.loads(docker("network", "inspect", "--format={{json .Internal}}", data))
        assert networks["postgres"] == networks["valkey"] == networks["app-1"] == {data}
        assert data not in networks["nginx"]

    def test_no_secret_is_a_variable_or_an_argument(self, site: Compose, checkout: Path) -> None:
        drawn = set()
        for file in (checkout / "secrets").iterdir():
            drawn |= set(re.findall(r"[\w-]{48}", file.read_text()))
        assert len(drawn) == 5
        shown = [docker("inspect", site[service].name) for service in SERVICES]
        shown += [docker("top", site[service].name, "-eo", "pid,args") for service in SERVICES]
        assert not [secret for secret in drawn for text in [*shown, site.log()] if secret in text]

    def test_the_application_does_not_own_the_server(self, site: Compose) -> None:
        may = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        ask = f"SELECT {may} FROM pg_roles WHERE rolname = 'bookreviews'"
        psql = ("psql", "--username=postgres", "--tuples-only", "--no-align", f"--command={ask}")
        assert site["postgres"].run(*psql) == "f"

    def test_all_is_well_but_for_mail(self, site: Compose) -> None:
        told = site["app-1"].run("sh", "-c", "bookreviews check || true").splitlines()
        assert [line.split()[1] for line in told[:-1]] == ["MAIL_URL"]


def test_a_reader_s_whole_way_leads_through_it(site: Compose) -> None:
    travel(site.address)


def test_nginx_serves_a_cover_that_a_moderator_has_given(site: Compose) -> None:
    """The application writes it into a volume, where Nginx may only read."""
    site["app-1"].run("bookreviews", *ADMIN, "--password-stdin", stdin=f"{PASSWORD}\n".encode())
    ada = Visitor(site.address)
    ada.submit("/sign-in", "/sign-in", identifier="ada_l", password=PASSWORD)
    address = give_cover(ada, BOOK)
    cover = ada.get(address)
    assert (cover.status, cover.headers["Content-Type"]) == (200, "image/webp")
    assert cover.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert cover.headers["X-Cache"] is None, "the application was asked"
    assert site["nginx"].run("ls", f"var{address}")


def test_an_upgrade_fails_nobody(site: Compose, checkout: Path, record_property: Record) -> None:
    """By the letter of docs/operations/upgrade.md; the way back is the same script."""
    with Traffic(
        site.address, writers=1, readers=1
    ) as traffic:  # which leaves time for the upgrade
        traffic.flow()
        with another_release(checkout):
            began = time.monotonic()
            told = site.upgrade()
            record_property("seconds", ("for an upgrade of compose", time.monotonic() - began))
        traffic.flow()
    assert traffic.failures == traffic.refusals == []
    traffic.assert_kept()
    assert re.search(r"Wrote /backups/bookreviews-\w+\.tar\.gz: .* rows of", told)
    answer = Visitor(site.address).get("/sign-in")
    assert "<!-- another release -->" in answer.text
    assert answer.headers["X-Release"] == "another"


@contextmanager
def another_release(checkout: Path) -> Iterator[None]:
    """Put other files in the place of some, as `git pull` does, and back as `git checkout` does."""
    changes = {
        "templates/layouts/base.html": ("</body>", "<!-- another release -->\n</body>"),
        "nginx.conf": (
            "    add_header X-Cache",
            "    add_header X-Release another;\n    add_header X-Cache",
        ),
    }
    before = {name: (checkout / name).read_text("utf-8") for name in changes}
    try:
        for name, (old, new) in changes.items():
            assert before[name].count(old) == 1
            replace_file(checkout / name, before[name].replace(old, new))
        yield
    finally:
        for name, text in before.items():
            replace_file(checkout / name, text)


def replace_file(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text, "utf-8")


# ---- What happens to it -------------------------------------------------------------------------
def stall(site: Compose) -> None:
    """Let the database stand still for three seconds."""
    with site.paused("postgres"):
        time.sleep(3)


FAULTS: dict[str, Act] = {
    "a worker is killed": lambda site: site.kill_a_worker("app-1"),
    "Gunicorn's master is killed": lambda site: site.kill("app-1"),
    "PostgreSQL is killed": lambda site: site.kill("postgres"),
    "the database stands still for 3 seconds": stall,
}

# Nobody may notice these: not one request fails.
TRIFLES: dict[str, Act] = {
    "Valkey is killed": lambda site: site.kill("valkey"),
    "Nginx reloads": lambda site: docker("kill", "--signal=HUP", site["nginx"].name),
}


def survive(site: Compose, act: Callable[[Traffic], None]) -> Fault:
    """Let something happen while readers read and write, and hold the site to its promises."""
    with Traffic(site.address, writers=2, readers=2) as traffic:
        traffic.flow()
        with traffic.fault() as fault:
            act(traffic)
        traffic.flow()
    traffic.assert_kept()
    return fault


@pytest.mark.parametrize("name", FAULTS)
def test_it_recovers_and_has_kept_everything(
    site: Compose, name: str, record_property: Record
) -> None:
    fault = survive(site, lambda _traffic: FAULTS[name](site))
    record_property("seconds", (f"until all is well again after {name}", fault.seconds))


@pytest.mark.parametrize("name", TRIFLES)
def test_nobody_notices(site: Compose, name: str) -> None:
    def act(traffic: Traffic) -> None:
        TRIFLES[name](site)
        traffic.flow()
        assert traffic.failures == traffic.refusals == []

    survive(site, act)


def test_one_application_server_is_enough(site: Compose, record_property: Record) -> None:
    def act(traffic: Traffic) -> None:
        with site.stopped("app-2"):
            traffic.flow()

    fault = survive(site, act)
    record_property("seconds", ("until all is well with one application server", fault.seconds))


def test_clients_that_never_finish_keep_nobody_waiting(site: Compose) -> None:
    """Two hundred who send a letter of a request now and then (slowloris)."""

    def act(traffic: Traffic) -> None:
        at = urlsplit(site.address)
        with ExitStack() as opened:
            slow = [
                opened.enter_context(
                    closing(socket.create_connection((at.hostname or "", at.port or 80)))
                )
                for _ in range(200)
            ]
            for letter in b"GET / HTTP/1.1\r\nHost: ":
                for connection in slow:
                    connection.send(bytes([letter]))
            traffic.flow()
            assert traffic.failures == traffic.refusals == []

    survive(site, act)


def test_words_sent_while_the_database_is_away_come_back_to_be_sent_again(site: Compose) -> None:
    path = "/books/momo/reviews"
    reader = sign_up(site.address)
    form = fields_of(reader.get("/books/momo").text, path) | {"body": "Written on a bad night."}
    with site.stopped("postgres"):
        refused = reader.post(path, form)
    assert refused.status == 503
    assert refused.headers["Retry-After"].isdigit()
    again = fields_of(refused.text, path)
    assert again["body"] == "Written on a bad night."
    site["postgres"].wait_for_health()
    wait_until(lambda: reader.get("/readyz").status == 200, "the site to be ready")
    assert "Thank you for your review" in reader.post(path, again).text
    assert Visitor(site.address).get("/books/momo").text.count("Written on a bad night.") == 1


def test_tls_is_spoken_where_it_is_asked_for(site: Compose, checkout: Path) -> None:
    """With the file and the folder that docs/operations/install.md names."""
    certificate = certify(checkout / "deploy" / "nginx" / "certificates")
    (certificate.parent / "privkey.pem").chmod(0o644)  # for user 101, as `chown` by root would
    site.speak_tls()
    plain, secured = site.published("8080"), site.published("8443")
    response = ask(HTTPConnection(*plain), BOOK)
    assert (response.status, response.headers["Location"]) == (308, f"https://{plain[0]}{BOOK}")
    trusted = ssl.create_default_context(cafile=str(certificate))
    response = ask(HTTPSConnection(*secured, context=trusted), BOOK)
    assert response.status == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert protocol_spoken_at(*secured, trusted) == ("h2", "TLSv1.3")


def ask(connection: HTTPConnection, path: str) -> HTTPResponse:
    with closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response


def test_every_server_runs_again(site: Compose) -> None:
    """By itself: nobody but Docker has started anything since."""
    for service in SERVICES:
        assert site[service].state["Running"], service
    for service in APPS:
        site[service].wait_for_health()
