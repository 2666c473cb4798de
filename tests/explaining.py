"""How a database answers a statement, and whether it reads all of a large table for that."""

import re
from collections.abc import Iterator
from typing import Any

from bookreviews.extensions import db, engine, session

# Tables that stay small, whatever the number of works, readers and reviews.
SMALL = {
    "site_settings": "a row for each setting",
    "chores": "a row for each chore",
    "breakages": "a row for each kind of error and day, for some weeks",
    "invitations": "what admins made by hand",
    "ledger_figures": "a row for each month and reason",
    "subjects": "a tree that a page shows the top of; there are thousands at most",
}
# Indexes of the few rows that wait for something: to read all of one is to read what waits.
OF_FEW = {
    "ix_appeals_open",
    "ix_cases_open_by_review",
    "ix_letters_given_up",
    "ix_letters_waiting",
}
# How many steps of SQLite's machine a statement may take on a site of two thousand works, and how
# many for each row that it returns. A page of a list takes a quarter of it; sorted instead of read
# in the order of an index, the shortest of the lists asked for takes more.
_STEPS, _STEPS_FOR_A_ROW = 2_100, 30
# What takes more, though no more on a larger site, by words that stand in the statement.
_MANY_STEPS = {
    "WITH liked AS": (60_000, "what is like each of forty books, and the best of their subjects"),
    "works.first_published = ? + ?": (8_000, "ten years, of each of which a page is read"),
    "AS mine": (8_000, "the latest reviews of each of thirty books"),
}
LARGE = {table.name for table in db.metadata.sorted_tables} - SMALL.keys()

# "FROM works AS works_1", "JOIN search_documents d": which table a plan's name stands for.
_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS)?\s+(\w+)", re.IGNORECASE)
_HAVE_MANY_ROWS = "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 500"
_SCAN = re.compile(r"SCAN (\w+)(.*)")


def scans(statement: str, values: Any) -> list[str]:
    """Return the steps that read all of a large table; none is as it should be.

    To walk an index, or SQLite's own order of rows, until a page is full is no scan.
    """
    if engine().dialect.name == "sqlite":
        return list(_scans_of_sqlite(statement, values))
    return list(_scans_of_postgresql(statement, values))


def _scans_of_sqlite(statement: str, values: Any) -> Iterator[str]:
    explained = session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    plan = [row.detail for row in explained]
    stops = "LIMIT" in statement and not any("TEMP B-TREE FOR" in step for step in plan)
    names = {alias: table for table, alias in _NAMED.findall(statement)}
    for step in plan:
        found = _SCAN.match(step)
        if found is None or names.get(found[1], found[1]) not in LARGE:
            continue
        if not stops and not OF_FEW & set(step.split()):
            yield step


def toil(statement: str, values: Any) -> str:
    """Return how much SQLite has to do for a statement, if that is too much for what it returns.

    A plan doesn't tell how many rows are looked at, or sorted; to run it does.
    """
    driver_connection: Any = session().connection().connection.driver_connection
    tens = 0

    def count() -> None:
        nonlocal tens
        tens += 1

    driver_connection.set_progress_handler(count, 10)
    rows = len(driver_connection.execute(statement, values).fetchall())
    driver_connection.set_progress_handler(None, 0)
    most = next((most for words, (most, _why) in _MANY_STEPS.items() if words in statement), _STEPS)
    return f"{10 * tens} steps" if 10 * tens > most + rows * _STEPS_FOR_A_ROW else ""


def _scans_of_postgresql(statement: str, values: Any) -> Iterator[str]:
    """Look at the plan that PostgreSQL takes if reading a table from end to end is dear.

    It plans by how many rows there are, so only tables that have many here can be judged.
    """
    with engine().begin() as connection:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        many = set(connection.exec_driver_sql(_HAVE_MANY_ROWS).scalars())
        explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
        plan = explained.scalar_one()[0]["Plan"]
    yield from _scans_below(plan, LARGE & many, stops=False)


def _scans_below(node: dict[str, Any], large: set[str], *, stops: bool) -> Iterator[str]:
    kind = node["Node Type"]
    if kind == "Limit":
        stops = True
    elif kind in ("Sort", "Aggregate", "Hash", "WindowAgg", "ModifyTable"):
        stops = False
    if node.get("Relation Name") in large:
        if node.get("Index Name") in OF_FEW:
            return
        is_read_through = kind == "Seq Scan" or (
            kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node and not stops
        )
        if is_read_through:
            yield f"{kind} on {node['Relation Name']} {node.get('Index Name', '')}"
    for part in node.get("Plans", []):
        yield from _scans_below(part, large, stops=stops)
