"""Asking the database which works match: at most so many, the most read first."""

from collections.abc import Sequence
from types import ModuleType

from bookreviews.catalog.search import postgresql, sqlite
from bookreviews.catalog.search.questions import Expression
from bookreviews.extensions import engine, read
from bookreviews.lib.orm import Record

_MOST_OF_ONE_TITLE = 50


def look(expression: Expression, *, key: str, most: int) -> Sequence[Record]:
    """Return the documents of at most `most` works that match, and of works titled `key`.

    They are in no order. Whoever wants to know whether there are more asks for one more.
    """
    database = native()
    found = read(
        database.LOOK,
        expression=database.expression_of(expression),
        key=key or None,
        most=most,
        titles=_MOST_OF_ONE_TITLE,
    )
    return list({document.work_id: document for document in found}.values())


def native() -> ModuleType:
    """Return the module that speaks the language of this site's database."""
    return sqlite if engine().dialect.name == "sqlite" else postgresql
