"""Whose turn it is to change the catalogue by hand.

People add, edit and merge one after the other, in the whole catalogue: it takes milliseconds and
happens seldom, and so two who add the same book at one moment, or the same new author, see each
other. On SQLite writers queue anyway. Whoever takes this turn takes it before any row.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from bookreviews.catalog.models import Work
from bookreviews.errors import Conflict
from bookreviews.extensions import session
from bookreviews.lib.orm import slices_of

# Who reviews one of the works waits until the change of all of them has been written.
MOST_AT_ONCE = 5_000


def take_turn_on_catalogue() -> None:
    """Wait until nobody else changes the catalogue by hand."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(select(func.pg_advisory_xact_lock(func.hashtext("catalogue changes"))))


def take_turns_on_works(work_ids: Collection[int]) -> None:
    """Wait until nobody else writes about these works, each after the one before."""
    for ids in slices_of(work_ids):
        lock = select(Work.id).where(Work.id.in_(ids)).order_by(Work.id)
        session().execute(lock.with_for_update(key_share=True))


def check_not_too_many(work_ids: Collection[int]) -> None:
    """Refuse to change more works in one transaction than others can wait for."""
    if len(work_ids) > MOST_AT_ONCE:
        raise Conflict(
            f"{len(work_ids):,} books would change with this name, and at most {MOST_AT_ONCE:,} "
            "change at once: a name that so many share can’t be changed or merged."
        )
