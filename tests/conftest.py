"""What all tests share: real databases, the application on them, and the cast.

Alex writes, Bo reads, Mo moderates, Ada administers. Every test gets a database as new, made by
the migrations: a copy of a file on SQLite, on PostgreSQL one that is emptied. Tests that ask for
`any_database` run on both. The databases of one worker follow each other at one address for each
kind, so that one application serves them all: to make it takes longer than most tests. Tests
that add to the application, which it refuses once it has answered, ask for `own_app`.
"""

import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from bookreviews.observing.backlog import Backlog
from bookreviews.observing.readiness import Examiner
from bookreviews.transactions import transaction
from bookreviews.web.kept_pages import KeptPages
from tests.client import Client, client_of
from tests.postgres import Postgres, PostgresMissing, Recycled, new_name
from tests.scheduling import ByWhatIsShared
from tests.scratch import new_folder

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
# Each worker's own, emptied for each test.
MEDIA = Path(tempfile.gettempdir()) / f"bookreviews-media-{os.getpid()}"

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


def pytest_collection_finish() -> None:
    """Let Python look for no garbage in what stays to the end: modules, thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are cores: tests of servers mostly wait for them."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatIsShared:
    """Let tests of what takes long to make share a worker, so that no other makes it again."""
    return ByWhatIsShared(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests have measured; no test depends on it."""
    for report in terminalreporter.getreports(""):
        if getattr(report, "when", "") == "teardown":
            for name, value in report.user_properties:
                if name == "seconds":
                    what, seconds = value
                    terminalreporter.write_line(f"{seconds:7.2f} s {what}")


_postgres: pytest.StashKey[Postgres] = pytest.StashKey()


def settings_for(database_url: str, **changes: object) -> Settings:
    """Return settings of a site in a test."""
    values = {
        "bookreviews_env": "test",
        "secret_key": "a key for tests that is long enough",
        "site_url": "http://localhost",
        "database_url": database_url,
        "media_url": f"folder:{MEDIA}",
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


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Return where this worker's SQLite databases follow each other."""
    folder = new_folder("sqlite")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_folder: Path) -> str:
    """Return the address of an SQLite database that is new to this test."""
    for left in sqlite_folder.iterdir():
        # The last connection of the test before may just be taking its own files away.
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    file = sqlite_folder / "books.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """Return the name of a PostgreSQL database with all tables and no rows."""
    server = Postgres.running()
    name = server.create_database(new_name())
    migrated(server.url_of(name))
    return name


@pytest.fixture(scope="session")
def recycled_postgres(postgres_template: str) -> Iterator[Recycled]:
    """Return this worker's PostgreSQL database, which each test finds as new."""
    recycled = Recycled(Postgres.running(), postgres_template)
    yield recycled
    recycled.drop()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a PostgreSQL database that is new to this test."""
    try:
        Postgres.running()
    except PostgresMissing as missing:
        pytest.fail(str(missing))
    # Not after the test before: its last connection might be ending still, and be waited for.
    recycled: Recycled = request.getfixturevalue("recycled_postgres")
    return recycled.as_new()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of this test's database: SQLite, unless it asked for `any_database`."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue(f"{kind}_url"))


any_database = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Return where templates stay compiled, since a worker makes several applications."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """Return this worker's applications by the address of their database; `app` makes them."""
    return {}


@pytest.fixture
def app(
    database_url: str, apps: dict[str, Flask], compiled_templates: BytecodeCache
) -> Iterator[Flask]:
    """Return the application on this test's database, inside its context."""
    if database_url not in apps:
        apps[database_url] = _made(database_url, compiled_templates)
    application = apps[database_url]
    with _left_as_found(application):
        yield from _entered(application)


@pytest.fixture
def own_app(database_url: str, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """Return an application that is this test's own, to be given as `app`: it may be added to."""
    yield from _entered(_made(database_url, compiled_templates))


def _made(database_url: str, compiled_templates: BytecodeCache) -> Flask:
    application = create_app(settings_for(database_url))
    application.testing = True
    application.jinja_env.bytecode_cache = compiled_templates
    return application


def _entered(application: Flask) -> Iterator[Flask]:
    with application.app_context():
        yield application
        engine().dispose()


@contextmanager
def _left_as_found(application: Flask) -> Iterator[None]:
    """Let a test see nothing of those before it, and undo what it sets.

    What is bound to an application and remembers something must be made anew here.
    """
    config, bound = dict(application.config), dict(application.extensions)
    application.extensions["site"] = replace(bound["site"])  # which has read nothing yet
    application.extensions["backlog"] = Backlog()
    application.extensions["examiner"] = Examiner(application)
    application.extensions["kept_pages"] = KeptPages(bound["kept_pages"].most_bytes)
    shutil.rmtree(bound["media"].root, ignore_errors=True)
    bound["jobs"].huey.flush()
    try:
        yield
    finally:
        for present, before in ((application.config, config), (application.extensions, bound)):
            present.clear()
            present.update(before)


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
        language="en",
    )
    with transaction():
        return catalog.add_work(new, at=NOON).id
