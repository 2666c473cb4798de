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


def _scans_of_postgresql(statement: str, values: Any) -> Iterator[str]:
    """Look at the plan that PostgreSQL takes if reading a table from end to end is dear.

    It plans by how many rows there are, so only tables that have many here can be judged.
    """
    connection = session().connection()
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    many = set(connection.exec_driver_sql(_HAVE_MANY_ROWS).scalars())
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    yield from _scans_below(explained.scalar_one()[0]["Plan"], LARGE & many, stops=False)


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
