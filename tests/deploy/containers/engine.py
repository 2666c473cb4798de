"""Docker as the tests use it: commands that must work, and containers that are gone at the end."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any
from uuid import uuid4

import pytest

from tests.walkthrough import servers
from tests.walkthrough.visitor import Visitor

# A container starts as many processes as a site has; on a busy machine that takes its time, and
# each look by `docker` takes some of it away.
wait_until = partial(servers.wait_until, patience=120, pause=0.1)

# How an operator who is careful starts the image; docs/operations/install.md says the same.
HARDENED = (
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
)


def docker(
    *arguments: str,
    stdin: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run `docker …`, and return what it wrote; fail with its words where it fails."""
    done = subprocess.run(
        ["docker", *arguments],
        input=stdin,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {said}"
    return done.stdout.decode("utf-8", "replace").strip()


@cache
def missing_engine() -> str:
    """Return why Docker can't be used here, or nothing."""
    try:
        done = subprocess.run(
            ["docker", "version", "--format={{.Server.Version}}"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return "there is no program docker"
    return "" if done.returncode == 0 else done.stderr.decode("utf-8", "replace").strip()


def require_engine() -> None:
    """Skip where no engine answers; in continuous integration that is a failure."""
    why = missing_engine()
    if not why:
        return
    if os.environ.get("CI"):
        pytest.fail(f"Continuous integration must have a Docker engine: {why}")
    pytest.skip(f"needs a Docker engine: {why}")


def new_name(what: str) -> str:
    """Return a name that nobody has."""
    return f"bookreviews-test-{what}-{uuid4().hex[:8]}"


class Container:
    """One that runs, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def address(self) -> str:
        """Return where this machine reaches its port 8000."""
        return f"http://{docker('port', self.name, '8000/tcp').splitlines()[0]}"

    @property
    def state(self) -> dict[str, Any]:
        """Return what the engine knows of it now."""
        found: dict[str, Any] = json.loads(docker("inspect", "--format={{json .State}}", self.name))
        return found

    @property
    def log(self) -> str:
        """Return all that it said."""
        done = subprocess.run(
            ["docker", "logs", self.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode("utf-8", "replace")

    def run(self, *command: str, stdin: bytes | None = None, **environment: str) -> str:
        """Run a command inside."""
        given = [f"--env={name}={value}" for name, value in environment.items()]
        return docker("exec", "--interactive", *given, self.name, *command, stdin=stdin or b"")

    def wait_for_page(self) -> None:
        """Return when it serves its front page."""
        visitor = Visitor(self.address)

        def answers() -> bool:
            try:
                return visitor.get("/").status == 200
            except OSError:
                return False

        try:
            wait_until(answers, f"the first page of {self.name}")
        except AssertionError as error:
            raise AssertionError(self.log) from error

    def wait_for_health(self) -> None:
        """Return when its own check says that it is well."""

        def is_well() -> bool:
            state = self.state
            assert state["Status"] == "running", self.log
            return bool(state["Health"]["Status"] == "healthy")

        wait_until(is_well, f"{self.name} to be healthy")

    def stop(self) -> int:
        """Stop it as operators do, and return how it ended."""
        docker("stop", "--time=60", self.name)
        code: int = self.state["ExitCode"]
        return code


@contextmanager
def container(image: str, *command: str, options: tuple[str, ...] = ()) -> Iterator[Container]:
    """Start a container that is gone at the end."""
    one = Container(new_name("one"))
    publish = "--publish=127.0.0.1::8000"
    docker("run", "--detach", f"--name={one.name}", publish, *options, image, *command)
    try:
        yield one
    finally:
        docker("rm", "--force", "--volumes", one.name)


@contextmanager
def volume() -> Iterator[str]:
    """Make a volume that is gone at the end."""
    name = docker("volume", "create", new_name("volume"))
    try:
        yield name
    finally:
        docker("volume", "rm", "--force", name)
