"""A replica of PostgreSQL to read from, as long as it answers and follows its primary closely.

Once a second a thread asks both where they are: places in the write-ahead log, as numbers of bytes.
How far behind the replica is, is then known in seconds as well, whatever the clocks say: the age of
the oldest place of the primary that it has not reached. Requests only look at what was found.
"""

import logging
import threading
from collections import deque
from time import monotonic

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

ASKED_EVERY = 1.0  # seconds

_log = logging.getLogger("bookreviews.replica")

# In a transaction that has been committed, a place that its commit lies before.
WRITTEN = text("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint")
_REPLAYED = text("SELECT (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint")


class Replica:
    """What is known of the replica; the thread begins with the first question, after the fork."""

    def __init__(self, replica: Engine, primary: Engine, *, most_behind: float) -> None:
        self.engine = replica
        self._primary = primary
        self._most_behind = most_behind
        self._replayed = -1
        self._answers = False
        self._places: deque[tuple[float, int]] = deque(
            maxlen=1000
        )  # when, and where the primary was
        self._begin = threading.Lock()
        self._thread: threading.Thread | None = None

    def follows(self, written: int = 0) -> bool:
        """Tell whether one may read from it who has last `written` at this place."""
        self._watch()
        return self._answers and self._replayed >= written and self.behind <= self._most_behind

    @property
    def behind(self) -> float:
        """Return how many seconds it was behind when it was last asked."""
        # The thread may take places away between two looks at them, so there is one.
        not_reached = next(iter(self._places.copy()), None)
        return 0.0 if not_reached is None else monotonic() - not_reached[0]

    def describe(self) -> str:
        """Return "ok", or why nobody reads from it."""
        if self.follows():
            return "ok"
        return f"{self.behind:.0f} seconds behind" if self._answers else "no answer"

    def leave(self) -> None:
        """Read from it no more until it has answered again: somebody just got an error."""
        self._answers = False

    def look(self) -> None:
        """Ask both where they are."""
        self._note_place_of_primary()
        try:
            found = _ask(self.engine, _REPLAYED)
        except SQLAlchemyError:
            self._answers = False
            return
        if found is None:  # it is no replica any more: it has been made a primary of its own
            self._answers = False
            return
        while self._places and self._places[0][1] <= found:
            self._places.popleft()
        self._replayed, self._answers = found, True

    def _note_place_of_primary(self) -> None:
        """Remember where the primary is; while it is away, what the replica has is the newest."""
        try:
            place = _ask(self._primary, WRITTEN)
        except SQLAlchemyError:
            return
        if place is not None and (not self._places or self._places[-1][1] < place):
            self._places.append((monotonic(), place))

    def _watch(self) -> None:
        if self._thread is not None:
            return
        with self._begin:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look_for_ever, daemon=True)
                self._thread.start()

    def _look_for_ever(self) -> None:
        pause = threading.Event()
        while True:
            self._look_and_go_on()
            pause.wait(ASKED_EVERY)

    def _look_and_go_on(self) -> None:
        """Look, whatever comes of it: were nobody to look, a stale replica would be read for ever.

        What isn't known to happen is told once, not every second.
        """
        try:
            self.look()
        except Exception as error:
            if self._answers:
                _log.exception("the replica could not be asked: %s", type(error).__name__)
            self._answers = False


def _ask(engine: Engine, question: object) -> int | None:
    with engine.connect() as connection:
        found = connection.execute(question).scalar_one()  # type: ignore[call-overload]
        return None if found is None else int(found)
