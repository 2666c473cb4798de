"""PostgreSQL with an end to patience: what does not answer is given up, and left alone a while.

The server's own `statement_timeout` ends a statement that takes long. It can't where the server
itself stands still, or the network swallows what it says. Then our side stops waiting.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine, event
from sqlalchemy.util import immutabledict

# Reading begins no transaction: each statement would see all that is committed by then anyway, and
# to begin and to end one is to ask twice more. Writing does, which is what connections do untold.
READS = immutabledict({"isolation_level": "AUTOCOMMIT"})
WRITES: immutabledict[str, Any] = immutabledict()

# A server that did not answer is asked again after this; whoever comes meanwhile is told at once.
PAUSE = 1.0  # seconds

# The server speaks first: what it says of a statement that it has ended is worth more than silence.
_GRACE = 1.0  # seconds

_INTERVAL = 0.1  # seconds; how often a wait looks up, for Ctrl-C


class _Gate:
    """Lets one at a time knock at a server that has just been silent, and others not at all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent_at: float | None = None
        self._somebody_knocks = False

    def note_silence(self) -> None:
        """Remember that the server did not answer."""
        self._silent_at = monotonic()

    def connect(self, make: Callable[[], "PatientConnection"]) -> "PatientConnection":
        """Return a connection, or raise OperationalError."""
        with self._lock:
            if self._silent_at is not None and (
                self._somebody_knocks or monotonic() < self._silent_at + PAUSE
            ):
                raise psycopg.OperationalError("the database did not answer a moment ago")
            self._somebody_knocks = True
        try:
            connection = make()
        except ConnectionTimeout:
            self.note_silence()
            raise
        finally:
            self._somebody_knocks = False
        self._silent_at = None
        return connection


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for an answer as long as it is told, and is closed after that."""

    gate: _Gate
    patience: float | None = None

    def wait(
        self, gen: PQGen[Any], interval: float = _INTERVAL, timeout: float | None = None
    ) -> Any:
        """Wait until `gen` has got its answer; a connection without one is of no more use."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as error:  # they say: convert it
            self.gate.note_silence()
            self.close()
            raise psycopg.OperationalError("the database does not answer") from error


def tune(engine: Engine, *, patience: float) -> None:
    """Let `engine` wait for any answer no longer than `patience` seconds; 0 means for ever."""
    if not patience:
        return
    gate = _Gate()

    def connect(_dialect: Any, _record: Any, args: Any, words: Any) -> PatientConnection:
        connection = gate.connect(lambda: PatientConnection.connect(*args, **words))
        connection.gate, connection.patience = gate, patience + _GRACE
        return connection

    event.listen(engine, "do_connect", connect)
