"""The board of all jobs: what is asked for by name, and what recurs."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from huey import Huey, crontab

from bookreviews import breaking
from bookreviews.chores import services as chores
from bookreviews.jobs import worker
from bookreviews.lib.clock import now
from bookreviews.lib.failures import words_of
from bookreviews.observing.jobs import watched
from bookreviews.transactions import transaction

_log = logging.getLogger("bookreviews.jobs")

# Rare chores are asked about this often, so that a worker that slept through their hour does
# them when it wakes.
_ASKED_ABOUT_EVERY = timedelta(minutes=10)

Work = Callable[[datetime], None]


class Jobs:
    """The jobs of one application, and the queue where they wait."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.huey = huey
        self._app = app
        self._tasks: dict[str, Any] = {}

    def add(self, job: Callable[..., None]) -> None:
        """Let a job be asked for by its name, with `at` and whatever else it takes."""
        name = job.__name__

        def run(**arguments: Any) -> None:
            self._run(name, lambda: job(at=now(), **arguments))

        self._tasks[name] = self.huey.task(name=name)(run)

    def add_chore(self, work: Work, *, every: timedelta) -> None:
        """Let work be done once in each period, by whichever worker is there first."""
        name = work.__name__

        def run() -> None:
            self._run(name, lambda: _do(work, every))

        minutes = int(min(every, _ASKED_ABOUT_EVERY).total_seconds() // 60)
        self._tasks[name] = self.huey.periodic_task(crontab(minute=f"*/{minutes}"), name=name)(run)

    def put(self, name: str, arguments: dict[str, Any]) -> None:
        """Queue a job for a worker."""
        self._tasks[name](**arguments)

    def do(self, name: str, **arguments: Any) -> None:
        """Do a job here and now, as a worker would."""
        self._tasks[name].call_local(**arguments)

    def count_waiting(self) -> int:
        """Return how many jobs no worker has taken yet; raises where the queue can't be asked."""
        return int(self.huey.pending_count())

    def work(self) -> None:
        """Take jobs from the queue and do them, until a signal ends it."""
        worker.work(self.huey)

    def _run(self, name: str, act: Callable[[], None]) -> None:
        """Do a job in a context of its own; its failure is one line, and never the worker's end."""
        with self._app.app_context(), watched(name) as doing:
            try:
                act()
            except Exception as error:
                doing.has_failed = True
                _log.error("The job %s failed: %s", name, words_of(error))
                _log.debug("How it failed:", exc_info=True)
                breaking.remember(error, place=f"job {name}", reference=doing.reference)


def _do(work: Work, every: timedelta) -> None:
    """Do a chore if it is due, and keep how it went."""
    name = work.__name__
    with transaction():
        is_ours = chores.begin(name, every=every, at=now())
    if not is_ours:
        return
    try:
        work(now())
    except Exception as error:
        with transaction():
            chores.fail(name, error=error, at=now())
        raise
    with transaction():
        chores.finish(name, at=now())
