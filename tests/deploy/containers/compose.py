"""The site as compose.yaml starts it, in a project of its own, and what can be done to it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.containers.engine import Container, docker, new_name

APPS = ("app-1", "app-2")
SERVICES = ("nginx", *APPS, "worker", "postgres", "valkey")

# Run in an application's container: its Gunicorn is process 1, and a worker is a child of that.
_KILL_A_WORKER = """
import os, pathlib, signal
def parent(process): return int((process / "stat").read_text().rpartition(")")[2].split()[1])
workers = [one for one in pathlib.Path("/proc").glob("[0-9]*") if parent(one) == 1]
os.kill(int(next(one.name for one in workers if b"gunicorn" in (one / "cmdline").read_bytes())), 9)
"""


class Compose:
    """One project, started from a checkout by the letter of docs/operations/install.md."""

    def __init__(self, checkout: Path, image: str) -> None:
        self._checkout = checkout
        self._image = image
        self.project = new_name("site")
        self._settings = {"TAG": image.partition(":")[2], "PUBLISH": "127.0.0.1:"}

    def __call__(self, *arguments: str) -> str:
        """Run `docker compose …`, which must work."""
        project = f"--project-name={self.project}"
        place = f"--project-directory={self._checkout}"
        return docker("compose", project, place, *arguments, environment=self._settings)

    def start(self) -> None:
        """Draw the secrets and start everything; return when all that checks itself is well.

        All readers of a test come from one address, as those of a school do: what is to be
        changed for a school is changed.
        """
        limits = self._checkout / "deploy/nginx/limits.conf"
        limits.write_text(re.sub(r"rate=\d+r/[ms]", "rate=1000r/s", limits.read_text()))
        subprocess.run([self._checkout / "deploy/compose/make-secrets"], check=True)
        self("up", "--detach", "--wait")

    @property
    def address(self) -> str:
        """Return where readers reach it."""
        return f"http://{self('port', 'nginx', '8080')}"

    def published(self, port: str) -> tuple[str, int]:
        """Return where this machine reaches a port of Nginx."""
        host, _, number = self("port", "nginx", port).rpartition(":")
        return host, int(number)

    def upgrade(self) -> str:
        """Bring it to what the checkout is now, by the script for that; return what it says."""
        self._settings["TAG"] += "-next"
        environment = {**os.environ, **self._settings, "COMPOSE_PROJECT_NAME": self.project}
        script = self._checkout / "deploy/compose/upgrade"
        done = subprocess.run(
            [script], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def speak_tls(self) -> None:
        """Let Nginx speak TLS, with the certificate in its folder."""
        files = [self._checkout / name for name in ("compose.yaml", "deploy/compose/tls.yaml")]
        self._settings["COMPOSE_FILE"] = ":".join(map(str, files))
        self._settings |= {"PUBLISH_HTTP": "127.0.0.1:", "PUBLISH_TLS": "127.0.0.1:"}
        self("up", "--detach", "--wait", "--no-deps", "nginx")

    def __getitem__(self, service: str) -> Container:
        """Return the container of a service, as it is now."""
        return Container(self("ps", "--all", "--quiet", service))

    # ---- What happens to it ---------------------------------------------------------------------
    def kill_a_worker(self, app: str) -> None:
        """Let a worker of Gunicorn end like a process that the kernel takes the memory from."""
        self[app].run("python", "-c", _KILL_A_WORKER)

    def kill(self, service: str) -> None:
        """Let the first process of a container end so.

        `docker kill` would count as a wish of the operator, whose containers Docker leaves alone
        afterwards; inside, nobody can kill process 1. So it is done from beside.
        """
        process = self[service].state["Pid"]
        beside = ("--privileged", "--pid=host", "--network=none", "--user=0")
        code = f"import os; os.kill({process}, 9)"
        docker("run", "--rm", *beside, self._image, "python", "-c", code)

    @contextmanager
    def paused(self, service: str) -> Iterator[None]:
        """Let a service stand still, as on a disk that doesn't answer."""
        self("pause", service)
        try:
            yield
        finally:
            self("unpause", service)

    @contextmanager
    def stopped(self, service: str) -> Iterator[None]:
        """Let a service be away."""
        one = self[service]
        docker("stop", one.name)
        try:
            yield
        finally:
            docker("start", one.name)

    def remove(self) -> None:
        """Leave nothing of it behind but the image that it was given."""
        self("down", "--volumes", "--remove-orphans", "--timeout=5")
        of_release = f"{self._image}-next"
        docker("image", "rm", "--force", of_release, of_release.replace(":", "-tools:"))

    def log(self) -> str:
        """Return what all containers said, the last lines of each."""
        return self("logs", "--no-color", "--tail=40")


@contextmanager
def started(checkout: Path, image: str) -> Iterator[Compose]:
    """Start the site on volumes that are gone at the end; say what it said where it fails."""
    site = Compose(checkout, image)
    try:
        site.start()
        yield site
    except BaseException:
        sys.stderr.write(site.log())
        raise
    finally:
        site.remove()
