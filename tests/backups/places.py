"""Places to restore into, and what a database holds, asked without the code under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import MetaData, Table, select

from bookreviews import create_app
from bookreviews.extensions import engine
from tests.conftest import settings_for
from tests.postgres import Postgres, new_name

Rows = dict[str, list[str]]


@contextmanager
def empty_place(kind: str, folder: Path) -> Iterator[Flask]:
    """Give an application on an empty database, outside its context."""
    if kind == "sqlite":
        yield create_app(settings_for(f"sqlite:///{folder}/restored.sqlite3"))
        return
    server = Postgres.running()
    name = server.create_database(new_name())
    try:
        yield create_app(settings_for(server.url_of(name)))
    finally:
        server.drop_database(name)


def all_rows() -> Rows:
    """Return every row of every table of the running application's database, in order."""
    metadata = MetaData()
    with engine().connect() as connection:
        metadata.reflect(connection)
        return {
            name: sorted(repr(row) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }


def table_of(name: str) -> Table:
    """Return a table as the database describes it."""
    return Table(name, MetaData(), autoload_with=engine())
