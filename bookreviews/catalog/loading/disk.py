"""How a load spares the disk, and so the site's writers: it shortens SQLite's log in between."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic

from bookreviews.extensions import engine
from bookreviews.lib import sqlite

# Pages that come again and again are copied once for all their writes in so many seconds; on a slow
# disk, in so many times the seconds that copying took. What the log holds by then, the site's next
# writer copies while others wait, if the load hasn't.
_SECONDS, _TIMES = 1.0, 3


class Log:
    """The log of what is written; of PostgreSQL's we take no care."""

    def __init__(self) -> None:
        self._is_ours = engine().dialect.name == "sqlite"
        self._next = monotonic() + _SECONDS

    def shorten(self) -> None:
        """Take over what was committed, if it is time to; call it between transactions."""
        began = monotonic()
        if self._is_ours and began > self._next:
            sqlite.shorten_log(engine())
            ended = monotonic()
            self._next = ended + max(_SECONDS, _TIMES * (ended - began))


@contextmanager
def written_at_length() -> Iterator[None]:
    """Let this process write much for a while."""
    database = engine()
    is_sqlite = database.dialect.name == "sqlite"
    with sqlite.written_at_length(database) if is_sqlite else nullcontext():
        yield
