"""Whether this server can answer readers now, and if not, what is wrong."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from time import monotonic

from flask import Flask
from sqlalchemy import text

from bookreviews.config import ROOT
from bookreviews.extensions import bound, engine
from bookreviews.lib import revisions
from bookreviews.lib.failures import words_of

# Who asks is a load balancer, which asks again soon.
PATIENCE = 2.0

WELL, NONE = "ok", "none"
_VERSIONS = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found, each either "ok" or what is wrong.

    Without its queue the site goes on, and sweeps do what its jobs would (decision 0006): to take
    all servers out of service for it would make a small trouble a great one. Without its replica it
    reads from the primary.
    """

    database: str
    migrations: str
    queue: str
    replica: str = NONE

    @property
    def is_ready(self) -> bool:
        """Tell whether readers may be sent here."""
        return self.database == WELL and self.migrations == WELL


class Examiner:
    """Asks what the site stands on, each in a thread of its own, and waits a short time only."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._asking = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None  # begun after the fork, on first use
        self._open: dict[str, Future[str]] = {}

    def examine(self) -> Readiness:
        """Return what is found within `PATIENCE`."""
        with self._asking:
            until = monotonic() + PATIENCE
            questions = {name: self._ask(name) for name in _QUESTIONS}
            found = {name: _answer(question, until) for name, question in questions.items()}
        migrations = found["migrations"] if found["database"] == WELL else "unknown"
        return Readiness(found["database"], migrations, found["queue"], _tell_of_replica(self._app))

    def _ask(self, name: str) -> "Future[str]":
        """Ask, unless the last question is still unanswered: they would only pile up."""
        asked = self._open.get(name)
        if asked is None or asked.done():
            self._threads = self._threads or ThreadPoolExecutor(len(_QUESTIONS), "examiner")
            asked = self._open[name] = self._threads.submit(self._within_app, _QUESTIONS[name])
        return asked

    def _within_app(self, question: Callable[[], str]) -> str:
        with self._app.app_context():
            return question()


def _answer(asked: "Future[str]", until: float) -> str:
    try:
        return asked.result(max(until - monotonic(), 0))
    except TimeoutError:
        return f"no answer within {PATIENCE:g} seconds"
    except Exception as error:  # whatever it is, the operator is told
        return words_of(error)


def _ask_database() -> str:
    with engine().connect() as connection:
        connection.execute(text("SELECT 1"))
    return WELL


def _ask_migrations() -> str:
    with engine().connect() as connection:
        found = set(connection.execute(_VERSIONS).scalars())
    return _judge(found)


def _judge(found: set[str]) -> str:
    """Tell whether the tables are those of this code, or of a newer one: both serve readers."""
    known, head = _revisions()
    if not found:
        return "the tables have not been made: bookreviews db upgrade"
    (behind, *_) = [*(found & known - {head}), None]
    return WELL if behind is None else f"at {behind}, wanted {head}: bookreviews db upgrade"


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """Return all revisions that this code knows, and the latest."""
    folder = ROOT / "migrations"
    return frozenset(revisions.known(folder)), revisions.newest(folder)


def _tell_of_replica(app: Flask) -> str:
    replica = app.extensions.get("replica")
    return replica.describe() if replica is not None else NONE


def _ask_queue() -> str:
    bound("jobs").count_waiting()
    return WELL


_QUESTIONS = {"database": _ask_database, "migrations": _ask_migrations, "queue": _ask_queue}
