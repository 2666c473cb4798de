"""SQLite's settings hold on every connection, and writers wait in line."""

import fcntl
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, insert, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bookreviews.accounts.models import Credential
from bookreviews.accounts.viewer import Viewer
from bookreviews.config import ROOT
from bookreviews.extensions import engine, session
from bookreviews.lib import sqlite
from tests.conftest import NOON


@pytest.fixture
def tuned(tmp_path: Path) -> Iterator[Engine]:
    """Return an engine of our settings on a file with one table."""
    with closing(sqlite3.connect(tmp_path / "tuned.sqlite3")) as connection:
        connection.execute("CREATE TABLE notes (words TEXT)")
    engine = create_engine(f"sqlite:///{tmp_path / 'tuned.sqlite3'}")
    sqlite.tune(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 1),
        ("wal_autocheckpoint", 4000),
        ("foreign_keys", 1),
        ("busy_timeout", 10_000),
        ("temp_store", 2),
    ],
)
def test_every_connection_is_set_up(app: Flask, pragma: str, value: object) -> None:
    with engine().connect() as first, engine().connect() as second:
        assert first.connection.driver_connection is not second.connection.driver_connection
        for connection in (first, second):
            assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_who_writes_much_leaves_the_log_to_be_shortened_in_between(tuned: Engine) -> None:
    def setting(name: str) -> object:
        with tuned.connect() as connection:
            return connection.scalar(text(f"PRAGMA {name}"))

    before = setting("cache_size")
    with sqlite.written_at_length(tuned):
        assert (setting("wal_autocheckpoint"), setting("cache_size")) == (0, -65536)
        with tuned.begin() as connection:
            connection.execute(text("INSERT INTO notes VALUES ('kept')"))
        database = Path(str(tuned.url.database))
        assert b"kept" not in database.read_bytes()
        sqlite.shorten_log(tuned)
        assert b"kept" in database.read_bytes()
    assert (setting("wal_autocheckpoint"), setting("cache_size")) == (4000, before)


def test_a_row_needs_what_it_refers_to(app: Flask) -> None:
    nobodys = {"user_id": 4711, "password_hash": "x", "changed_at": NOON}
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session().execute(insert(Credential), nobodys)


def test_a_row_goes_with_what_it_belongs_to(alex: Viewer) -> None:
    session().execute(text("DELETE FROM users WHERE id = :id"), {"id": alex.id})
    assert session().scalar(text("SELECT count(*) FROM credentials")) == 0


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "lib"
    for _ in range(2):
        sqlite.make_folder(create_engine(f"sqlite:///{folder / 'books.sqlite3'}"))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_needs_no_folder(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sqlite.make_folder(create_engine(url))
    assert list(tmp_path.iterdir()) == []


class TestTransactions:
    def test_a_reader_sees_one_state_while_another_writes(self, tuned: Engine) -> None:
        count = text("SELECT count(*) FROM notes")
        with tuned.connect() as reader, tuned.connect() as writer:
            assert reader.scalar(count) == 0
            writer.execute(text("INSERT INTO notes VALUES ('new')"))
            writer.commit()
            assert reader.scalar(count) == 0
            reader.rollback()
            assert reader.scalar(count) == 1

    def test_even_the_making_of_tables_is_undone(self, tuned: Engine) -> None:
        with tuned.connect() as connection:
            connection.execute(text("CREATE TABLE others (id INTEGER)"))
            connection.rollback()
            with pytest.raises(OperationalError, match="no such table"):
                connection.execute(text("SELECT * FROM others"))

    def test_one_that_writes_has_the_lock_from_its_first_moment(self, tuned: Engine) -> None:
        with tuned.connect() as writer, tuned.connect() as other:
            writer.execution_options(**sqlite.WRITES).begin()
            other.exec_driver_sql("PRAGMA busy_timeout = 0")
            with pytest.raises(OperationalError, match="locked"):
                other.execute(text("INSERT INTO notes VALUES ('too soon')"))

    def test_one_that_writes_ends_its_turn_with_its_connection(self, tuned: Engine) -> None:
        with tuned.connect() as writer:
            writer.execution_options(**sqlite.WRITES).execute(text("DELETE FROM notes"))
            assert _is_taken(str(tuned.url.database))
            writer.commit()
        assert not _is_taken(str(tuned.url.database))

    def test_one_that_cannot_begin_has_no_turn(self, tuned: Engine) -> None:
        with tuned.connect() as other, tuned.connect() as writer:
            other.execute(text("DELETE FROM notes"))
            writer.exec_driver_sql("PRAGMA busy_timeout = 0")
            writer.rollback()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                writer.execution_options(**sqlite.WRITES).begin()
        assert not _is_taken(str(tuned.url.database))

    def test_one_that_reads_leaves_the_lock_to_others(self, tuned: Engine) -> None:
        with tuned.connect() as reader, tuned.connect() as other:
            reader.begin()
            other.execute(text("INSERT INTO notes VALUES ('at once')"))
            other.commit()


@contextmanager
def _writer(*arguments: object) -> Iterator[Popen[str]]:
    """Run a process that writes, wait for its end, and leave none behind."""
    command = [sys.executable, "-m", "tests.lib.writers", *map(str, arguments)]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        try:
            yield process
            process.communicate()
        finally:
            process.kill()


def _heard(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _let_go(process: Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _is_taken(database: str) -> bool:
    with Path(f"{database}-turn").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class TestWriteTurn:
    def test_two_processes_lose_nothing_of_each_other(self, tmp_path: Path) -> None:
        database, times = str(tmp_path / "books"), 100
        counter = Path(f"{database}-counter")
        counter.write_text("0")
        with (
            _writer("count", database, times) as one,
            _writer("count", database, times) as two,
        ):
            assert [_heard(one), _heard(two)] == ["ready", "ready"]
            _let_go(one)
            _let_go(two)
        assert [one.returncode, two.returncode] == [0, 0]
        assert counter.read_text() == str(2 * times)

    def test_a_process_that_was_killed_holds_nobody_up(self, tmp_path: Path) -> None:
        database = str(tmp_path / "books")
        with _writer("hold", database) as process:
            assert _heard(process) == "mine"
            assert _is_taken(database)
            process.kill()
            with sqlite.write_turn(database):  # waits until the kernel has cleared up
                assert _is_taken(database)

    def test_ends_with_its_block_even_on_an_error(self, tmp_path: Path) -> None:
        database = str(tmp_path / "books")
        with pytest.raises(ZeroDivisionError), sqlite.write_turn(database):
            raise ZeroDivisionError
        assert not _is_taken(database)

    @pytest.mark.parametrize("database", [None, "", ":memory:"])
    def test_a_database_in_memory_has_no_line(
        self, database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with sqlite.write_turn(database), sqlite.write_turn(database):
            assert list(tmp_path.iterdir()) == []
