"""How long pages take on one core: in this process, without a network, nothing remembered.

What workers of the site keep of pages and of their parts is switched off, so that each request
asks the database and makes its page. A time is given twice: by the clock, and as CPU time of this
process and of PostgreSQL's that answers it; the latter doesn't depend on who else is busy here.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from math import inf
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from benchmarks.sizes.addresses import addresses, typed
from benchmarks.sizes.scale import Scale
from bookreviews.catalog.search import suggest
from bookreviews.extensions import engine, read, session

SAMPLES = int(os.environ.get("BENCH_SAMPLES", "1000"))

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds by the clock and of CPU, their medians and 99th percentiles; statements."""

    wall: float
    wall_99: float
    cpu: float
    cpu_99: float
    statements: int


def measure(app: Flask, scale: Scale) -> Iterator[tuple[str, Measured]]:
    """Yield what each kind of page takes."""
    _remember_nothing(app)
    client = app.test_client()

    def getting(path: str) -> Act:
        def get() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status}"

        return get

    with app.app_context():
        kinds: dict[str, list[Act]] = {
            kind: [getting(path) for path in paths] for kind, paths in addresses(scale).items()
        }
        kinds["suggestions"] = [_suggesting(app, text) for text in typed(scale)]
        session().rollback()
        engine().dispose()  # from now on there is one connection, and it is this one
        backend = _backend()
        session().rollback()
    gc.collect()
    gc.freeze()  # as workers do once they have started (gunicorn.conf.py)
    for kind, acts in kinds.items():
        yield kind, _measured(app, acts, backend)


def _suggesting(app: Flask, text: str) -> Act:
    def ask() -> None:
        with app.app_context():
            suggest(text)

    return ask


def _remember_nothing(app: Flask) -> None:
    app.extensions["kept_pages"].most_bytes = 0
    app.jinja_env.globals["remembered"] = lambda macro, row, **said: macro(row, **said)
    app.extensions["site"].lasts = inf  # settings, which a process reads once a second


def _measured(app: Flask, acts: Sequence[Act], backend: Path | None) -> Measured:
    statements = max(_statements(app, act) for act in acts)  # which warms all of it as well
    times = [_timed(act, backend) for act in islice(cycle(acts), SAMPLES)]
    walls, cpus = ([1000 * one for one in some] for some in zip(*times, strict=True))
    return Measured(
        median(walls), _last_hundredth(walls), median(cpus), _last_hundredth(cpus), statements
    )


def _timed(act: Act, backend: Path | None) -> tuple[float, float]:
    theirs, ours, wall = _cpu_of(backend), time.process_time(), time.perf_counter()
    act()
    wall, ours = time.perf_counter() - wall, time.process_time() - ours
    return wall, ours + _cpu_of(backend) - theirs


def _last_hundredth(times: Sequence[float]) -> float:
    return quantiles(times, n=100)[-1]


def _statements(app: Flask, act: Act) -> int:
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1

    with app.app_context():
        database = engine()
    event.listen(database, "before_cursor_execute", note)
    act()
    event.remove(database, "before_cursor_execute", note)
    return count


def _backend() -> Path | None:
    """Return where Linux tells the CPU time of PostgreSQL's process that answers this one."""
    if engine().dialect.name == "sqlite":
        return None
    pid = read(select(func.pg_backend_pid())).scalar_one()
    schedule = Path(f"/proc/{pid}/schedstat")
    return schedule if schedule.exists() else None


def _cpu_of(backend: Path | None) -> float:
    return 0.0 if backend is None else int(backend.read_text().split()[0]) / 1e9
