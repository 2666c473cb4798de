"""No page reads all of a large table, whoever looks: statements are explained on a large site."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import event

from bookreviews.extensions import engine
from tests import explaining, large, world
from tests.client import Client, client_of
from tests.conftest import any_database
from tests.pages import next_of
from tests.postgres import Postgres, new_name
from tests.routes import OF_OTHERS, VALUES

PEOPLE = ("bo", "alex", "mo", "ada")

# What visitors come to on the large site, besides what each route has: lists in all their orders,
# and searches that find much, little, something else and nothing.
LONG = [
    "/",
    *(
        f"/books?sort={sort}"
        for sort in ("popular", "best", "talk", "newest", "published", "title")
    ),
    *(
        f"/subjects/subject-1?sort={sort}"
        for sort in ("popular", "best", "newest", "published", "title")
    ),
    *(f"/authors/author-1?sort={sort}" for sort in ("popular", "published")),
    "/subjects",
    "/subjects/by-name",
    "/languages",
    "/languages/en",
    "/years",
    "/years/2024",
    "/years/2020s",
    "/series/series-1",
    "/users/reader1",
    "/books/work-1",
    "/books/work-1/editions",
    *(f"/books/work-1/reviews?sort={sort}" for sort in ("newest", "oldest", "highest", "lowest")),
    "/books/work-1/reviews?stars=5",
    *(f"/search?q={question}" for question in ("the", "subject", "hte", "of+the+nowhere", "zzzz")),
    "/search?q=the&sort=newest",
    "/api/v1/works/1",
    "/api/v1/works/1/reviews",
]

Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def large_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    file = tmp_path_factory.mktemp("large") / "large.sqlite3"
    with large.site_at(large.copied(sqlite_template, file)) as app:
        yield app


@pytest.fixture(scope="module")
def large_postgres(postgres_template: str) -> Iterator[Flask]:
    server = Postgres.running()
    name = server.create_database(new_name(), template=postgres_template)
    with large.site_at(server.url_of(name)) as app:
        yield app
    server.drop_database(name)


@any_database
def test_no_page_reads_all_of_a_large_table(
    request: pytest.FixtureRequest,
    database_url: str,
    app: Flask,
    book_id: int,
    password_hash: str,
) -> None:
    asked = dict(_asked_for_pages_of_everybody(app, book_id, password_hash))
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    large_site: Flask = request.getfixturevalue(f"large_{kind}")
    with large_site.app_context():
        asked |= dict(_asked_for_long_lists(client_of(large_site)))
        found = {
            (statement, tuple(scans)): path
            for statement, (values, path) in asked.items()
            if (scans := explaining.scans(statement, values))
        }
        if kind == "sqlite":
            found |= {
                (statement, toil): path
                for statement, (values, path) in asked.items()
                if (toil := explaining.toil(statement, values))
            }
    assert not found


def _asked_for_pages_of_everybody(
    app: Flask, book_id: int, password_hash: str
) -> Iterator[tuple[str, tuple[Any, str]]]:
    cast = world.prepare(app, book_id=book_id, password_hash=password_hash)
    browsers = [client_of(app), *(client_of(app, cast[name]) for name in PEOPLE)]
    for browser in browsers:
        yield from _asked(browser, _addresses(app))


def _asked_for_long_lists(visitor: Client) -> Iterator[tuple[str, tuple[Any, str]]]:
    for path in LONG:
        yield from _asked(visitor, [path])
        following = next_of(visitor.get(path).text)
        if following:
            yield from _asked(visitor, [following])


def _addresses(app: Flask) -> list[str]:
    """Return an address of each route that can be read."""
    with app.test_request_context():
        return [
            url_for(
                rule.endpoint,
                **{
                    name: (VALUES | OF_OTHERS.get(rule.endpoint, {}))[name]
                    for name in rule.arguments
                },
            )
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and "static" not in rule.endpoint
        ]


def _asked(browser: Client, paths: Iterable[str]) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Yield each statement that pages read by, with its parameters and the page."""
    for path in paths:
        with _written_down() as statements:
            assert browser.get(path).status_code < 500, path
        for statement, values in statements:
            if statement.lstrip().upper().startswith(("SELECT", "WITH", "(")):
                yield statement, (values, path)


@contextmanager
def _written_down() -> Iterator[list[Statement]]:
    statements: list[Statement] = []

    def write_down(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    event.listen(engine(), "before_cursor_execute", write_down)
    yield statements
    event.remove(engine(), "before_cursor_execute", write_down)
