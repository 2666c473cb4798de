"""Where a database stands among the migrations."""

from flask import Flask

from bookreviews.config import ROOT
from bookreviews.extensions import engine
from bookreviews.lib import revisions
from tests.conftest import any_database

FOLDER = ROOT / "migrations"


def test_the_newest_is_one_of_those_that_are_known() -> None:
    assert revisions.newest(FOLDER) in revisions.known(FOLDER)
    assert len(revisions.known(FOLDER)) == len([*(FOLDER / "versions").glob("*.py")])


@any_database
def test_a_migrated_database_stands_at_the_newest(app: Flask) -> None:
    with engine().connect() as connection:
        assert revisions.current(connection) == revisions.newest(FOLDER)
