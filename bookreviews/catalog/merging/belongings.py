"""The rows that belong to a thing: what goes with it to another, and back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_, update

from bookreviews.catalog.facts import Entity
from bookreviews.catalog.models import (
    AUTHOR,
    EDITION,
    SERIES,
    SUBJECT,
    WORK,
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Edition,
    FormerSlug,
    RatingsElsewhere,
    Series,
    Subject,
    Work,
    WorkIdentifier,
    WorkSubject,
)
from bookreviews.extensions import session

# What refers to a thing and goes with it, by the column that does. What a key of its own would
# clash with stays with the loser: the winner has the same already. `tests/catalog/test_merging.py`
# fails for a column that refers to one of these tables and is neither here nor told there.
BELONGINGS: dict[str, tuple[Any, ...]] = {
    WORK: (
        Edition.work_id,
        FormerSlug.work_id,
        WorkIdentifier.work_id,
        RatingsElsewhere.work_id,
    ),
    AUTHOR: (AuthorIdentifier.author_id, AuthorName.author_id, Authorship.author_id),
    SERIES: (Work.series_id,),
    SUBJECT: (Subject.parent_id, WorkSubject.subject_id),
}

_AT_ONCE = 1000  # rows of one statement

# Where the winner has the same, the loser's row goes, or pages would show the loser still.
_DOUBLES: dict[str, tuple[Any, ...]] = {
    AUTHOR: (AuthorName.author_id, Authorship.author_id),
    SERIES: (),
    SUBJECT: (WorkSubject.subject_id,),
}


def kind_of(found: Entity) -> str:
    """Return of which kind a thing is."""
    kinds: dict[type, str] = {
        Work: WORK,
        Edition: EDITION,
        Author: AUTHOR,
        Series: SERIES,
        Subject: SUBJECT,
    }
    return kinds[type(found)]


def move(kept: Entity, gone: Entity) -> dict[str, list[list[Any]]]:
    """Give the loser's belongings to the winner; return which, by table."""
    moved: dict[str, list[list[Any]]] = {}
    for column in BELONGINGS[kind_of(kept)]:
        is_in_key = column.key in [key.key for key in column.class_.__table__.primary_key]
        has = set(keys_of(column, kept.id)) if is_in_key else set()
        keys = [key for key in keys_of(column, gone.id) if key not in has]
        keys = [key for key in keys if not (column.class_ is type(kept) and key == (kept.id,))]
        put_rows(column, keys, kept.id, of=gone.id)
        if keys:
            moved[column.class_.__tablename__] = [list(key) for key in keys]
    return moved


def move_back(rows: dict[str, list[list[Any]]], kept: Entity, gone: Entity) -> None:
    """Give a thing back what had moved to the winner and is there still, by table."""
    for table, keys in rows.items():
        put_rows(column_of(kind_of(gone), table), keys, gone.id, of=kept.id)


def put_rows(column: Any, keys: Sequence[Sequence[Any]], thing_id: int, *, of: int) -> None:
    """Let those of the rows `of` one thing that have these keys belong to another one.

    Their keys alone don't name them: a book may have several authors, and many the same name.
    """
    key_of = tuple_(*_key_columns(column))
    for at in range(0, len(keys), _AT_ONCE):
        part = [tuple(key) for key in keys[at : at + _AT_ONCE]]
        theirs = column == of, key_of.in_(part)
        write(update(column.class_).where(*theirs).values({column.key: thing_id}))


def column_of(kind: str, table: str) -> Any:
    """Return the column by which the rows of a table belong to a thing of this kind."""
    return next(one for one in BELONGINGS[kind] if one.class_.__tablename__ == table)


def keys_of(column: Any, thing_id: int) -> Sequence[tuple[Any, ...]]:
    """Return the keys of the rows that belong to a thing by this column."""
    statement = select(*_key_columns(column)).where(column == thing_id)
    return [tuple(row) for row in session().execute(statement)]


def _key_columns(column: Any) -> list[Any]:
    """Return what tells one row of a thing from another: its table's key, but for the thing."""
    return [key for key in column.class_.__table__.primary_key if key.key != column.key]


def take_doubles(gone: Entity) -> dict[str, list[dict[str, Any]]]:
    """Take what the winner has too from the loser; return the rows, by table."""
    doubles = {}
    for column in _DOUBLES[kind_of(gone)]:
        table = column.class_.__table__
        rows = session().execute(select(table).where(column == gone.id)).mappings()
        doubles[table.name] = [dict(row) for row in rows]
        write(delete(column.class_).where(column == gone.id))
    return doubles


def put_doubles(doubles: dict[str, list[dict[str, Any]]]) -> None:
    """Put back the rows that were taken."""
    tables = {one.class_.__table__.name: one.class_ for all_ in _DOUBLES.values() for one in all_}
    for name, rows in doubles.items():
        session().add_all(tables[name](**row) for row in rows)
    session().flush()


def write(statement: Any) -> None:
    """Run a statement past what the session remembers, which is forgotten."""
    session().flush()
    session().execute(statement, execution_options={"synchronize_session": False})
    session().expire_all()
