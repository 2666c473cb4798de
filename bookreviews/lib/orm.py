"""What every table shares: the base class, names of constraints, and columns for moments."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import DateTime, Dialect, MetaData, Row, Select, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

# What an INTEGER column holds; PostgreSQL fails on a larger parameter, SQLite on one of 2**63.
LARGEST_INTEGER = 2**31 - 1
# Ids bound in one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766.
_BOUND_AT_ONCE = 5_000

# Rows and statements as queries hand them around; each docstring names the columns.
Record: TypeAlias = Row[*tuple[Any, ...]]
Statement: TypeAlias = Select[*tuple[Any, ...]]


def slices_of(ids: Collection[int], most: int = _BOUND_AT_ONCE) -> Iterator[list[int]]:
    """Yield ids in their order, each once, as many at a time as a statement takes."""
    ordered = sorted(set(ids))
    return (ordered[at : at + most] for at in range(0, len(ordered), most))


class Base(DeclarativeBase):
    """Base of all models. Constraints are named by rule, so that migrations can alter them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC in Python whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive moments: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone, which is always UTC."""
        if value is None or value.tzinfo is not None:
            return value  # type: ignore[no-any-return]
        return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]
