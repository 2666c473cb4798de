"""Every read of breakages."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, select

from bookreviews.breakages.models import Breakage
from bookreviews.extensions import read
from bookreviews.lib.orm import Record

_PER_DAY = (
    select(Breakage.day, func.sum(Breakage.count))
    .where(Breakage.day >= bindparam("since"))
    .group_by(Breakage.day)
)
_LATEST = (
    select(Breakage.day, Breakage.place, Breakage.error, Breakage.count, Breakage.last_at)
    .order_by(Breakage.day.desc(), Breakage.last_at.desc())
    .limit(bindparam("most"))
)


def count_per_day(since: date) -> dict[date, int]:
    """Return how much broke on each day since; days without are left out."""
    return {day: int(count) for day, count in read(_PER_DAY, since=since)}


def latest(*, most: int) -> Sequence[Record]:
    """Return what broke, the latest first: `day`, `place`, `error`, `count`, `last_at`."""
    return read(_LATEST, most=most).all()
