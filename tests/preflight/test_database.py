"""A database before a start, on both kinds: missing, empty, behind, ahead, read-only, well."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import text

from bookreviews import create_app
from bookreviews.extensions import engine
from bookreviews.lib.clock import now
from bookreviews.preflight.database import look_at_database
from tests.backups.places import empty_place
from tests.conftest import any_database, settings_for


def problems(at: datetime | None = None) -> list[str]:
    return [finding.problem for finding in look_at_database(engine(), at or now())]


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    with empty_place(engine().dialect.name, tmp_path) as elsewhere:
        yield elsewhere


@any_database
class TestBothDatabases:
    def test_one_that_is_well_has_no_problems(self, app: Flask) -> None:
        assert problems() == []

    def test_one_without_tables_is_told(self, place: Flask) -> None:
        with place.app_context():
            with engine().connect() as connection:  # makes the file
                connection.execute(text("SELECT 1"))
            assert problems() == ["The database has no tables."]
            engine().dispose()

    def test_one_that_is_behind_is_told(self, app: Flask) -> None:
        downgrade(revision="-1")
        (told,) = problems()
        assert "not yet at" in told

    def test_one_that_is_ahead_is_told(self, app: Flask) -> None:
        with engine().begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0999_future'"))
        (told,) = problems()
        assert told == "The database's tables are at 0999_future, which this version doesn't know."

    def test_a_clock_in_the_past_is_told(self, app: Flask) -> None:
        assert any(
            "clock says 1970-01-01" in told
            for told in problems(datetime.fromisoformat("1970-01-01T00:00:00Z"))
        )


def test_a_file_that_is_missing_is_told_and_not_made(tmp_path: Path) -> None:
    with create_app(settings_for(f"sqlite:///{tmp_path}/books.sqlite3")).app_context():
        assert problems() == [f"There is no database at {tmp_path}/books.sqlite3."]
    assert not (tmp_path / "books.sqlite3").exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "books.sqlite3").write_text("Dear diary, today I wrote no database. " * 50)
    with create_app(settings_for(f"sqlite:///{tmp_path}/books.sqlite3")).app_context():
        (told,) = problems()
    assert told.startswith("The database can't be reached: DatabaseError")


def test_a_file_that_cannot_be_written_is_told(app: Flask) -> None:
    with engine().connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    # The pool has one connection, which keeps the pragma.
    (told,) = problems()
    assert told.startswith("The database can't be written to: OperationalError")
    assert "readonly" in told


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
class TestPostgresql:
    def test_a_clock_that_differs_is_told(self, app: Flask) -> None:
        (told,) = problems(now() + timedelta(hours=1))
        assert told.startswith("The clocks of this machine and of the database are 3")

    def test_one_that_only_reads_is_told(self, app: Flask) -> None:
        with engine().begin() as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(
                text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            )
        engine().dispose()
        (told,) = problems()
        assert told.startswith("The database can't be written to: InternalError")
        assert "read-only transaction" in told


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    url = "postgresql://bo:hunter2@127.0.0.1:1/books"
    with create_app(settings_for(url)).app_context():
        (told,) = problems()
    assert told.startswith("The database can't be reached: OperationalError")
    assert "hunter2" not in told
