"""One load at a time: two would make the same authors and books twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from bookreviews.errors import Conflict
from bookreviews.extensions import engine
from bookreviews.lib.advisory import takes_turn

# Any number will do, as long as nobody else's program takes the same in this database.
_TURN = 7_265_737_369


class Running(Conflict):
    """Another load is going on."""

    def __init__(self) -> None:
        super().__init__(
            "Another load is running. Please wait for its end; `bookreviews catalog loads` tells "
            "how far it has come."
        )


@contextmanager
def alone() -> Iterator[None]:
    """Be the only load of this database, or be refused; whoever is killed holds nobody up."""
    database = engine()
    if database.dialect.name == "sqlite":
        with _file_locked(database):
            yield
        return
    with database.connect() as holder:
        if not takes_turn(holder, _TURN):
            raise Running
        yield


@contextmanager
def _file_locked(database: Engine) -> Iterator[None]:
    with Path(f"{database.url.database}-load").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Running from error
        yield
