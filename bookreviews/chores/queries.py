"""Every read of chores."""

from collections.abc import Sequence

from sqlalchemy import select

from bookreviews.chores.models import Chore
from bookreviews.extensions import read
from bookreviews.lib.orm import Record

_CHORES = select(
    Chore.name, Chore.started_at, Chore.ended_at, Chore.failed_at, Chore.error, Chore.failures
).order_by(Chore.name)


def list_chores() -> Sequence[Record]:
    """Return the last run of each chore: those who fail now have `failures` above 0."""
    return read(_CHORES).all()
