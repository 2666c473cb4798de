"""The lines of the Procfile do what hosts of containers expect of them."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bookreviews.config import ROOT
from tests.walkthrough.servers import free_port, production, wait_until
from tests.walkthrough.visitor import Visitor, sign_up

_LINES = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def environment(database_url: str, port: int) -> dict[str, str]:
    """Return what such a host sets: the address of a database as it writes it, and a port."""
    url = database_url.replace("postgresql+psycopg://", "postgres://")
    url = url.replace("postgresql://", "postgres://")
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {"PORT": str(port), "TRUSTED_PROXIES": "1", "WEB_CONCURRENCY": "1", "PATH": programs}
    found = production(url, "http://books.localhost") | given
    found.pop("BIND", None)
    return found


@contextmanager
def running(name: str, environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a line; the host's SIGTERM must end it well."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            shlex.split(_LINES[name]), cwd=ROOT, env=environ, stdout=said, stderr=said
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0, log.read_text()


def test_release_web_and_worker(postgres_url: str, tmp_path: Path) -> None:
    port = free_port()
    environ = environment(postgres_url, port)
    assert environ["DATABASE_URL"].startswith("postgres://")
    subprocess.run(shlex.split(_LINES["release"]), cwd=ROOT, env=environ, check=True)
    web, worker = tmp_path / "web", tmp_path / "worker"
    with running("web", environ, web), running("worker", environ, worker):
        wait_until(lambda: "Booting worker" in web.read_text(), "the web server")
        wait_until(lambda: "The worker is up." in worker.read_text(), "the worker")
        assert f"Listening at: http://0.0.0.0:{port}" in web.read_text()
        sign_up(f"http://127.0.0.1:{port}")
        assert Visitor(f"http://127.0.0.1:{port}").get("/readyz").status == 200
