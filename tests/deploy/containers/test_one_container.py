"""One container and one volume, with no setting: it serves at once, keeps all, and ends cleanly."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from tests.client import fields_of
from tests.deploy.containers.engine import (
    HARDENED,
    Container,
    container,
    docker,
    volume,
    wait_until,
)
from tests.deploy.containers.journey import travel
from tests.walkthrough.visitor import Visitor, sign_up

Record = Callable[[str, object], None]

_ENDING, _OPEN = "/books/dune", "/books/momo"
SETTINGS = ("--env=SECRET_KEY=vB3xk9TqLw7PzR2mNc8sYd4JhG6fQaUe", "--env=SITE_URL=http://localhost")


@dataclass
class Alone:
    """The one container, and how many seconds it took to its first page."""

    container: Container
    started_in: float


@pytest.fixture(scope="module")
def alone(image: str) -> Iterator[Alone]:
    """Return a container started as the README says, on a new volume; hardened as the docs say."""
    with volume() as books:
        began = time.monotonic()
        with container(image, options=(*HARDENED, f"--volume={books}:/data")) as one:
            one.wait_for_page()
            started_in = time.monotonic() - began
            one.run("bookreviews", "demo", "load", DEMO="1")
            yield Alone(one, started_in)


def test_it_serves_at_once(alone: Alone, record_property: Record) -> None:
    record_property("seconds", ("to the first page of one container", alone.started_in))
    assert Visitor(alone.container.address).get("/").status == 200


def test_a_reader_s_whole_way_leads_through_it(alone: Alone) -> None:
    travel(alone.container.address)


def test_it_says_which_setting_it_had_to_guess(alone: Alone) -> None:
    assert "SITE_URL is not set: " in alone.container.log
    assert "Traceback" not in alone.container.log


def test_its_key_is_in_the_volume_for_itself_alone(alone: Alone) -> None:
    found = alone.container.run("stat", "--format=%a %u %s", "/data/secret_key")
    assert found == "600 10001 65"
    key = alone.container.run("cat", "/data/secret_key")
    assert key not in alone.container.log
    assert key not in docker("inspect", alone.container.name)


def test_its_own_check_finds_it_well(alone: Alone) -> None:
    alone.container.wait_for_health()


def test_the_worker_runs_beside_it(alone: Alone) -> None:
    running = docker("top", alone.container.name, "-eo", "pid,args")
    assert len(re.findall("bookreviews worker", running)) == 1
    assert len(re.findall("gunicorn", running)) >= 3


def test_who_ends_it_and_starts_it_anew_interrupts_nobody(alone: Alone) -> None:
    """A request under way is finished; sessions, and forms that are open, stay good."""
    one = alone.container
    reader = sign_up(one.address)
    ending, open_form = (
        fields_of(reader.get(book).text, f"{book}/reviews") for book in (_ENDING, _OPEN)
    )
    form = urlencode(ending | {"body": "Sent as it was ending."})
    with closing(Sending(one.address, f"{_ENDING}/reviews", form, reader.session)) as sending:
        sending.send_all_but_the_end()
        docker("kill", "--signal=TERM", one.name)
        wait_until(lambda: "Handling signal: term" in one.log, "it to hear of its end")
        assert sending.finish().startswith("HTTP/1.1 303 ")
    assert docker("wait", one.name) == "0"
    docker("start", one.name)
    one.wait_for_page()
    assert Visitor(one.address).get(_ENDING).text.count("Sent as it was ending.") == 1
    reader.address = one.address
    answer = reader.post(f"{_OPEN}/reviews", open_form | {"body": "Begun before, sent after."})
    assert "Thank you for your review" in answer.text


class Sending:
    """A POST whose end is sent later than its beginning."""

    def __init__(self, address: str, path: str, body: str, session: str) -> None:
        at = urlsplit(address)
        self._connection = socket.create_connection((at.hostname or "", at.port or 80), 30)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: session={session}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._all = (head + body).encode()

    def send_all_but_the_end(self) -> None:
        """Send the request up to its last ten bytes."""
        self._connection.sendall(self._all[:-10])

    def finish(self) -> str:
        """Send the rest, and return the first line of the answer."""
        self._connection.sendall(self._all[-10:])
        return self._connection.makefile("rb").readline().decode()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def test_two_that_start_at_once_on_one_volume_share_key_and_tables(image: str) -> None:
    with volume() as books:
        options = (*HARDENED, f"--volume={books}:/data")
        with container(image, options=options) as one, container(image, options=options) as other:
            one.wait_for_page()
            other.wait_for_page()
            reader = sign_up(one.address)
            reader.address = other.address
            assert "<h1>Hello, Alex</h1>" in reader.get("/").text
            assert one.run("ls", "-A", "/data").count("secret_key") == 1


class TestOtherCommands:
    """The same image does one thing alone where it is told which."""

    def test_gunicorn_serves_without_worker_at_the_port_it_is_given(self, image: str) -> None:
        options = (*HARDENED, "--tmpfs=/data:uid=10001", *SETTINGS, "--env=PORT=9000")
        with container(image, "gunicorn", options=options) as one:
            one.wait_for_health()  # it asks at the port where the site is
            assert "Listening at: http://0.0.0.0:9000" in one.log
            assert "worker is up" not in one.log
            assert one.stop() == 0

    def test_worker_works(self, image: str) -> None:
        options = (*HARDENED, "--tmpfs=/data:uid=10001", *SETTINGS)
        with container(image, "bookreviews", "worker", options=options) as one:
            wait_until(lambda: "The worker is up." in one.log, "the worker")
            assert "gunicorn" not in docker("top", one.name, "-eo", "pid,args")
            assert one.stop() == 0

    def test_a_command_makes_no_key(self, image: str) -> None:
        options = (*HARDENED, "--tmpfs=/data:uid=10001")
        upgrade = ("sh", "-c", "bookreviews db upgrade 2>&1; echo ended with $?; ls -A /data")
        told = docker("run", "--rm", *options, image, *upgrade)
        assert "SECRET_KEY must be set" in told
        assert "Traceback" not in told
        assert told.endswith("ended with 1")
