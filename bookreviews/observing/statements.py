"""Counts and times SQL statements, for whatever this thread is doing."""

from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from bookreviews.observing.doings import current


def watch(engine: Engine) -> None:
    """Add each statement of `engine` to the request or job that asks it."""
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", _end)


def _begin(*_: Any) -> None:
    doing = current.get()
    if doing is not None:
        doing.statements += 1
        doing.asked_at = perf_counter()


def _end(*_: Any) -> None:
    doing = current.get()
    if doing is not None:
        doing.sql_seconds += perf_counter() - doing.asked_at
