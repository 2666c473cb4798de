"""Watches each job: a line in the form of a request's, with the job's name."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bookreviews.observing.doings import Doing, current, new_reference

_log = logging.getLogger("bookreviews.jobs")


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Watch a job, and tell of it in the end; one that raises says so itself."""
    doing = Doing(new_reference(), job=name)
    token = current.set(doing)
    try:
        yield
    finally:
        _log.info("%s", name, extra={"facts": _facts(doing)})
        current.reset(token)


def _facts(doing: Doing) -> dict[str, object]:
    return {
        "ms": round(doing.seconds * 1000, 1),
        "statements": doing.statements,
        "sql_ms": round(doing.sql_seconds * 1000, 1),
    }
