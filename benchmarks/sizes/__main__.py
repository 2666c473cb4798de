"""`make sizes`: what pages take on sites of several sizes, and the ratios between these.

    python -m benchmarks.sizes 1000 100000 [1000000]

SQLite's files are made in BENCH_FOLDER, by default that of temporary files. With
BENCH_DATABASE_URL, the address of a PostgreSQL server of this machine whose user is a superuser,
databases are made there instead. Each is removed once it is measured, unless BENCH_KEEP is set;
one that was kept is measured as it is. A million works take 5 GB.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import select

from benchmarks.sizes.filling import fill
from benchmarks.sizes.measuring import Measured, measure
from benchmarks.sizes.scale import Scale
from bookreviews import create_app
from bookreviews.catalog.models import Work
from bookreviews.config import Settings
from bookreviews.extensions import engine, read, session
from bookreviews.lib.clock import now

Table = dict[str, Measured]


def main() -> None:
    """Fill, measure and print, one size after the other."""
    sizes = sorted(int(size) for size in sys.argv[1:]) or [1_000, 100_000]
    tables: dict[int, Table] = {}
    for size in sizes:
        with _database(f"bookreviews_{size}") as url:
            tables[size] = _measure(url, size)
    for size in sizes[1:]:
        _print_ratios(tables, sizes[0], size)


@contextmanager
def _database(name: str) -> Iterator[str]:
    """Yield the address of the database of this name, which is made if it isn't there."""
    server = os.environ.get("BENCH_DATABASE_URL")
    with _postgresql(server, name) if server else _sqlite(name) as url:
        yield url


@contextmanager
def _sqlite(name: str) -> Iterator[str]:
    folder = Path(os.environ.get("BENCH_FOLDER", tempfile.gettempdir()))
    yield f"sqlite:///{folder}/{name}.sqlite3"
    if not _KEEPS:
        for file in folder.glob(f"{name}.sqlite3*"):
            file.unlink()


@contextmanager
def _postgresql(server: str, name: str) -> Iterator[str]:
    named = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute(_IS_THERE, [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(named))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        if not _KEEPS:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(named))


def _measure(url: str, size: int) -> Table:
    os.environ |= {
        "BOOKREVIEWS_ENV": "development",
        "DATABASE_URL": url,
        "DATABASE_PATIENCE": "0",
    }
    app = create_app(Settings.from_environment())
    with app.app_context():
        upgrade()
        is_empty = read(select(Work.id).limit(1)).first() is None
        session().rollback()
        if is_empty:
            print(f"Filling {engine().dialect.name} with {size:,} works:")
            fill(size, until=now())
        kind = engine().dialect.name
    print(f"{size:,} works in {kind}, while {os.getloadavg()[0]:.1f} processes wanted a core")
    print(f"{'milliseconds':24}   median     99th      CPU     99th  statements")
    table = {}
    for name, measured in measure(app, Scale(size)):
        table[name] = measured
        print(f"{name:24}{_columns(measured)}{measured.statements:12}", flush=True)
    with app.app_context():
        engine().dispose()
    return table


def _columns(measured: Measured) -> str:
    times = (measured.wall, measured.wall_99, measured.cpu, measured.cpu_99)
    return "".join(f"{time:9.2f}" for time in times)


def _print_ratios(tables: dict[int, Table], small: int, large: int) -> None:
    print(f"ratio of {large:,} works to {small:,}: by the clock, and of CPU")
    for name, measured in tables[large].items():
        before = tables[small][name]
        print(f"{name:24}{measured.wall / before.wall:9.2f}{measured.cpu / before.cpu:9.2f}")


_KEEPS = "BENCH_KEEP" in os.environ
_IS_THERE = "SELECT 1 FROM pg_database WHERE datname = %s"

if __name__ == "__main__":
    main()
