"""Past one machine: a streaming replica and PgBouncer, both real, with readers who go on.

Whoever has written sees it at once, however far behind the replica is; who only reads notices
nothing when it is cut off.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from bookreviews.preflight.replica import look_at_replica
from tests.clusters import Cluster, run
from tests.conftest import migrated
from tests.deploy.stage import Stage
from tests.walkthrough.conftest import pytest_runtest_makereport  # noqa: F401 - shows the logs
from tests.walkthrough.servers import Server, Site, free_port, program, wait_until
from tests.walkthrough.visitor import Visitor, reviews_in, sign_up

_SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
_BOOK = "/books/volume-050"


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    cluster = Cluster.new("primary")
    cluster.create()
    cluster.start(**_SETTINGS)
    yield cluster
    cluster.stop()
    cluster.remove()


@pytest.fixture(scope="module")
def replica(primary: Cluster) -> Iterator[Cluster]:
    """Return a replica that streams from the primary, as pg_basebackup makes it."""
    migrated(primary.url)
    cluster = Cluster.new("replica")
    source = ["-h", primary.folder, "-U", "postgres", "-D", cluster.data]
    run("pg_basebackup", *source, "--checkpoint=fast", "--no-sync", "-R")
    cluster.start(hot_standby_feedback="on", **_SETTINGS)
    yield cluster
    cluster.stop()
    cluster.remove()


@pytest.fixture(scope="module")
def pgbouncer(primary: Cluster) -> Iterator[Server]:
    """Return PgBouncer in front of the primary, in transaction mode, with few connections."""
    port = free_port()
    users = primary.folder / "users"
    users.write_text('"postgres" ""\n', "utf-8")
    file = primary.folder / "pgbouncer.ini"
    file.write_text(
        "[databases]\n"
        f"postgres = host={primary.folder} user=postgres\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n",
        "utf-8",
    )
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_whom, program("pgbouncer"), str(file)]
    server = Server("pgbouncer", command, primary.folder, dict(os.environ), port)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stage(
    primary: Cluster,
    replica: Cluster,
    pgbouncer: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """Return a site that writes through PgBouncer and reads from the replica."""
    url = f"postgresql://postgres@127.0.0.1:{pgbouncer.listens_at}/postgres"
    site = Site(tmp_path_factory.mktemp("site"), url)
    site.gunicorn.environment |= {"DATABASE_POOLER": "1", "REPLICA_URL": replica.url}
    stage = Stage(site, database_url=primary.url)
    try:
        site.start()
        yield stage
    finally:
        site.stop()


@contextmanager
def lagging(replica: Cluster) -> Iterator[None]:
    """Let the replica receive what the primary writes, and show nothing of it."""
    with psycopg.connect(replica.url, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def told_of_replica(site: Site) -> str:
    token = site.gunicorn.environment["OPERATOR_TOKEN"]
    answer = Visitor(site.address).get("/readyz", {"Authorization": f"Bearer {token}"})
    found = re.search(r'"replica":\s*"([^"]*)"', answer.text)
    assert found, answer.text
    return found[1]


def reads_of(cluster: Cluster) -> int:
    """Return how many rows of works have been looked up here."""
    statement = "SELECT idx_scan + seq_scan FROM pg_stat_user_tables WHERE relname = 'works'"
    with psycopg.connect(cluster.url) as connection:
        found = connection.execute(statement).fetchone()
    assert found
    return int(found[0] or 0)


def is_read(replica: Cluster, site: Site) -> bool:
    """Tell whether pages that somebody signed out asks for come from the replica."""
    before = reads_of(replica)
    for number in range(4):
        Visitor(site.address).get(f"/books?sort=title&x={number}")
    return reads_of(replica) > before


def test_pages_are_read_from_it(stage: Stage, replica: Cluster) -> None:
    wait_until(lambda: told_of_replica(stage.site) == "ok", "the replica to be well")
    wait_until(lambda: is_read(replica, stage.site), "the replica to be read from")


def test_who_has_written_sees_it_however_far_it_is_behind(stage: Stage, replica: Cluster) -> None:
    site = stage.site
    wait_until(lambda: told_of_replica(site) == "ok", "the replica to be well")
    alex = sign_up(site.address)
    with lagging(replica):
        thanks = alex.submit(_BOOK, f"{_BOOK}/reviews", stars="4", body="Read your own writes.")
        assert "Thank you for your review" in thanks.text
        for _ in range(5):
            page = alex.get(_BOOK).text
            assert len(reviews_in(page)) == 1
            assert "Read your own writes." in page
        review = thanks.path.removesuffix("/thanks")
        others = Visitor(site.address).get(review)  # which they have a link to, as from a report
        assert (others.status, "Read your own writes." in others.text) == (200, True)
    wait_until(lambda: len(reviews_in(Visitor(site.address).get(_BOOK).text)) == 1, "all to see it")


def test_it_is_cut_off_and_nobody_notices(stage: Stage, replica: Cluster) -> None:
    """The first page that finds it gone is asked of the primary at once."""
    wait_until(lambda: told_of_replica(stage.site) == "ok", "the replica to be well")
    with stage.traffic() as traffic:
        traffic.flow()
        with traffic.fault():
            replica.stop()
        traffic.flow()
        wait_until(lambda: told_of_replica(stage.site) == "no answer", "it to be missed")
        replica.start(hot_standby_feedback="on", **_SETTINGS)
        wait_until(lambda: told_of_replica(stage.site) == "ok", "it to be well again")
        traffic.flow()
    assert traffic.failures == traffic.refusals == []
    stage.assert_kept(traffic)
    wait_until(lambda: is_read(replica, stage.site), "the replica to be read from again")


def test_pgbouncer_lends_two_connections_to_all(stage: Stage) -> None:
    """Four threads write, two ask how far the replica is, and an upgrade takes its turn as well."""
    with stage.traffic() as traffic:
        traffic.flow()
        command = [sys.executable, "-m", "bookreviews", "db", "upgrade"]
        subprocess.run(command, env=stage.site.gunicorn.environment, check=True)
        traffic.flow()
    assert traffic.failures == traffic.refusals == []
    stage.assert_kept(traffic)


@pytest.mark.parametrize("cookie", ["nonsense", "-1", "9" * 300, "1e9", ""])
def test_no_cookie_that_somebody_makes_up_breaks_a_page(stage: Stage, cookie: str) -> None:
    answer = Visitor(stage.site.address).get("/books", {"Cookie": f"written={cookie}"})
    assert answer.status == 200


def test_a_check_before_a_start_tells_whether_it_is_one(
    primary: Cluster, replica: Cluster, tmp_path: Path
) -> None:
    assert found_at(replica.url) == []
    assert "is no replica" in found_at(primary.url)[0]
    assert "can't be reached" in found_at(f"postgresql://me@/books?host={tmp_path}")[0]


def found_at(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    found = [str(one) for one in look_at_replica(engine)]
    engine.dispose()
    return found
