"""What passes by itself is told from what is wrong with our code."""

import errno
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

from bookreviews.extensions import engine
from bookreviews.lib.outages import is_outage
from tests.conftest import any_database

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def failing(statement: str, *before: str) -> BaseException:
    """Return what a statement fails with."""
    with engine().connect() as connection:
        for one in before:
            connection.execute(text(one))
        with pytest.raises((DBAPIError, sqlite3.Error)) as failed:
            connection.execute(text(statement))
        return failed.value


@any_database
@pytest.mark.parametrize("statement", ["SELECT nonsense", "SELECT * FROM nothing", "SELEKT 1"])
def test_a_mistake_of_ours_is_none(app: Flask, statement: str) -> None:
    assert not is_outage(failing(statement))


@on_postgres
def test_a_statement_that_takes_too_long_is_one(app: Flask) -> None:
    assert is_outage(failing("SELECT pg_sleep(60)", "SET LOCAL statement_timeout = 10"))


@on_postgres
def test_a_server_that_takes_no_writes_is_one(app: Flask) -> None:
    assert is_outage(failing("DELETE FROM users", "SET TRANSACTION READ ONLY"))


@on_postgres
def test_a_connection_that_was_ended_is_one(app: Flask) -> None:
    assert is_outage(failing("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_nobody_to_connect_to_is_one(tmp_path: Path) -> None:
    nowhere = create_engine(f"postgresql+psycopg://me@/books?host={tmp_path}")
    with pytest.raises(DBAPIError) as failed:
        nowhere.connect()
    assert is_outage(failed.value)


def test_a_file_that_can_not_be_opened_is_one(tmp_path: Path) -> None:
    with pytest.raises(DBAPIError) as failed:
        create_engine(f"sqlite:///{tmp_path}").connect()
    assert is_outage(failed.value)


def test_a_full_disk_is_one(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small.sqlite3")
    connection.execute("PRAGMA max_page_count = 2")
    connection.execute("CREATE TABLE words (body)")
    with pytest.raises(sqlite3.OperationalError, match="full") as failed:
        connection.execute("INSERT INTO words VALUES (zeroblob(100000))")
    assert is_outage(failed.value)
    assert is_outage(OSError(errno.ENOSPC, "No space left on device"))


def test_a_pool_without_a_free_connection_is_one() -> None:
    assert is_outage(PoolIsEmpty())


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "x"), ValueError(), KeyError()])
def test_all_else_is_none(error: Exception) -> None:
    assert not is_outage(error)
