"""How a door writes: one transaction around its service calls, committed once.

    with transaction():
        review = post_review(author=alex, work_id=7, stars=4.5, body="…", at=now())

Services only add to the session; what they raise undoes everything.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from bookreviews.extensions import db
from bookreviews.lib import sqlite

_OPEN = "transaction is open"


@contextmanager
def transaction() -> Iterator[None]:
    """Begin a transaction that may write, commit it at the end, undo it on any error."""
    session = db.session
    if session.info.get(_OPEN):
        raise RuntimeError("A transaction within a transaction would wait for itself.")
    session.rollback()  # what was read so far may be stale by the time it is our turn
    with _turn():
        try:
            session.info[_OPEN] = True
            session.connection(execution_options=sqlite.WRITES)
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info[_OPEN] = False


def _turn() -> AbstractContextManager[None]:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        return sqlite.write_turn(engine.url.database)
    return nullcontext()
