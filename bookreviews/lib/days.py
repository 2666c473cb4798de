"""Days in UTC: the day of a moment as both databases tell it, and the days until one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class day_of(FunctionElement[str]):  # noqa: N801 - it reads as the SQL function that it is
    """The day of a moment's column as text such as 2026-03-14, whatever a session's time zone."""

    type = String()
    inherit_cache = True


@compiles(day_of)
def _day_of(element: Any, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(day_of, "postgresql")
def _day_of_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


def last_days(number: int, *, until: datetime) -> list[date]:
    """Return so many days, the last of them that of `until`."""
    today = until.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in reversed(range(number))]


def beginning_of(day: date) -> datetime:
    """Return the moment when a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
