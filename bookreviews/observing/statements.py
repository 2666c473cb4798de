"""Counts and times SQL statements, for whatever this thread is doing."""

from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from bookreviews.observing.doings import Asked, current


def watch(engine: Engine) -> None:
    """Add each statement of `engine` to the request or job that asks it."""
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", _end)


def _begin(*_: Any) -> None:
    doing = current.get()
    if doing is not None:
        doing.statements += 1
        doing.asked_at = perf_counter()


def _end(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    doing = current.get()
    if doing is None:
        return
    seconds = perf_counter() - doing.asked_at
    doing.sql_seconds += seconds
    if doing.asked is not None:
        doing.asked.append(Asked(statement, doing.asked_at, seconds))
