"""A real PostgreSQL for tests: a throw-away cluster on a Unix socket, started once for a run.

TEST_DATABASE_URL names another server to use instead; its user must be able to create databases.
"""

import os
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.clusters import Cluster, programs

_VARIABLE = "TEST_DATABASE_URL"
# Nothing here outlives the run, so nothing needs to survive a crash.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": 200,
    "max_wal_size": "128MB",
    "autovacuum": "off",
}


class PostgresMissing(Exception):
    """There is no PostgreSQL server on this machine."""


@dataclass
class Postgres:
    """A running server; `cluster` is ours, None where it is somebody else's."""

    url: str
    cluster: Cluster | None = None

    @classmethod
    def start(cls) -> "Postgres | None":
        """Start a cluster and tell the workers of this run where it is."""
        if _VARIABLE in os.environ:
            return cls(os.environ[_VARIABLE])
        if programs() is None:
            return None
        cluster = Cluster.new("postgres")
        cluster.create()
        cluster.start(**_FAST)
        os.environ[_VARIABLE] = cluster.url
        return cls(cluster.url, cluster)

    @classmethod
    def running(cls) -> "Postgres":
        """Return the server of this run."""
        if _VARIABLE not in os.environ:
            raise PostgresMissing("PostgreSQL's server is not installed; `make test` installs it.")
        return cls(os.environ[_VARIABLE])

    def stop(self) -> None:
        """Stop the cluster if it is ours, and leave nothing behind."""
        if self.cluster is not None:
            self.cluster.stop()
            self.cluster.remove()

    def url_of(self, database: str) -> str:
        """Return the address of one of the server's databases."""
        return self.url.replace("/postgres?", f"/{database}?", 1)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database as a copy of `template` and return its name."""
        # Copied as files: quicker than through the log where nothing is synchronised.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, with whoever is still connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


# What a database looks like but for its rows: whatever a test does to tables, triggers, functions
# or settings writes one of these entries anew, and an entry is known by who wrote it.
_SHAPE = """
SELECT string_agg(entries, ' ') FROM (
    SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_class WHERE oid >= 16384
    UNION ALL
    SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_constraint
    UNION ALL SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_trigger
    UNION ALL
    SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_proc WHERE oid >= 16384
    UNION ALL
    SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT string_agg(version_num, ' ') FROM alembic_version
) AS catalogues (entries)
"""
_OTHERS_LEAVE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
_NUMBERS_BEGIN_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
# Deleted rows leave their room behind, which every later test would have to read past.
_MANY_ROWS = 2_000


class Recycled:
    """One database that many tests find as new, one after the other.

    To delete the few rows that a test left takes a tenth of what copying the template takes. Where
    a test did more than write rows, or where we may not pass over triggers, it is made anew.
    """

    def __init__(self, server: Postgres, template: str) -> None:
        self.name = new_name()
        self._server, self._template = server, template
        # Stays, since a new one would have to learn all tables again.
        self._connection: psycopg.Connection | None = None
        self._shape = self._deletion = ""

    def as_new(self) -> str:
        """Return its address, with all tables and no rows."""
        if self._connection is None or not self._is_emptied(self._connection):
            self.drop()
            self._server.create_database(self.name, template=self._template)
            self._connection = self._connected()
        return self._server.url_of(self.name)

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._connection is not None:
            self._connection.close()
        self._server.drop_database(self.name)

    def _connected(self) -> psycopg.Connection | None:
        try:
            connection = psycopg.connect(
                self._server.url_of(self.name),
                autocommit=True,
                options="-c session_replication_role=replica",
            )
        except psycopg.Error:  # which not every role may ask for
            return None
        self._shape = _value(connection, _SHAPE)
        self._deletion = _deletion([name for (name,) in connection.execute(_TABLES)])
        return connection

    def _is_emptied(self, connection: psycopg.Connection) -> bool:
        try:
            connection.execute(_OTHERS_LEAVE)
            if _value(connection, _SHAPE) != self._shape:
                return False
            deleted = int(_value(connection, self._deletion))
            connection.execute(_NUMBERS_BEGIN_AGAIN)
        except psycopg.Error:  # somebody is in the way
            return False
        return deleted <= _MANY_ROWS


def _deletion(tables: list[str]) -> str:
    """Return the statement that deletes the rows of all tables and says how many they were."""
    parts = {f"gone_{number}": table for number, table in enumerate(tables)}
    deletions = ", ".join(
        f'{part} AS (DELETE FROM "{table}" RETURNING 1)' for part, table in parts.items()
    )
    counts = " + ".join(f"(SELECT count(*) FROM {part})" for part in parts)
    return f"WITH {deletions} SELECT {counts}"


def _value(connection: psycopg.Connection, query: str) -> str:
    row = connection.execute(query, prepare=True).fetchone()
    assert row is not None
    return str(row[0])


def new_name() -> str:
    """Return a name that no database has."""
    return f"test_{uuid4().hex}"
