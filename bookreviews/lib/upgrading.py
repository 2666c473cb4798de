"""One upgrade of a database at a time, which never makes its readers wait for long.

Whoever changes a table on PostgreSQL waits until nobody reads it, and whoever wants to read it
queues behind: one long reader and one upgrade would stop a whole site. So an upgrade waits for a
table only briefly, lets everybody pass, and tries again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from bookreviews.lib import sqlite
from bookreviews.lib.advisory import takes_turn

# How long an upgrade may hold up those who want the same table, and how often it comes back.
LONGEST_WAIT = 2.0  # seconds
PATIENCE = 600.0  # seconds
_PAUSES = (0.5, 1.0, 2.0, 5.0)  # seconds; the last again and again

# Any number will do, as long as nobody else's program takes the same in this database.
_TURN = 7_265_737_368
_BRIEFLY = text("SELECT set_config('lock_timeout', :milliseconds, true)")
_AT_LEISURE = text("SET LOCAL statement_timeout = 0")

# Indexes whose building beside the traffic was broken off: kept up to date, never used, and taken
# by IF NOT EXISTS for what is to be built.
_BROKEN_OFF = text(
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT indisvalid AND relnamespace = current_schema::regnamespace "
    "AND starts_with(relname, 'ix_') "
    "AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)"
)

_log = logging.getLogger("bookreviews.upgrading")


class TablesInUse(RuntimeError):
    """The tables were not free for a moment in all this time; nothing has been changed."""


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Let one process upgrade a database, and others wait until it has.

    On SQLite it is the writers' turn: who writes a review waits until the end. On PostgreSQL, who
    waits asks again and again: to wait inside the database would keep an index from being built
    beside the traffic.
    """
    if engine.dialect.name == "sqlite":
        with sqlite.write_turn(engine.url.database):
            yield
        return
    with engine.connect() as holder:
        _attempt(lambda: takes_turn(holder, _TURN), "Another upgrade is running; this one waits.")
        yield


def wait_briefly(connection: Connection) -> None:
    """Let the transaction that has begun on PostgreSQL wait for no table longer than a moment."""
    if connection.dialect.name == "postgresql":
        connection.execute(_BRIEFLY, {"milliseconds": f"{LONGEST_WAIT * 1000:.0f}"})
        connection.execute(_AT_LEISURE)


def drop_broken_indexes(connection: Connection) -> None:
    """Drop what an upgrade that was broken off has left of indexes, so that they are built anew."""
    if connection.dialect.name == "postgresql":
        for name in connection.scalars(_BROKEN_OFF).all():
            connection.execute(text(f"DROP INDEX {name}"))


def until_free(upgrade: Callable[[], None]) -> None:
    """Run `upgrade`, again where a table was in use; it must leave nothing behind when it fails."""
    _attempt(lambda: _finds_free(upgrade), "The tables are in use; the upgrade tries again.")


def _finds_free(upgrade: Callable[[], None]) -> bool:
    try:
        upgrade()
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable | DeadlockDetected):
            return False
        raise
    return True


def _attempt(act: Callable[[], bool], told: str) -> None:
    """Act until it succeeds, with pauses in between that grow, or raise TablesInUse."""
    until = time.monotonic() + PATIENCE
    pauses = iter(_PAUSES)
    pause = 0.0
    while not act():
        if time.monotonic() > until:
            raise TablesInUse(
                f"{told} It has given up after {PATIENCE:.0f} seconds, and nothing was changed."
            )
        if not pause:
            _log.warning(told)
        pause = next(pauses, pause)
        time.sleep(pause)
