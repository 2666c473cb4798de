"""`scripts/serve`, which `make run` ends with: web server and worker live and end together."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bookreviews.config import ROOT
from tests.walkthrough.servers import free_port, wait_until


class Serving:
    """The script in a process of its own, with what it says."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.log = folder / "serve.log"
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        environment = {
            "BOOKREVIEWS_ENV": "development",
            "DATABASE_URL": database_url,
            "MAIL_URL": f"folder:{folder / 'mail'}",
            "BIND": f"127.0.0.1:{port}",
            "SITE_URL": self.address,
            "WEB_CONCURRENCY": "1",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "scripts" / "serve"],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
            )

    def says(self, words: str) -> bool:
        return words in self.log.read_text()

    def children(self) -> dict[str, int]:
        """Return the process of each program that it started."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        pids = {line.split()[0]: line for line in listed.splitlines()}
        return {
            "worker" if "bookreviews worker" in line else "gunicorn": int(pid)
            for pid, line in pids.items()
        }


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def serving(sqlite_url: str, tmp_path: Path) -> Iterator[Serving]:
    one = Serving(sqlite_url, tmp_path)
    try:
        wait_until(lambda: one.says("is up: "), "the web server")
        wait_until(lambda: one.says("The worker is up."), "the worker")
        yield one
    finally:
        one.process.terminate()
        one.process.wait(15)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_both(serving: Serving, number: int) -> None:
    children = serving.children()
    assert set(children) == {"worker", "gunicorn"}
    with urlopen(f"{serving.address}/sign-in") as page:
        assert page.status == 200
    serving.process.send_signal(number)
    assert serving.process.wait(10) == 0
    assert not any(lives(pid) for pid in children.values())
    assert serving.log.read_text().count("Mail is not sent, but written into ") == 1
    assert "Traceback" not in serving.log.read_text()


@pytest.mark.parametrize("which", ["worker", "gunicorn"])
def test_when_one_dies_the_other_ends(serving: Serving, which: str) -> None:
    children = serving.children()
    os.kill(children[which], signal.SIGKILL)
    assert serving.process.wait(10) == 1
    assert not any(lives(pid) for pid in children.values())
