"""compose.yaml: who reaches whom, what nobody may do, and how it stands what happens to it.

All of it happens to one site, which the first test starts. Every fault comes while readers read and
write (tests/deploy/traffic.py), and afterwards all that they were promised must be there once.
"""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import fields_of
from tests.deploy.containers.compose import APPS, SERVICES, Compose, started
from tests.deploy.containers.engine import docker, wait_until
from tests.deploy.traffic import Fault, Traffic
from tests.walkthrough.browser import Browser
from tests.walkthrough.pages import BOOK, make_account
from tests.walkthrough.visitor import Visitor, sign_up

Record = Callable[[str, object], None]
Act = Callable[[Compose], None]


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


def test_a_backup_holds_what_was_written(site: Compose) -> None:
    sign_up(site.address)
    told = site("run", "--rm", "--build", "backup")
    assert re.search(r"Wrote /backups/bookreviews-\w+\.tar\.gz: .* rows of", told)


def test_a_reader_signs_up_reviews_and_is_thanked(site: Compose) -> None:
    """The walkthrough of a reader, in a browser."""
    browser = Browser()
    try:
        browser.hand_to(site.address)
        browser.open(BOOK)
        browser.follow("Sign in to review")
        browser.follow("Make an account")
        name = make_account(browser)
        browser.choose_stars("4.5")
        browser.fill("Your review", "It *starts* at zero.")
        browser.press("Publish your review")
        assert browser.heading == "Thank you for your review"
        assert name in Visitor(site.address).get(BOOK).text
        assert browser.complaints() == []
    finally:
        browser.quit()


# ---- What happens to it -------------------------------------------------------------------------
def stall(site: Compose) -> None:
    """Let the database stand still for three seconds."""
    with site.paused("postgres"):
        time.sleep(3)


def replace(site: Compose) -> None:
    """Put a new container in the place of one of the two."""
    site("up", "--detach", "--wait", "--no-deps", "--force-recreate", "app-1")


FAULTS: dict[str, Act] = {
    "a worker is killed": lambda site: site.kill_a_worker("app-1"),
    "Gunicorn's master is killed": lambda site: site.kill("app-1"),
    "PostgreSQL is killed": lambda site: site.kill("postgres"),
    "an application server is replaced": replace,
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


def test_every_server_runs_again(site: Compose) -> None:
    """By itself: nobody but Docker has started anything since."""
    for service in SERVICES:
        assert site[service].state["Running"], service
    for service in APPS:
        site[service].wait_for_health()
