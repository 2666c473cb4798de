"""A real PostgreSQL for tests: a throw-away cluster on a Unix socket, started once for a run.

TEST_DATABASE_URL names another server to use instead; its user must be able to create databases.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.scratch import new_folder

_VARIABLE = "TEST_DATABASE_URL"
# Nothing here outlives the run, so nothing needs to survive a crash.
_FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    " -c max_wal_size=128MB"
)


class PostgresMissing(Exception):
    """There is no PostgreSQL server on this machine."""


@dataclass
class Postgres:
    """A running server; `folder` is that of a cluster of ours, None for one of somebody else's."""

    url: str
    folder: Path | None = None

    @classmethod
    def start(cls) -> "Postgres | None":
        """Start a cluster and tell the workers of this run where it is."""
        if _VARIABLE in os.environ:
            return cls(os.environ[_VARIABLE])
        programs = _programs()
        if programs is None:
            return None
        folder = new_folder("postgres")
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        _run(
            programs / "initdb",
            "-D",
            folder / "data",
            "-A",
            "trust",
            "-U",
            "postgres",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        options = f"-k {folder} -c listen_addresses='' {_FAST}"
        _run(
            programs / "pg_ctl",
            "-D",
            folder / "data",
            "-l",
            folder / "log",
            "-w",
            "-o",
            options,
            "start",
        )
        server = cls(f"postgresql://postgres@/postgres?host={folder}", folder)
        os.environ[_VARIABLE] = server.url
        return server

    @classmethod
    def running(cls) -> "Postgres":
        """Return the server of this run."""
        if _VARIABLE not in os.environ:
            raise PostgresMissing("PostgreSQL's server is not installed; `make test` installs it.")
        return cls(os.environ[_VARIABLE])

    def stop(self) -> None:
        """Stop the cluster if it is ours, and leave nothing behind."""
        programs = _programs()
        if self.folder is None or programs is None:
            return
        _run(programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url_of(self, database: str) -> str:
        """Return the address of one of the server's databases."""
        return self.url.replace("/postgres?", f"/{database}?", 1)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database as a copy of `template` and return its name."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, with whoever is still connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def new_name() -> str:
    """Return a name that no database has."""
    return f"test_{uuid4().hex}"


def _programs() -> Path | None:
    """Return the folder of the newest server that is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return versions[-1].parent if versions else None


def _run(*command: object) -> None:
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_whom, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL)
