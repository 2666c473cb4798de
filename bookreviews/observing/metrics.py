"""The numbers of requests, for Prometheus: right across all workers of a server.

Each worker writes its numbers into files of its own in a folder in memory, and whichever answers
/metrics adds them up. Workers are known by their place (1, 2, …) instead of their process, so that
a new worker goes on where the one before it in this place has ended, and the files stay few.
"""

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, cast

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

# Where `gunicorn.conf.py` says that workers share a folder; the library knows it by this name.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MEMORY_IS_READ_EVERY = 10  # seconds

# The place of a process that starts workers and is none.
NO_WORKER = 0

_place = NO_WORKER
_memory_read_at = 0.0

if FOLDER in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: _place)  # type: ignore[no-untyped-call]

_own = CollectorRegistry()
_requests = Counter(
    "bookreviews_requests",
    "Requests that were answered",
    ["route", "method", "status"],
    registry=_own,
)
_seconds = Histogram(
    "bookreviews_request_seconds",
    "Time until the answer stood",
    ["route"],
    buckets=_STEPS,
    registry=_own,
)
_statements = Counter(
    "bookreviews_sql_statements", "SQL statements of requests", ["route"], registry=_own
)
_sql_seconds = Counter(
    "bookreviews_sql_seconds", "Time that SQL statements of requests took", ["route"], registry=_own
)
in_flight = Gauge(
    "bookreviews_requests_in_flight",
    "Requests that are being answered",
    multiprocess_mode="livesum",
    registry=_own,
)
_memory = Gauge(
    "bookreviews_worker_memory_bytes",
    "Resident memory of a worker; pid is its place",
    multiprocess_mode="liveall",
    registry=_own,
)


def note(*, route: str, method: str, status: int, seconds: float, asked: tuple[int, float]) -> None:
    """Count a request, and the number and seconds of its SQL statements."""
    count, took, statements, sql_seconds = _of(route, _method(method), f"{status // 100}xx")
    count.inc()
    took.observe(seconds)
    if asked[0]:
        statements.inc(asked[0])
        sql_seconds.inc(asked[1])
    _note_memory()


def exposition(*more: Collector) -> bytes:
    """Return all numbers as Prometheus reads them, with what `more` collectors add."""
    registry = CollectorRegistry()
    registry.register(_shared() if FOLDER in os.environ else _own)
    for collector in more:
        registry.register(collector)
    return generate_latest(registry)


def _shared() -> Collector:
    """Return the collector of what all workers have written."""
    return cast(Collector, MultiProcessCollector(None))  # type: ignore[no-untyped-call]


def take_place(place: int) -> None:
    """Let this process be the worker in this place; for a server's hook, after the fork."""
    global _place  # noqa: PLW0603 - one for each process, as the files are
    _place = place
    in_flight.set(0)  # whoever was here before may have been killed amid a request


def leave_place(place: int) -> None:
    """Forget how many requests are under way in a place, and its memory: its worker has ended."""
    mark_process_dead(place)  # type: ignore[no-untyped-call]


@cache
def _of(route: str, method: str, status: str) -> tuple[Any, Any, Any, Any]:
    return (
        _requests.labels(route, method, status),
        _seconds.labels(route),
        _statements.labels(route),
        _sql_seconds.labels(route),
    )


def _method(given: str) -> str:
    """Return the method, or "other": whoever makes up methods makes up no series."""
    return given if given in _METHODS else "other"


def _note_memory() -> None:
    global _memory_read_at  # noqa: PLW0603 - of this process
    if monotonic() < _memory_read_at + _MEMORY_IS_READ_EVERY:
        return
    _memory_read_at = monotonic()
    with suppress(OSError):  # only Linux has it
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        _memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
