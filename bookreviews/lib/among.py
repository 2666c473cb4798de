"""Whether a column is one of many values: one fixed statement, however many there are.

`IN` with a parameter for each value is another statement for each number of values, which
SQLAlchemy writes and the database reads anew each time.
"""

import json
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    String,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def among(column: Any, name: str = "values") -> ColumnElement[bool]:
    """Return the condition that a column is one of those in the parameter of this name, a list."""
    kind = Integer if isinstance(column.type, Integer) else String
    return _Among(column, bindparam(name, type_=_Values(kind)))


class _Values(TypeDecorator[Any]):
    """Any number of values as one parameter: an array in PostgreSQL, JSON in SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[String] | type[Integer]) -> None:
        self.kind = kind
        super().__init__()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database has."""
        return Text() if dialect.name == "sqlite" else ARRAY(self.kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Give the values to the driver."""
        return json.dumps(value, ensure_ascii=False) if dialect.name == "sqlite" else value


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> Any:
        """Stand as it is: SQLAlchemy would write "= 1" after it, and SQLite use no index then."""
        return self


@compiles(_Among, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(_Among, "postgresql")
def _in_array(element: Any, compiler: Any, **options: Any) -> str:
    # Of "= ANY (…)" as the last part of an index, PostgreSQL without statistics may use none.
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT unnest({values}))"
