"""One upgrade at a time, which steps aside for readers."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from bookreviews import create_app
from bookreviews.extensions import db, engine
from bookreviews.lib import revisions, upgrading
from tests.conftest import any_database, settings_for
from tests.postgres import Postgres, new_name
from tests.walkthrough.servers import production, wait_until

_READ = text("SELECT count(*) FROM users")
_LOCK = text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.sqlite3'}"


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    server = Postgres.running()
    name = server.create_database(new_name())
    yield server.url_of(name)
    server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Return the application on a database without tables."""
    app = create_app(settings_for(request.getfixturevalue(f"empty_{request.param}")))
    with app.app_context():
        yield app
        engine().dispose()


def upgrade_in_a_process(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bookreviews", "db", "upgrade"],
        env=production(url, "http://127.0.0.1"),
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_one_works_and_the_other_finds_nothing_to_do(empty: Flask) -> None:
    url = empty.config["SQLALCHEMY_DATABASE_URI"]
    with upgrading.turn(engine()):  # they come while somebody else is at it
        both = [upgrade_in_a_process(url) for _ in range(2)]
        if engine().dialect.name == "postgresql":
            for one in both:
                assert one.stderr is not None
                assert "Another upgrade is running" in one.stderr.readline()
        assert inspect(engine()).get_table_names() == []
    for one in both:
        _, told = one.communicate(timeout=60)
        assert (one.returncode, told) == (0, "")
    assert set(db.metadata.tables) <= set(inspect(engine()).get_table_names())


@on_postgres
def test_whoever_upgrades_for_long_keeps_the_turn(app: Flask) -> None:
    """Or PostgreSQL would end a transaction that does nothing, and let the next one in."""
    with upgrading.turn(engine()), engine().connect() as other:
        holding = text(
            "SELECT a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()"
        )
        assert other.scalar(holding) == "SET LOCAL idle_in_transaction_session_timeout = 0"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "LONGEST_WAIT", 0.05)
    monkeypatch.setattr(upgrading, "_PAUSES", (0.01,))


@pytest.fixture
def tries(app: Flask) -> list[int]:
    return []


@pytest.fixture
def upgrade(app: Flask, tries: list[int]) -> Callable[[], None]:
    """Return an upgrade that wants the table of users for itself."""
    database = engine()

    def once() -> None:
        tries.append(len(tries))
        with database.begin() as connection:
            upgrading.wait_briefly(connection)
            connection.execute(_LOCK)

    return lambda: upgrading.until_free(once)


@on_postgres
@pytest.mark.usefixtures("hasty", "alex")
class TestTablesInUse:
    def test_are_waited_for_while_others_pass(
        self, upgrade: Callable[[], None], tries: list[int]
    ) -> None:
        """A long reader is in the way; whoever comes after it is not held up by the upgrade."""
        with ThreadPoolExecutor(1) as other:
            with engine().connect() as reader:
                reader.execute(_READ)
                upgraded = other.submit(upgrade)
                wait_until(lambda: len(tries) > 2, "the upgrade to try again")
                with engine().connect() as another:
                    assert another.execute(_READ).scalar() == 1
                assert not upgraded.done()
            upgraded.result(60)

    def test_are_given_up_in_the_end(
        self, upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upgrading, "PATIENCE", 0.0)
        with engine().connect() as reader:
            reader.execute(_READ)
            with pytest.raises(upgrading.TablesInUse, match="nothing was changed"):
                upgrade()

    def test_are_the_only_reason_to_try_again(self) -> None:
        with pytest.raises(ZeroDivisionError):
            upgrading.until_free(lambda: 1 / 0)  # type: ignore[return-value, arg-type]


@any_database
def test_tables_of_a_newer_release_stay_as_they_are(app: Flask) -> None:
    """Who goes back to a release upgrades with it, as always, and must not be stopped by that."""
    newer = text("UPDATE alembic_version SET version_num = '9999_newer'")
    with engine().begin() as connection:
        connection.execute(newer)
    flask_migrate.upgrade()
    with engine().connect() as connection:
        assert revisions.current(connection) == "9999_newer"


@on_postgres
def test_an_index_that_was_broken_off_is_built_anew(app: Flask) -> None:
    """What is left of it has the name, so that the migration would take it for the index."""
    flask_migrate.downgrade(revision="0013")
    with engine().begin() as connection:
        connection.execute(text("CREATE INDEX ix_letters_given_up ON letters (id)"))
        found = "indexrelid = 'ix_letters_given_up'::regclass"
        connection.execute(text(f"UPDATE pg_index SET indisvalid = false WHERE {found}"))
    flask_migrate.upgrade()
    with engine().connect() as connection:
        whole = text(f"SELECT indisvalid AND indpred IS NOT NULL FROM pg_index WHERE {found}")
        assert connection.scalar(whole)
