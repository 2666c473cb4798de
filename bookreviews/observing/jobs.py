"""Watches each job: a line in the form of a request's, with the job's name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bookreviews.extensions import bound
from bookreviews.observing.doings import Doing, current, new_reference

if TYPE_CHECKING:
    from bookreviews.observing.tracing import Tracing

_log = logging.getLogger("bookreviews.jobs")


@contextmanager
def watched(name: str) -> Iterator[Doing]:
    """Watch a job, and tell of it in the end; who does it says whether it `has_failed`."""
    tracing: Tracing | None = bound("tracing")
    doing = Doing(new_reference(), job=name, asked=None if tracing is None else [])
    token = current.set(doing)
    try:
        yield doing
    finally:
        _log.info("%s", name, extra={"facts": _facts(doing)})
        if tracing is not None:
            tracing.tell(doing, name=name, of_server=False, facts={}, failed=doing.has_failed)
        current.reset(token)


def _facts(doing: Doing) -> dict[str, object]:
    return {
        "ms": round(doing.seconds * 1000, 1),
        "statements": doing.statements,
        "sql_ms": round(doing.sql_seconds * 1000, 1),
    }
