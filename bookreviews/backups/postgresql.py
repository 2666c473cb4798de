"""PostgreSQL: copied by pg_dump from one snapshot, restored by pg_restore in one transaction."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine, text

from bookreviews.backups.manifest import Census, Manifest, Table
from bookreviews.backups.refusals import BackupRefused
from bookreviews.lib import revisions

# Neither roles nor their rights: where it is restored, both may be others.
_PLAIN = ("--no-owner", "--no-privileges", "--no-password")

# The same row must be the same text, whatever is set for this database or role.
_AS_ALWAYS = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
)

_OURS = (
    "FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname <> 'information_schema' AND nspname !~ '^pg_' AND NOT EXISTS "
    "(SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
)
_TABLES = text(f"SELECT pg_class.oid::regclass::text {_OURS} AND relkind = 'r' ORDER BY 1")
_HAS_ANY = text(f"SELECT EXISTS (SELECT {_OURS} AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))")
_FUNCTIONS = text(
    "SELECT pg_proc.oid::regprocedure::text FROM pg_proc "
    "JOIN pg_namespace ON pg_namespace.oid = pronamespace "
    "WHERE nspname <> 'information_schema' AND nspname !~ '^pg_' AND NOT EXISTS "
    "(SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)


def dump(engine: Engine, into: Path) -> tuple[str | None, Census]:
    """Dump the database as it is at one moment; return its revision and what it holds then."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run(
            "pg_dump",
            *_PLAIN,
            "--format=custom",
            "--compress=0",  # the archive is compressed as a whole
            f"--snapshot={snapshot}",
            f"--file={into}",
            engine=engine,
        )
        return revisions.current(connection), census(connection)


def census(connection: Connection) -> Census:
    """Return what the database holds, as this transaction sees it."""
    for setting in _AS_ALWAYS:
        connection.execute(text(setting))
    return {name: Table.of(_rows(connection, name)) for name in _tables(connection)}


def check_empty(engine: Engine) -> None:
    """Refuse to restore where there are tables."""
    with engine.connect() as connection:
        if connection.scalar(_HAS_ANY):
            raise BackupRefused(
                f"The database {engine.url.database} has tables, and a backup is only restored "
                "into an empty place. Make a new one with `createdb`, and let DATABASE_URL name it."
            )


def load(engine: Engine, part: Path, manifest: Manifest) -> None:
    """Restore all in one transaction, compare all rows, and undo it should they differ."""
    _run("pg_restore", *_PLAIN, "--single-transaction", "--exit-on-error", part, engine=engine)
    with engine.begin() as connection:
        found = census(connection)
    try:
        manifest.check_tables(found)
    except BackupRefused:
        _clear(engine)
        raise


def _clear(engine: Engine) -> None:
    """Drop what a restore has just made in a database that had been empty."""
    with engine.begin() as connection:
        for table in _tables(connection):
            connection.execute(text(f"DROP TABLE {table} CASCADE"))
        for function in connection.scalars(_FUNCTIONS).all():
            connection.execute(text(f"DROP FUNCTION {function} CASCADE"))


def _tables(connection: Connection) -> list[str]:
    return list(connection.scalars(_TABLES))


def _rows(connection: Connection, table: str) -> Iterator[bytes]:
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.SQL(table))) as copy,
    ):
        for row in copy:  # the protocol sends one message for each
            yield bytes(row)


def _run(program: str, *arguments: object, engine: Engine) -> None:
    """Run one of PostgreSQL's programs; the password travels where no list of processes shows."""
    _, told = engine.dialect.create_connect_args(engine.url)
    environment = dict(os.environ)
    if told.get("password"):
        environment["PGPASSWORD"] = str(told["password"])
    where = make_conninfo(**{name: told[name] for name in _open_options() & told.keys()})
    command = [_path_of(program), f"--dbname={where}", *map(str, arguments)]
    done = subprocess.run(  # noqa: S603
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupRefused(f"{program} failed. {' '.join(lines[:3])}")


def _open_options() -> set[str]:
    """Return what PostgreSQL's own programs understand of an address and everybody may see."""
    return {
        option.keyword.decode()
        for option in Conninfo.get_defaults()
        if option.dispchar != b"*"  # so libpq marks secrets
    }


def _path_of(program: str) -> str:
    """Return where a program is: on PATH, or with the newest server that Debian has installed."""
    on_path = shutil.which(program)
    if on_path:
        return on_path
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: path.parts[-3]
    )
    if not found:
        raise BackupRefused(
            f"The program `{program}` isn't installed; it comes with PostgreSQL's client: "
            "apt install postgresql-client."
        )
    return str(found[-1])
