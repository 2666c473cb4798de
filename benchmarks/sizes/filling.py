"""Filling an empty, migrated database with a whole site, by one statement for each table.

    DATABASE_URL=... python -m benchmarks.sizes.filling 1000000

The same number of works always makes the same site, but for its last day, which is today: what is
talked about depends on it. PostgreSQL's user has to be a superuser, for whom no foreign key is
looked up.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any

from flask_migrate import upgrade

from benchmarks.sizes import catalogue, found, readers
from benchmarks.sizes.dialects import Dialect
from benchmarks.sizes.scale import TEXTS, Scale
from benchmarks.sizes.words import words
from bookreviews import create_app
from bookreviews.catalog.search.indexing import settle
from bookreviews.extensions import engine
from bookreviews.jobs.catalog import count_works_of_subjects
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction

Tell = Callable[[str], None]

_AT_ONCE = {
    True: (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -500000",
    ),
    False: (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
        "SET work_mem = '256MB'",
        "SET maintenance_work_mem = '512MB'",
    ),
}


def fill(works: int, *, until: datetime, tell: Tell = print) -> None:
    """Fill an empty database, and count what chores count."""
    scale, dialect = Scale(works), Dialect(engine().dialect.name == "sqlite")
    pooled = engine().raw_connection()
    database: Any = pooled.driver_connection
    if not dialect.is_sqlite:
        database.autocommit = True
    for setting in _AT_ONCE[dialect.is_sqlite]:
        database.execute(setting)
    with _timed("indexes apart", tell), _without_indexes(database, dialect):
        _make_words(database, scale)
        for table, statement in _statements(scale, dialect, until):
            with _timed(table, tell):
                database.execute(statement)
        _put(database, "search_spellings (key, word)", found.spellings(words(scale.words)))
    pooled.invalidate()  # its settings are for nobody else
    with _timed("counts of words and subjects", tell):
        _count()
    if not dialect.is_sqlite:  # as its autovacuum would; SQLite plans without statistics here
        with _timed("statistics", tell):
            _gather_statistics()


def _statements(scale: Scale, dialect: Dialect, until: datetime) -> catalogue.Statements:
    yield from readers.statements(scale, dialect, until=until)
    yield from catalogue.statements(scale, dialect)
    yield from found.statements()


def _make_words(database: Any, scale: Scale) -> None:
    """Let there be numbers, words and texts to draw from, as long as this connection lasts."""
    for table in (
        "numbers (number bigint PRIMARY KEY)",
        "words (number bigint PRIMARY KEY, word text)",
        "texts (number bigint PRIMARY KEY, body text)",
    ):
        database.execute(f"CREATE TEMPORARY TABLE {table}")
    database.execute(_NUMBERS.format(most=max(scale.editions, scale.words, 1000)))
    known = words(scale.words)
    _put(database, "words (number, word)", enumerate(known, 1))
    dice = Random(TEXTS)
    bodies = (
        " ".join(dice.choices(known[:2000], k=5 * number)) + "." for number in range(1, TEXTS + 1)
    )
    _put(database, "texts (number, body)", enumerate(bodies, 1))
    for table in ("numbers", "words", "texts"):
        database.execute(f"ANALYZE {table}")


def _put(database: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of two columns."""
    if isinstance(database, sqlite3.Connection):
        database.execute("BEGIN")
        database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
        database.execute("COMMIT")
        return
    with database.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def _without_indexes(database: Any, dialect: Dialect) -> Iterator[None]:
    """Make the indexes after the rows: sorting once is quicker than finding each one's place."""
    found_indexes = list(database.execute(_INDEXES[dialect.is_sqlite]).fetchall())
    for name, _ in found_indexes:
        database.execute(f"DROP INDEX {name}")
    yield
    for _, statement in found_indexes:
        database.execute(statement)


def _count() -> None:
    """Do what the worker's chores would do."""
    count_works_of_subjects(now())
    part: str | None = ""
    while part is not None:
        with transaction():
            part = settle(part)


def _gather_statistics() -> None:
    """After all else: which tier of search has how many works is known only then."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def _timed(what: str, tell: Tell) -> Iterator[None]:
    wall, cpu = time.monotonic(), time.process_time()
    yield
    tell(f"  {what}: {time.monotonic() - wall:.1f} s, {time.process_time() - cpu:.1f} s of our CPU")


_NUMBERS = """
WITH RECURSIVE counting (number) AS (
  SELECT 1 UNION ALL SELECT number + 1 FROM counting WHERE number < {most}
)
INSERT INTO numbers (number) SELECT number FROM counting
"""
# Those of constraints stay.
_INDEXES = {
    True: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    False: """
        SELECT i.indexname, i.indexdef FROM pg_indexes i
        WHERE i.schemaname = 'public' AND NOT EXISTS (
          SELECT FROM pg_constraint c WHERE c.conindid = i.indexname::regclass
        )
    """,
}


def main() -> None:
    """Fill the database at DATABASE_URL with as many works as were asked for."""
    os.environ |= {"BOOKREVIEWS_ENV": "development", "DATABASE_PATIENCE": "0"}
    app = create_app()
    with app.app_context():
        upgrade()
        fill(int(sys.argv[1]), until=now())


if __name__ == "__main__":
    main()
