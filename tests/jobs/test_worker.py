"""A real worker in a process of its own: it delivers within seconds, and ends when told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bookreviews import create_app
from bookreviews.extensions import engine
from bookreviews.lib.clock import now
from bookreviews.mail import queries, services
from bookreviews.transactions import transaction
from tests.conftest import settings_for
from tests.walkthrough.servers import Server, free_port, program, wait_until


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    """Return a Redis or Valkey server on loopback."""
    port = free_port()
    command = [
        *(program("valkey-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1"),
        *("--save", "", "--appendonly", "no"),
    ]
    server = Server("redis", command, tmp_path, dict(os.environ), port)
    server.start()
    yield server
    server.stop()


class Site:
    """A database, and a folder for its mail."""

    def __init__(self, database_url: str, folder: Path, **changes: str) -> None:
        self.mail = folder / "mail"
        self.variables = {
            "BOOKREVIEWS_ENV": "test",
            "SECRET_KEY": "a key for tests that is long enough",
            "SITE_URL": "http://localhost",
            "DATABASE_URL": database_url,
            "MAIL_URL": f"folder:{self.mail}",
            "QUEUE_URL": f"sqlite:///{folder / 'queue'}",
        } | changes
        self.log = folder / "worker.log"
        small = {name.lower(): value for name, value in self.variables.items()}
        self.app: Flask = create_app(settings_for(**small))

    def start_worker(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bookreviews", "worker"],
                env={**os.environ, **self.variables},
                stdout=log,
                stderr=log,
            )

    def write(self) -> None:
        with self.app.app_context():
            with transaction():
                services.write_letter(
                    address="bo@example.org", template="test", details={}, at=now()
                )
            engine().dispose()

    def sent(self) -> int:
        return len(list(self.mail.glob("*.eml"))) if self.mail.exists() else 0

    def is_up(self) -> bool:
        return "The worker is up." in self.log.read_text()


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Site:
    return Site(sqlite_url, tmp_path)


def wait_for_sweep(site: Site) -> None:
    """Wait for the worker's first sweep, so that what comes later comes by the queue."""
    from bookreviews.chores.queries import list_chores

    def has_swept() -> bool:
        with site.app.app_context():
            return any(c.name == "deliver_due" and c.ended_at for c in list_chores())

    wait_until(has_swept, "the worker to sweep")


def stop(worker: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    try:
        worker.send_signal(number)
        return worker.wait(8)
    finally:
        worker.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_delivers_and_ends_when_told_to(site: Site, number: int) -> None:
    site.write()  # before there is a worker
    worker = site.start_worker()
    try:
        wait_until(lambda: site.sent() == 1, "the letter from before")
        wait_for_sweep(site)
        site.write()
        wait_until(lambda: site.sent() == 2, "the letter from now")
    finally:
        assert stop(worker, number) == 0
    log = site.log.read_text()
    assert f"written into {site.mail}" in log
    assert log.endswith("The worker has stopped.\n")
    assert "Traceback" not in log


def test_it_takes_jobs_from_redis(sqlite_url: str, tmp_path: Path, redis: Server) -> None:
    site = Site(sqlite_url, tmp_path, QUEUE_URL=f"redis://127.0.0.1:{redis.listens_at}/1")
    worker = site.start_worker()
    try:
        wait_for_sweep(site)
        site.write()
        wait_until(lambda: site.sent() == 1, "the letter")
    finally:
        assert stop(worker) == 0


def test_it_sweeps_where_the_queue_is_down(sqlite_url: str, tmp_path: Path) -> None:
    site = Site(sqlite_url, tmp_path, QUEUE_URL=f"redis://127.0.0.1:{free_port()}")
    site.write()  # is committed, though nobody can be told
    worker = site.start_worker()
    try:
        wait_until(lambda: site.sent() == 1, "the letter")
    finally:
        assert stop(worker) == 0
    log = site.log.read_text()
    assert "The queue takes no jobs; doing deliver_due without it." in log
    assert "Traceback" not in log


def test_a_letter_survives_the_worker(site: Site) -> None:
    worker = site.start_worker()
    wait_until(lambda: site.log.exists() and site.is_up(), "the worker")
    worker.kill()
    worker.wait()
    site.write()
    worker = site.start_worker()
    try:
        wait_until(lambda: site.sent() == 1, "the letter")
    finally:
        stop(worker)


def test_a_queue_that_is_no_file_stops_no_writer(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "queue").write_text("This is no database. " * 100)
    site = Site(sqlite_url, tmp_path)
    site.write()
    assert "could not be queued (DatabaseError: file is not a database)" in caplog.text
    with site.app.app_context():
        assert queries.count_waiting() == 1
