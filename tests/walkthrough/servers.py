"""A whole site for the walkthrough: Nginx in front of Gunicorn, on ports and folders of its own."""

import grp
import os
import pwd
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest

from bookreviews.config import ROOT

# A busy machine may take long; nothing here waits longer than it must.
PATIENCE = 30

_SOCKET = "var/bookreviews.sock"


def wait_until(
    condition: Callable[[], object],
    of_what: str,
    *,
    patience: int = PATIENCE,
    pause: float = 0.01,
) -> None:
    """Return as soon as `condition` holds; fail if it does not in time."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"waited {patience} seconds for {of_what}"
        time.sleep(pause)


def program(*names: str) -> str:
    """Return the path of a program that the walkthrough needs, by the first name it has here."""
    # Nginx stands in sbin, where nobody's PATH may lead.
    places = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    found = next(filter(None, (shutil.which(name, path=places) for name in names)), None)
    if found is None:
        pytest.fail(f"{names[0]} is not installed; `make test` (scripts/test-setup) installs it.")
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    return next(port for port in _ports if _is_free(port))


def _ports_of_this_worker() -> Iterator[int]:
    """Yield its ports again and again, none soon after it was given.

    They lie below those that the system lends to connections which go out: one of these could take
    a port between our look and the server's start. No other worker of this run has the same.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    ports = list(range(15_000 + 1_000 * worker, 16_000 + 1_000 * worker))
    random.shuffle(ports)
    return cycle(ports)


_ports = _ports_of_this_worker()


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind(("", port))
        except OSError:
            return False
    return True


@dataclass
class Server:
    """A server in a process of its own, with its log."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    listens_at: Path | int  # a socket in its folder, or a port
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Return the file with all it said."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            wait_until(lambda: self._has_ended() or self._is_up(), f"{self.name} to start")
            assert not self._has_ended(), f"{self.name} did not start"
        except AssertionError as error:
            self.stop()
            pytest.fail(f"{error}:\n{self.log.read_text('utf-8', 'replace')}", pytrace=False)

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _is_up(self) -> bool:
        if isinstance(self.listens_at, Path):
            family, address = socket.AF_UNIX, str(self.folder / self.listens_at)
        else:
            family, address = socket.AF_INET, ("127.0.0.1", self.listens_at)
        with closing(socket.socket(family)) as knock:
            return knock.connect_ex(address) == 0


class Site:
    """Nginx with nginx.conf and Gunicorn with gunicorn.conf.py, as in production."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.environment = production(database_url, self.address)
        self.environment["MEDIA_URL"] = f"folder:{folder / 'var' / 'media'}"
        self.gunicorn = self._gunicorn()
        self.nginx = self._nginx(port)

    @property
    def servers(self) -> list[Server]:
        """Return the processes it consists of."""
        return [self.gunicorn, self.nginx]

    def start(self) -> None:
        """Start the application, then what stands in front of it."""
        for server in self.servers:
            server.start()

    def stop(self) -> None:
        """Stop whatever runs."""
        for server in reversed(self.servers):
            server.stop()

    def load_demo(self) -> None:
        """Fill the database with the demo's books and readers, by the command for it."""
        command = [sys.executable, "-m", "bookreviews", "demo", "load"]
        told = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stderr

    def _gunicorn(self) -> Server:
        command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py")]
        behind_nginx = {"BIND": f"unix:{_SOCKET}", "TRUSTED_PROXIES": "1", "WEB_CONCURRENCY": "2"}
        environment = self.environment | behind_nginx
        return Server("gunicorn", command, self.folder, environment, Path(_SOCKET))

    def _nginx(self, port: int) -> Server:
        """Return Nginx with our nginx.conf, and files in the place of some of deploy/nginx/.

        It listens on another port, and lets one address ask more often: all tests have the same.
        """
        (self.folder / "var" / "nginx").mkdir(parents=True)
        (self.folder / "static").symlink_to(ROOT / "static")
        shutil.copyfile(ROOT / "nginx.conf", self.folder / "nginx.conf")
        shutil.copytree(ROOT / "deploy" / "nginx", self.folder / "deploy" / "nginx")
        listens = f"listen 127.0.0.1:{port} default_server;"
        (self.folder / "deploy" / "nginx" / "listen.conf").write_text(listens, "utf-8")
        limits = self.folder / "deploy" / "nginx" / "limits.conf"
        limits.write_text(
            re.sub(r"rate=\d+r/.", "rate=1000r/s", limits.read_text("utf-8")), "utf-8"
        )
        started_with = "daemon off;"
        if os.geteuid() == 0:  # its workers would be somebody who can't read our folder
            started_with += f" user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};"
        command = [program("nginx"), "-e", "stderr", "-p", ".", "-c", "nginx.conf"]
        return Server("nginx", [*command, "-g", started_with], self.folder, self.environment, port)


def production(database_url: str, address: str) -> dict[str, str]:
    """Return the environment of a site in production that is reached at `address`."""
    return os.environ | {
        "BOOKREVIEWS_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": address,
        "DATABASE_URL": database_url,
        "OPERATOR_TOKEN": secrets.token_urlsafe(48),
        "OPEN_LIBRARY_URL": "http://127.0.0.1:9",  # it is offered; nobody answers there
        "DEMO": "1",
    }


def uwsgi(folder: Path, database_url: str) -> Server:
    """Return uWSGI alone with the application, as README.md starts it."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("uwsgi")),
        f"--http-socket=127.0.0.1:{port}",
        "--module=bookreviews:create_app()",
        "--need-app",
        "--master",
        "--processes=2",
        "--die-on-term",
    ]
    address = f"http://127.0.0.1:{port}"
    return Server("uwsgi", command, folder, production(database_url, address), port)
