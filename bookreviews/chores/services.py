"""Every write to chores: one worker does each, once in each of its periods."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError

from bookreviews.chores.models import Chore
from bookreviews.extensions import session
from bookreviews.lib.failures import words_of

# A run that has not ended by then is taken for dead, with the worker that did it.
LONGEST_RUN = timedelta(minutes=5)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def begin(name: str, *, every: timedelta, at: datetime) -> bool:
    """Take a chore; False where it has been done in this period, or another worker is at it.

    Periods are counted from midnight (UTC), so that workers that look at different seconds
    agree on them. A start that lies far ahead is of before the clock was set back, and tells
    nothing.
    """
    period_began = at - (at - _EPOCH) % every
    is_over = or_(Chore.ended_at.is_not(None), Chore.started_at <= at - LONGEST_RUN)
    taken = session().execute(
        update(Chore)
        .where(
            Chore.name == name,
            or_(
                and_(Chore.started_at < period_began, is_over),
                Chore.started_at > at + every + LONGEST_RUN,
            ),
        )
        .values(started_at=at, ended_at=None)
        .returning(Chore.name)
        .execution_options(synchronize_session=False)
    )
    return taken.one_or_none() is not None or _begin_first(name, at)


def finish(name: str, *, at: datetime) -> None:
    """Note that a chore has been done."""
    _end(name, ended_at=at, failures=0)


def fail(name: str, *, error: BaseException, at: datetime) -> None:
    """Note that a chore failed, and why; it is tried again in its next period."""
    _end(
        name,
        ended_at=at,
        failed_at=at,
        error=words_of(error),
        failures=Chore.failures + 1,
    )


def _begin_first(name: str, at: datetime) -> bool:
    """Take a chore that nobody has ever done."""
    if session().get(Chore, name) is not None:
        return False
    try:
        with session().begin_nested():
            session().add(Chore(name=name, started_at=at))
    except IntegrityError:  # another worker was there first
        return False
    return True


def _end(name: str, **ends: object) -> None:
    session().execute(
        update(Chore)
        .where(Chore.name == name)
        .values(**ends)
        .execution_options(synchronize_session=False)
    )
