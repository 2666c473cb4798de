"""How a door writes: one transaction around its service calls, committed once.

    with transaction():
        review = post_review(author=alex, work_id=7, stars=4.5, body="…", at=now())

Services only add to the session; what they raise undoes everything. Jobs that they ask for with
`after_commit` are queued when all is committed, or dropped with the rest. It begins with the first
statement, which on SQLite waits for the writers' turn: what a service prepares before that (checks,
Markdown) keeps nobody waiting.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from bookreviews.errors import Conflict
from bookreviews.extensions import Job, db, queue_job, take_jobs
from bookreviews.lib.failures import words_of
from bookreviews.reading import ReadingSession, note_written

_log = logging.getLogger(__name__)


class AtTheSameMoment(Conflict):
    """Two waited for each other, and PostgreSQL has undone this one."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the same at the same moment, so nothing was saved. Please try "
            "again."
        )


@contextmanager
def transaction() -> Iterator[None]:
    """Begin a transaction that may write, commit it at the end, undo it on any error."""
    session = cast(ReadingSession, db.session())
    if session.writes:
        raise RuntimeError("A transaction within a transaction would wait for itself.")
    session.rollback()  # what was read so far may be stale by the time it is our turn
    take_jobs()  # nor does anything follow from what was undone
    try:
        session.writes = True
        yield
        session.commit()
        note_written(session)
    except OperationalError as error:
        session.rollback()
        if isinstance(error.orig, DeadlockDetected):
            raise AtTheSameMoment from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.writes = False
    for job in take_jobs():
        _hand_over(job)


def _hand_over(job: Job) -> None:
    """Queue a job; should the queue be down, the next sweep finds its work in the database."""
    try:
        queue_job(job)
    except Exception as error:  # whatever it is, what was committed stays so
        _log.warning("The job %s could not be queued (%s); it waits.", job[0], words_of(error))
