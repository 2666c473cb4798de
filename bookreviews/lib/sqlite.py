"""SQLite as a server's database: settings of each connection, and writers in single file."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

# Asks for a transaction that writes: `session.connection(execution_options=WRITES)`.
WRITES = {"sqlite_begin": "BEGIN IMMEDIATE"}

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers never wait for a writer
    "PRAGMA synchronous = NORMAL",  # safe against a crash in WAL; only power loss may undo
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",  # milliseconds; for writers outside `write_turn`
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA temp_store = MEMORY",
)


def tune(engine: Engine) -> None:
    """Set each new connection of `engine` up, and let us say how a transaction begins."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


@contextmanager
def written_at_length(engine: Engine) -> Iterator[None]:
    """Let this process write much for a while, without connections from before or for after.

    It holds as many pages as it changes, and leaves its log to `shorten_log`: a commit that has
    to look after that as well, as by default, keeps all other writers waiting for the disk.
    """
    engine.dispose()
    event.listen(engine, "connect", _widen)
    try:
        yield
    finally:
        event.remove(engine, "connect", _widen)
        engine.dispose()


def _widen(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA cache_size = -65536")  # KiB
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def shorten_log(engine: Engine) -> None:
    """Copy what was committed from the log into the database, while nobody has to wait."""
    pooled = engine.raw_connection()
    try:
        driver_connection = pooled.driver_connection
        assert isinstance(driver_connection, sqlite3.Connection)
        driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        pooled.close()


def make_folder(engine: Engine) -> None:
    """Make the folder of the database's file where it is missing."""
    if engine.url.database not in (None, "", ":memory:"):
        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the module's own guess at BEGIN comes too late
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    how = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    driver_connection = connection.connection.driver_connection
    assert isinstance(driver_connection, sqlite3.Connection)
    driver_connection.execute(how)


@contextmanager
def write_turn(database: str | None) -> Iterator[None]:
    """Wait in line for the one place of a writer, across threads and processes.

    SQLite lets writers that collide sleep and retry, and the unlucky sleep long. A lock on a
    file beside the database queues them instead; the kernel frees it even after kill -9.
    """
    if not database or database == ":memory:":
        yield
        return
    with Path(f"{database}-turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
