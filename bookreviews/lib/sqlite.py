"""SQLite as a server's database: settings of each connection, and writers in single file."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import immutabledict

# How a connection begins transactions that read, and those that write, each in its turn.
READS: immutabledict[str, Any] = immutabledict()
WRITES = immutabledict({"sqlite_begin": "BEGIN IMMEDIATE", "sqlite_in_turn": True})

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers never wait for a writer
    "PRAGMA synchronous = NORMAL",  # safe against a crash in WAL; only power loss may undo
    # Pages of the log, 16 MB, until a commit waits for the disk to take them into the database.
    # With a quarter of them each 35th review kept all waiting; readers find 4,062 as fast as one.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",  # milliseconds; for writers outside `write_turn`
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA temp_store = MEMORY",
)

# Where a connection keeps its turn while it writes.
_TURN = "turn to write"


def tune(engine: Engine) -> None:
    """Set each new connection of `engine` up, and let us say how a transaction begins."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _end_turn)


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
    options = connection.get_execution_options()
    if options.get("sqlite_in_turn"):
        connection.info[_TURN] = _taken_turn(connection.engine.url.database)
    driver_connection = connection.connection.driver_connection
    assert isinstance(driver_connection, sqlite3.Connection)
    driver_connection.execute(options.get("sqlite_begin", "BEGIN"))


def _end_turn(_connection: Any, record: Any) -> None:
    """Let the next one write: the transaction is over when its connection comes back."""
    if turn := record.info.pop(_TURN, None):
        turn.close()


@contextmanager
def write_turn(database: str | None) -> Iterator[None]:
    """Wait in line for the one place of a writer, across threads and processes.

    SQLite lets writers that collide sleep and retry, and the unlucky sleep long. A lock on a
    file beside the database queues them instead; the kernel frees it even after kill -9.
    """
    turn = _taken_turn(database)
    try:
        yield
    finally:
        if turn:
            turn.close()


def _taken_turn(database: str | None) -> BinaryIO | None:
    """Wait for the turn, and return the file whose closing ends it; None for one in memory."""
    if not database or database == ":memory:":
        return None
    turn = Path(f"{database}-turn").open("ab", buffering=0)  # noqa: SIM115 - to be closed later
    fcntl.flock(turn, fcntl.LOCK_EX)
    return turn
