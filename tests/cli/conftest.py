"""The demo, loaded once for all tests that look at it or play on it: to load it takes seconds."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from bookreviews import create_app
from bookreviews.extensions import engine
from tests.conftest import settings_for


@dataclass(frozen=True)
class LoadedDemo:
    """An SQLite file with the demo in it, and what loading it said."""

    file: Path
    told: str


@pytest.fixture(scope="session")
def loaded_demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> LoadedDemo:
    """Return the demo as the command loads it."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    shutil.copyfile(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", demo=True))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        engine().dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return LoadedDemo(file, result.output)


@pytest.fixture(scope="session")
def demo_in(loaded_demo: LoadedDemo) -> Callable[[Path], Flask]:
    """Return how to get an application on a copy of the demo, in a folder."""

    def copied(folder: Path) -> Flask:
        file = folder / "demo.sqlite3"
        shutil.copyfile(loaded_demo.file, file)
        return create_app(settings_for(f"sqlite:///{file}", demo=True))

    return copied
