"""The sites that are measured are as true as those that readers make: nothing is left to repair."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from bookreviews.catalog.listings import list_works
from bookreviews.catalog.search import index_works
from bookreviews.extensions import session
from bookreviews.reviews import standing
from bookreviews.reviews.readership import readership_of
from bookreviews.transactions import transaction
from tests import large
from tests.conftest import NOON

WORKS = 1_000  # with fewer, a book would have more ratings than there are readers
KEPT = ("rating_summaries", "works", "authorships", "listings", "search_documents")
# What a repair raises or doesn't write, and what follows from the order of rows.
_PASSED_OVER = {"version", "tier"}


def test_are_what_repairs_would_make_of_them(sqlite_template: Path, tmp_path: Path) -> None:
    with (
        large.site_at(
            large.copied(sqlite_template, tmp_path / "large.sqlite3"), works=WORKS
        ) as app,
        app.app_context(),
    ):
        before = _kept()
        ids = range(1, WORKS + 1)
        with transaction():
            standing.recount_all(at=NOON)
            list_works(ids)
            index_works(ids, readership_of(ids))
        assert _kept() == before
        assert all(before.values())


def _kept() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in KEPT:
        rows = session().execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).mappings()
        found[table] = [
            {name: _plain(name, value) for name, value in row.items() if name not in _PASSED_OVER}
            for row in rows
        ]
    session().rollback()
    return found


def _plain(name: str, value: Any) -> Any:
    """Return what two rows have in common that say the same."""
    if isinstance(value, float):
        return round(value, 6)
    return set(value.split()) if name in ("words", "names") else value
