"""Migrations lead up, down and up again on both databases, and to what the models say."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from bookreviews import create_app
from bookreviews.catalog import naming
from bookreviews.catalog.models import AuthorName, WorkIdentifier
from bookreviews.config import ROOT
from bookreviews.extensions import db, engine, session
from tests.conftest import any_database, settings_for
from tests.postgres import Postgres, new_name

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


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


def tables() -> set[str]:
    """Return the tables, without those that FTS5 keeps its indexes in."""
    names = set(inspect(engine()).get_table_names()) - {"alembic_version"}
    return {name for name in names if not re.match(r"search_(index|terms|trigrams)", name)}


def shape() -> dict[str, list[str]]:
    """Return all that a database says of its tables, as texts that compare.

    It is asked about all of them at once: table by table takes PostgreSQL a hundred times as many
    statements.
    """
    seen = inspect(engine())
    parts = [
        *(seen.get_multi_columns(), seen.get_multi_foreign_keys()),
        *(seen.get_multi_unique_constraints(), seen.get_multi_check_constraints()),
    ]
    indexes, keys = seen.get_multi_indexes(), seen.get_multi_pk_constraint()
    return {
        table: sorted(
            [
                *(repr(one) for part in parts for one in part[None, table]),
                *(_index(index) for index in indexes[None, table]),
                repr(keys[None, table]),
            ]
        )
        for table in tables()
    }


def test_they_lead_up_and_down_and_up_again(empty: Flask) -> None:
    flask_migrate.upgrade()
    first = shape()
    assert set(first) == set(db.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert shape() == first


def test_each_leads_back_to_where_it_began(empty: Flask) -> None:
    before = shape()
    for path in VERSIONS:
        flask_migrate.upgrade(revision="+1")
        after = shape()
        assert after != before, f"{path.stem} changes nothing"
        flask_migrate.downgrade(revision="-1")
        assert shape() == before, f"{path.stem} leaves something behind"
        flask_migrate.upgrade(revision="+1")
        before = after


@any_database
def test_they_lead_to_what_the_models_say(app: Flask) -> None:
    flask_migrate.check()  # ends the program where they differ


@any_database
def test_a_difference_would_be_noticed(app: Flask) -> None:
    session().execute(db.text("DROP INDEX ix_users_email"))
    session().commit()
    with pytest.raises(SystemExit):
        flask_migrate.check()


@any_database
def test_they_make_the_checks_of_the_models(app: Flask) -> None:
    """Alembic doesn't compare CHECK constraints, so we do, by name."""
    there = inspect(engine())
    for table in db.metadata.sorted_tables:
        rules = [rule for rule in table.constraints if isinstance(rule, CheckConstraint)]
        wanted = {rule.name for rule in rules}
        found = {rule["name"] for rule in there.get_check_constraints(table.name)}
        assert found == wanted


def test_what_is_here_gets_the_keys_that_files_find_it_by(empty_sqlite: str) -> None:
    app = create_app(settings_for(empty_sqlite))
    with app.app_context():
        flask_migrate.upgrade(revision="0006")
        for row in (
            "authors (id, slug, name) VALUES (1, 'j-r-r-tolkien', 'J. R. R. Tolkien')",
            "works (id, slug, title, subtitle, byline, description, language, added_at)"
            " VALUES (7, 'the-hobbit', 'The Hobbit', '', '', '', 'en', '2026-03-14 12:00:00'),"
            " (8, 'anonymous', 'Anonymous', '', '', '', 'en', '2026-03-14 12:00:00')",
            "authorships (work_id, author_id, position) VALUES (7, 1, 0)",
        ):
            session().execute(db.text(f"INSERT INTO {row}"))
        session().commit()
        flask_migrate.upgrade()
        assert session().scalars(select(AuthorName.key)).all() == [
            naming.name_key("J.R.R. Tolkien")
        ]
        found = select(WorkIdentifier.value, WorkIdentifier.work_id)
        assert {tuple(row) for row in session().execute(found)} == {
            (naming.title_key("THE HOBBIT", ["J.R.R. Tolkien"]), 7),
            (naming.title_key("Anonymous", []), 8),
        }
        engine().dispose()


def test_whoever_connects_after_them_looks_at_foreign_keys(empty_sqlite: str) -> None:
    """Without, a table is rebuilt; the connection that did so is nobody else's."""
    app = create_app(settings_for(empty_sqlite))
    with app.app_context():
        flask_migrate.upgrade()
        assert session().scalar(text("PRAGMA foreign_keys")) == 1
        session().remove()
        engine().dispose()


def test_they_form_one_line() -> None:
    revisions = [_constants(path) for path in VERSIONS]
    assert [revision["revision"] for revision in revisions] == [path.name[:4] for path in VERSIONS]
    assert [revision["down_revision"] for revision in revisions] == [
        None,
        *(path.name[:4] for path in VERSIONS[:-1]),
    ]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_they_import_no_models(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])
    ours = {"bookreviews", "tests", "migrations"}
    assert imported <= {"alembic", "sqlalchemy"} | (sys.stdlib_module_names - ours)


def _index(index: ReflectedIndex) -> str:
    options = {name: str(value) for name, value in index.pop("dialect_options", {}).items()}
    return f"{index} {options}"


def _constants(path: Path) -> dict[str, object]:
    return {
        target.id: node.value.value
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
