"""Gunicorn as gunicorn.conf.py has it, behind Nginx: workers come and go, and nobody notices."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from bookreviews.config import ROOT
from tests.walkthrough.servers import Server, Site, wait_until
from tests.walkthrough.visitor import Visitor

BOOK = "/books/middlemarch"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Return a site that isn't started yet."""
    file = tmp_path / "books.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    made = Site(tmp_path, f"sqlite:///{file}")
    yield made
    made.stop()


def workers_of(server: Server) -> set[int]:
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return {int(pid) for pid in children.read_text().split()}


def test_recycling_drops_nothing(site: Site) -> None:
    """Workers end after some requests; readings and writings through Nginx all arrive."""
    site.gunicorn.command += ["--max-requests", "15", "--max-requests-jitter", "5"]
    site.start()
    first = workers_of(site.gunicorn)

    def come_and_go(number: int) -> list[int]:
        visitor, statuses = Visitor(site.address), []
        for turn in range(18):
            if turn % 3:
                answer = visitor.get(f"/books?{number}-{turn}")
            else:  # a POST is never sent twice, so it must arrive the first time
                answer = visitor.post("/sign-in", {"identifier": uuid4().hex})
            statuses.append(answer.status)
        return statuses

    with ThreadPoolExecutor(8) as crowd:
        seen = [status for statuses in crowd.map(come_and_go, range(8)) for status in statuses]
    assert set(seen) == {200, 422}
    assert not first & workers_of(site.gunicorn)


def test_a_worker_in_which_a_request_hangs_is_replaced(site: Site) -> None:
    site.gunicorn.environment |= {"PYTHONPATH": str(ROOT), "WEB_CONCURRENCY": "1"}
    site.gunicorn.command += ["--timeout", "2", "--graceful-timeout", "1"]
    site.gunicorn.command += ["tests.deploy.hanging:application"]
    site.start()
    first = workers_of(site.gunicorn)
    visitor = Visitor(site.address)
    with ThreadPoolExecutor(1) as somebody:
        hangs = somebody.submit(visitor.get, "/hang")
        wait_until(lambda: not first & workers_of(site.gunicorn), "another worker")
        assert hangs.result().status == 502
    assert Visitor(site.address).get("/books").status == 200
    log = site.gunicorn.log.read_text("utf-8")
    assert re.search(r"A request hangs.*hanging\.py", log)


def test_a_killed_worker_is_replaced_and_no_reading_fails(site: Site) -> None:
    site.start()
    for pid in workers_of(site.gunicorn):
        os.kill(pid, signal.SIGKILL)
    visitor = Visitor(site.address)
    assert {visitor.get(f"/books?{turn}").status for turn in range(5)} == {200}
