"""A site with thousands of works, made once for a run and only read: what databases plan for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks.sizes.filling import fill
from bookreviews import create_app
from bookreviews.extensions import engine
from tests.conftest import NOON, settings_for

WORKS = 2_000


@contextmanager
def site_at(url: str, *, works: int = WORKS) -> Iterator[Flask]:
    """Fill the migrated, empty database at `url`; yield the application on it."""
    app = create_app(settings_for(url))
    app.testing = True
    with app.app_context():
        fill(works, until=NOON, tell=lambda _: None)
    yield app
    with app.app_context():
        engine().dispose()


def copied(template: Path, to: Path) -> str:
    """Return the address of a copy of an SQLite database."""
    to.write_bytes(template.read_bytes())
    return f"sqlite:///{to}"
