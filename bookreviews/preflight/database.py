"""The database before a start: reachable, writable, migrated, and of one time with us."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bookreviews.config import ROOT
from bookreviews.lib import revisions
from bookreviews.lib.failures import words_of
from bookreviews.preflight.findings import Finding

_MIGRATIONS = ROOT / "migrations"
_UPGRADE = "Run `bookreviews db upgrade`."
# More than a slow network explains.
_MOST_APART = timedelta(seconds=10)
# No site of ours ran before: a machine whose clock says so has forgotten the time.
_THE_PAST = datetime.fromisoformat("2026-01-01T00:00:00Z")

# Changes nothing, and asks for all the rights that a change needs.
_CHANGE_NOTHING = text("DELETE FROM alembic_version WHERE 1 = 0")
_ITS_CLOCK = text("SELECT clock_timestamp()")


def file_of(engine: Engine) -> Path | None:
    """Return the file of an SQLite database."""
    is_file = engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:")
    return Path(str(engine.url.database)) if is_file else None


def look_at_database(engine: Engine, at: datetime) -> Iterator[Finding]:
    """Yield what would keep the site from working with its database."""
    file = file_of(engine)
    if file is not None and not file.exists():  # to connect would make it
        yield Finding(f"There is no database at {file}.", _UPGRADE)
        return
    try:
        with engine.connect() as connection:
            found = [*_look_at_tables(connection), *_look_at_clock(connection, at)]
    except (SQLAlchemyError, sqlite3.Error) as error:
        yield Finding(
            f"The database can't be reached: {words_of(error)}.",
            "See that it runs, and that DATABASE_URL is right.",
        )
        return
    yield from found
    if not found:
        yield from _look_at_rights(engine)


def _look_at_tables(connection: Connection) -> Iterator[Finding]:
    present = revisions.current(connection)
    newest = revisions.newest(_MIGRATIONS)
    if present is None:
        yield Finding("The database has no tables.", _UPGRADE)
    elif present not in revisions.known(_MIGRATIONS):
        yield Finding(
            f"The database's tables are at {present}, which this version doesn't know.",
            "Install the newer version that made them.",
        )
    elif present != newest:
        yield Finding(f"The database's tables are at {present}, not yet at {newest}.", _UPGRADE)


def _look_at_clock(connection: Connection, at: datetime) -> Iterator[Finding]:
    if at < _THE_PAST:
        yield Finding(
            f"This machine's clock says {at:%Y-%m-%d}.", "Set it: timedatectl set-ntp true"
        )
    if connection.dialect.name != "postgresql":
        return
    apart = abs(connection.execute(_ITS_CLOCK).scalar_one() - at)
    if apart > _MOST_APART:
        yield Finding(
            f"The clocks of this machine and of the database are {apart.total_seconds():.0f} "
            "seconds apart.",
            "Set both: timedatectl set-ntp true",
        )


def _look_at_rights(engine: Engine) -> Iterator[Finding]:
    try:
        with engine.connect() as connection:
            connection.execution_options(sqlite_begin="BEGIN IMMEDIATE").execute(_CHANGE_NOTHING)
            connection.rollback()
    except (SQLAlchemyError, sqlite3.Error) as error:  # the latter from our BEGIN
        yield Finding(
            f"The database can't be written to: {words_of(error)}.",
            "See that DATABASE_URL names the primary, and a user who may write; with SQLite, "
            "that the file and its folder belong to whom the site runs as.",
        )
