"""Many rows at once: looked up by their keys, numbered, and written past the ORM."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, count
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, select, text, update

from bookreviews.catalog.models import FormerName, FormerSlug, Work
from bookreviews.catalog.naming import numbered, reserved
from bookreviews.catalog.numbers import last_number
from bookreviews.extensions import read, session
from bookreviews.lib.among import among
from bookreviews.lib.orm import Base, Record, Statement


def found_by(statement: Statement, values: Iterable[Any], **others: Any) -> Iterator[Record]:
    """Yield the rows whose column is `among` these values."""
    every = list(values)
    if every:
        yield from read(statement, values=every, **others).all()


def identified(
    statement: Statement, identifiers: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield identifiers that are here with whom they name; `statement` takes a `scheme`."""
    by_scheme: dict[str, set[str]] = defaultdict(set)
    for scheme, value in identifiers:
        by_scheme[scheme].add(value)
    for scheme, values in by_scheme.items():
        for value, named in found_by(statement, values, scheme=scheme):
            yield (scheme, value), named


def identifying(kind: Any, named: Any) -> Statement:
    """Return the statement for `identified`, of a table of identifiers."""
    return select(kind.value, named).where(kind.scheme == bindparam("scheme"), among(kind.value))


def winners(merged: Statement, ids: Iterable[int]) -> dict[int, int]:
    """Return for each that was merged into another which one it is now, through several merges.

    `merged` gives the `winner_id` of those with one of the `values` as their ids.
    """
    into: dict[int, int] = {}
    asked = set(ids)
    while asked:
        found = {row.id: row.winner_id for row in found_by(merged, asked)}
        into |= found
        asked = set(found.values()) - set(into)
    return {one: _last(into, one) for one in into}


def _last(into: Mapping[int, int], one: int) -> int:
    seen = set()
    while one in into and one not in seen:
        seen.add(one)
        one = into[one]
    return one


def new_ids(kind: type[Base], number: int) -> list[int]:
    """Return so many ids that no row of this table has or will get from anybody else."""
    if not number:
        return []
    table = _table(kind)
    connection = session().connection()
    if connection.dialect.name == "sqlite":  # where nobody else writes meanwhile
        last = last_number(kind)
        return list(range(last + 1, last + number + 1))
    drawn = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :number)"
    )
    return list(connection.scalars(drawn, {"name": table.name, "number": number}))


def insert(kind: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows that are known not to be here; columns left out get the model's defaults."""
    if not rows:
        return
    defaults = _defaults(kind, tuple(columns))
    names = [*columns, *defaults]
    constants = tuple(defaults.values())
    complete = [(*row, *constants) for row in rows] if constants else rows
    connection = session().connection()
    if connection.dialect.name == "sqlite":
        _execute_many(connection, _table(kind), names, complete)
    else:
        _copy(connection, _table(kind), names, complete)


@cache
def _defaults(kind: type[Base], columns: tuple[str, ...]) -> dict[str, Any]:
    return {
        column.name: column.default.arg  # type: ignore[attr-defined]
        for column in _table(kind).columns
        if column.name not in columns and column.default is not None and column.default.is_scalar
    }


def change(kind: type[Base], changes: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Set columns of rows by id, and raise the versions of works.

    Those where the same columns change go together.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row_id, values in changes:
        alike[tuple(values)].append({"row_id": row_id, **values})
    for columns, rows in alike.items():
        rows.sort(key=lambda row: row["row_id"])  # whoever locks several does it in this order
        session().connection().execute(_changing(kind, columns), rows)


@cache
def _changing(kind: type[Base], columns: tuple[str, ...]) -> Update:
    table = _table(kind)
    told: dict[str, Any] = {name: bindparam(name) for name in columns}
    if kind is Work:
        told["version"] = table.c.version + 1
    return update(table).where(table.c.id == bindparam("row_id")).values(told)


def _table(kind: type[Base]) -> Table:
    assert isinstance(kind.__table__, Table)
    return kind.__table__


def _execute_many(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    converters = [
        (place, convert)
        for place, name in enumerate(names)
        if (
            convert := table.c[name]
            .type.dialect_impl(connection.dialect)
            .bind_processor(connection.dialect)
        )
    ]
    if converters:
        rows = [_converted(row, converters) for row in rows]
    connection.exec_driver_sql(statement, list(rows))


def _converted(row: tuple[Any, ...], converters: Sequence[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return tuple(values)


def _copy(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def taken_slugs(kind: Any, choices: Iterable[Iterable[str]]) -> set[str]:
    """Return which of these slugs somebody has or once had, and those that nobody may have."""
    wanted = set(chain.from_iterable(choices))
    rows = (row for statement in _with_slugs(kind) for row in found_by(statement, wanted))
    return {*reserved(kind), *(row.slug for row in rows)}


@cache
def _with_slugs(kind: Any) -> tuple[Statement, Statement]:
    """Return what finds present and former slugs."""
    present = select(kind.slug).where(among(kind.slug))
    if kind is Work:
        return present, select(FormerSlug.slug).where(among(FormerSlug.slug))
    named_so = FormerName.kind == kind.__name__.lower(), among(FormerName.slug)
    return present, select(FormerName.slug).where(*named_so)


def first_free(slugs: Sequence[str], taken: set[str]) -> str:
    """Return the first slug that isn't taken, and take it; numbers follow the last of them."""
    further = (numbered(slugs[-1], number) for number in count(2))
    free = next(slug for slug in chain(slugs, further) if slug not in taken)
    taken.add(free)
    return free
