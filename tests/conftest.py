"""What all tests share: real databases, the application on them, and the cast.

Alex writes, Bo reads, Mo moderates, Ada administers. Every test gets a database of its own, made
by the migrations: a copy of a file on SQLite, a copy of a template on PostgreSQL. Tests that ask
for `any_database` run on both.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from bookreviews import create_app
from bookreviews.accounts import passwords
from bookreviews.accounts import services as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.config import Settings
from bookreviews.extensions import engine
from bookreviews.transactions import transaction
from tests.client import Client, client_of
from tests.postgres import Postgres, PostgresMissing
from tests.scheduling import BySite

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"

# A busy machine is no reason to fail.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers of this run, in the process that starts them."""
    if not hasattr(config, "workerinput"):
        config.stash[_postgres] = Postgres.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_postgres, None)
    if server is not None:
        server.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySite:
    """Let tests of one site share a worker, so that no worker starts it again."""
    return BySite(config, log)


_postgres: pytest.StashKey[Postgres] = pytest.StashKey()


def settings_for(database_url: str, **changes: object) -> Settings:
    """Return settings of a site in a test."""
    values = {
        "bookreviews_env": "test",
        "secret_key": "a key for tests that is long enough",
        "site_url": "http://localhost",
        "database_url": database_url,
    }
    return Settings(**{**values, **changes}).completed()


def migrated(database_url: str) -> None:
    """Bring an empty database to the present shape."""
    app = create_app(settings_for(database_url))
    with app.app_context():
        upgrade()
        engine().dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with all tables and no rows."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    migrated(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an SQLite database of this test's own."""
    file = tmp_path / "books.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """Return the name of a PostgreSQL database with all tables and no rows."""
    server = Postgres.running()
    name = server.create_database()
    migrated(server.url_of(name))
    return name


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a PostgreSQL database of this test's own."""
    try:
        server = Postgres.running()
    except PostgresMissing as missing:
        pytest.fail(str(missing))
    name = server.create_database(template=request.getfixturevalue("postgres_template"))
    yield server.url_of(name)
    server.drop_database(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of this test's database: SQLite, unless it asked for `any_database`."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue(f"{kind}_url"))


any_database = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Return where templates stay compiled, since each test's application starts anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database_url: str, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """Return the application on this test's database, inside its context."""
    application = create_app(settings_for(database_url))
    application.testing = True
    application.jinja_env.bytecode_cache = compiled_templates
    with application.app_context():
        yield application
        engine().dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    """Return a browser that nobody has used yet."""
    return client_of(app)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Return the hash of PASSWORD, made once, since that is slow by design."""
    return passwords.hash_password(PASSWORD)


def _account(username: str, role: str, password_hash: str) -> Viewer:
    with transaction():
        user = accounts.sign_up(
            username=username,
            name=username.title(),
            email=f"{username}@example.org",
            password_hash=password_hash,
            role=role,
            at=NOON,
        )
        return Viewer(user.id, user.username, user.name, user.role)


@pytest.fixture
def alex(app: Flask, password_hash: str) -> Viewer:
    """Alex writes."""
    return _account("alex", "reader", password_hash)


@pytest.fixture
def bo(app: Flask, password_hash: str) -> Viewer:
    """Bo reads."""
    return _account("bo", "reader", password_hash)


@pytest.fixture
def mo(app: Flask, password_hash: str) -> Viewer:
    """Mo moderates."""
    return _account("mo", "moderator", password_hash)


@pytest.fixture
def ada(app: Flask, password_hash: str) -> Viewer:
    """Ada administers."""
    return _account("ada", "admin", password_hash)


@pytest.fixture
def as_alex(app: Flask, alex: Viewer) -> Client:
    """Return a browser where Alex is signed in."""
    return client_of(app, alex)


@pytest.fixture
def as_bo(app: Flask, bo: Viewer) -> Client:
    """Return a browser where Bo is signed in."""
    return client_of(app, bo)


@pytest.fixture
def book_id(app: Flask) -> int:
    """Return the id of "Python for Beginners"."""
    new = catalog.NewWork(
        title="Python for Beginners",
        authors=["Kuldeep Singh Kaswan"],
        subjects=["Programming"],
        first_published=2023,
        description="A first course.",
    )
    with transaction():
        return catalog.add_work(new, at=NOON).id
