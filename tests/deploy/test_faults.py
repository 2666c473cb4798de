"""While readers read and write, each of these happens, and nothing that was promised is lost.

Every fault has its traffic on a site that all faults of one database share. What may fail is said
by each: a connection that is cut off can't be answered, all else is refused honestly or answered.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bookreviews import create_app
from bookreviews.config import ROOT
from bookreviews.extensions import engine, session
from bookreviews.lib.clock import now
from bookreviews.reviews.models import Review
from tests.clusters import Cluster
from tests.conftest import migrated, settings_for
from tests.deploy.processes import kill, stalled
from tests.deploy.stage import Stage, gunicorn_of, turn_nginx_to
from tests.deploy.traffic import REFUSED, Fault, Heard, Traffic
from tests.walkthrough.conftest import pytest_runtest_makereport  # noqa: F401 - shows the logs
from tests.walkthrough.servers import Server, Site, free_port, program, wait_until

_SMALL_DISK = "24m"
# What a process has handed to the system outlives it.
_SURVIVES = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


@contextmanager
def running(site: Site) -> Iterator[Stage]:
    stage = Stage(site)
    try:
        site.start()
        yield stage
    finally:
        site.stop()


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder on a disk of its own, which is soon full."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SMALL_DISK}", "none", str(folder)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("to make a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def on_sqlite(
    sqlite_template: Path, small_disk: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    shutil.copyfile(sqlite_template, small_disk / "books.sqlite3")
    folder = tmp_path_factory.mktemp("site")
    with running(Site(folder, f"sqlite:///{small_disk / 'books.sqlite3'}")) as stage:
        yield stage


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster.new("faults")
    cluster.create()
    cluster.start(**_SURVIVES)
    yield cluster
    cluster.stop()
    cluster.remove()


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    command = [program("valkey-server", "redis-server"), "--port", str(port), "--save", ""]
    server = Server("valkey", command, tmp_path_factory.mktemp("valkey"), dict(os.environ), port)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def on_postgres(
    cluster: Cluster, valkey: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    migrated(cluster.url)
    site = Site(tmp_path_factory.mktemp("site"), cluster.url)
    site.gunicorn.environment["QUEUE_URL"] = f"redis://127.0.0.1:{valkey.listens_at}/0"
    with running(site) as stage:
        yield stage


def end(stage: Stage, traffic: Traffic, fault: Fault) -> None:
    """Assert that nothing is lost; tell how the fault was felt."""
    stage.assert_kept(traffic)
    sys.stdout.write(
        f"felt for {fault.seconds:.2f} s, slowest answer {fault.slowest:.2f} s, "
        f"{len(traffic.heard)} asked, {len(traffic.refusals)} refused, "
        f"{len(traffic.failures)} failed, {traffic.promises} reviews kept\n"
    )


def told_of(heard: list[Heard]) -> set[str]:
    """Return what those who were not answered well were told, or how they were cut off."""
    return {one.told.partition("(")[0] for one in heard}


class TestOnSqlite:
    def test_a_worker_is_killed(self, on_sqlite: Stage) -> None:
        a_worker_is_killed(on_sqlite)

    def test_the_master_is_killed(self, on_sqlite: Stage) -> None:
        """Its supervisor starts it again; meanwhile Nginx says that nobody is there."""
        server = on_sqlite.site.gunicorn
        with on_sqlite.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault:
                kill(server)
                server.start()
            traffic.flow()
        assert told_of(traffic.failures) <= {"502", "503", "IncompleteRead"}
        end(on_sqlite, traffic, fault)

    def test_the_disk_is_full(self, on_sqlite: Stage, small_disk: Path) -> None:
        """Who posts is refused and keeps their words; reading goes on; room is all it takes."""
        filling = small_disk / "filling"
        with on_sqlite.traffic() as traffic:
            traffic.flow(1)
            with traffic.fault() as fault:
                fill_up(filling)
                traffic.wait_for(REFUSED, since=fault.began_at)
                filling.unlink()
            traffic.flow()
        assert traffic.failures == []
        assert not any(one.what.startswith("GET") for one in traffic.refusals)
        end(on_sqlite, traffic, fault)

    def test_somebody_else_holds_the_database(self, on_sqlite: Stage) -> None:
        """For less than anybody's patience: writers wait, and readers notice nothing."""
        file = on_sqlite.site.database_url.removeprefix("sqlite:///")
        with on_sqlite.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault, closing(sqlite3.connect(file)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(3)  # the fault itself, and not a wait for something
            traffic.flow()
        assert traffic.failures == traffic.refusals == []
        assert 2 < fault.slowest < 8
        end(on_sqlite, traffic, fault)

    def test_the_clock_is_set_back(self, on_sqlite: Stage) -> None:
        """It stays an hour behind: those who were signed in are, and go on writing."""
        server = on_sqlite.site.gunicorn
        with on_sqlite.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault:
                server.stop()
                server.environment["PYTHONPATH"] = str(ROOT)
                server.command[server.command.index("gunicorn")] = "tests.deploy.behind"
                server.start()
            traffic.flow(6)
        assert told_of(traffic.failures) <= {"502", "503", "IncompleteRead"}
        assert earliest_revision(on_sqlite) < now() - timedelta(minutes=30)
        end(on_sqlite, traffic, fault)


class TestOnPostgres:
    def test_a_worker_is_killed(self, on_postgres: Stage) -> None:
        a_worker_is_killed(on_postgres)

    def test_the_database_crashes(self, on_postgres: Stage, cluster: Cluster) -> None:
        """Nobody is told anything but to come back in a moment."""
        with on_postgres.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault:
                cluster.stop()
                traffic.wait_for(REFUSED, since=fault.began_at)
                cluster.start(**_SURVIVES)
            traffic.flow()
        assert traffic.failures == []
        end(on_postgres, traffic, fault)

    def test_the_database_stands_still(self, on_postgres: Stage, cluster: Cluster) -> None:
        """For less than anybody's patience: it is nothing but a slow page."""
        with on_postgres.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault, stalled(cluster):
                time.sleep(3)  # the fault itself, and not a wait for something
            traffic.flow()
        assert traffic.failures == traffic.refusals == []
        assert 2 < fault.slowest < 8
        end(on_postgres, traffic, fault)

    def test_the_database_stands_still_for_long(self, on_postgres: Stage, cluster: Cluster) -> None:
        """For longer than anybody's patience: an honest word, and the words are kept."""
        with on_postgres.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault, stalled(cluster):
                traffic.wait_for(REFUSED, since=fault.began_at)
            traffic.flow()
        assert traffic.failures == []
        end(on_postgres, traffic, fault)

    def test_one_of_two_servers_dies(self, on_postgres: Stage) -> None:
        """The other reads for all at once; only whose post it was working on is cut off."""
        site = on_postgres.site
        other = gunicorn_of("other", ROOT, site)
        other.start()
        turn_nginx_to(site, site.gunicorn, other)
        with on_postgres.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault:
                kill(other)
            traffic.flow()
        turn_nginx_to(site, site.gunicorn)
        assert not any(one.what.startswith("GET") for one in traffic.failures)
        assert len(traffic.failures) <= 3  # the writers
        assert traffic.refusals == []
        end(on_postgres, traffic, fault)

    def test_valkey_is_killed(self, on_postgres: Stage, valkey: Server) -> None:
        """Without the queue the site goes on, and sweeps do what its jobs would."""
        with on_postgres.traffic() as traffic:
            traffic.flow()
            with traffic.fault() as fault:
                kill(valkey)
            traffic.flow()
        assert traffic.failures == traffic.refusals == []
        end(on_postgres, traffic, fault)


def earliest_revision(stage: Stage) -> datetime:
    """Return the earliest moment at which a review was revised."""
    with create_app(settings_for(stage.site.database_url)).app_context():
        found = session().scalars(select(func.min(Review.revised_at))).one()
        engine().dispose()
    assert isinstance(found, datetime)
    return found


def a_worker_is_killed(stage: Stage) -> None:
    """Whom it was answering is cut off; nobody else notices, and another takes its place."""
    with stage.traffic() as traffic:
        traffic.flow()
        before = stage.workers()
        with traffic.fault() as fault:
            os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len({*stage.workers()} - {*before}) == 1, "another worker")
        traffic.flow()
    assert told_of(traffic.failures) <= {"502", "IncompleteRead"}
    assert len(traffic.failures) <= 5  # its two threads, and what waited for them
    end(stage, traffic, fault)


def fill_up(file: Path) -> None:
    """Write until there is no room."""
    with file.open("wb", buffering=0) as filling:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while filling.write(bytes(size)):
                    pass
