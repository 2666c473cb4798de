"""Rows are found by many values at once, and by the index of their column."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from bookreviews.catalog.models import Edition, Work
from bookreviews.extensions import read, session
from bookreviews.lib.among import among
from tests import explaining
from tests.conftest import any_database


@any_database
def test_it_finds_those_that_are_here(app: Flask, book_id: int) -> None:
    by_id, by_slug = (select(Work.id).where(among(column)) for column in (Work.id, Work.slug))
    slug = session().scalar(select(Work.slug).where(Work.id == book_id))
    assert read(by_id, values=[book_id, book_id + 1]).scalars().all() == [book_id]
    assert read(by_slug, values=[slug, "it's", '"', "ü"]).scalars().all() == [book_id]
    assert read(by_id, values=[]).all() == []


def test_it_uses_the_index(app: Flask) -> None:
    """SQLite does not if the condition is compared with something: IN (…) = 1."""
    isbns = select(Edition.id).where(among(Edition.isbn13), Edition.pages > 0)
    statement = str(isbns.compile(dialect=sqlite.dialect()))
    assert not explaining.scans(statement, ("[]", 0))
