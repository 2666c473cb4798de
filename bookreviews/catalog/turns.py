"""Whose turn it is to write about a work, or to change the catalogue by hand.

People add, edit and merge one after the other, in the whole catalogue: it takes milliseconds and
happens seldom, and so two who add the same book at one moment, or the same new author, see each
other. On SQLite writers queue anyway. Whoever takes this turn takes it before any row.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select, update

from bookreviews.catalog.models import Work
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import read, session
from bookreviews.lib.orm import slices_of

_TURN = (
    update(Work)
    .where(Work.id == bindparam("turn_id"))
    .values(version=Work.version + 1)
    .returning(Work.merged_into_id)
)

# Who reviews one of the works waits until the change of all of them has been written.
MOST_AT_ONCE = 5_000


def take_turn_on_catalogue() -> None:
    """Wait until nobody else changes the catalogue by hand."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(select(func.pg_advisory_xact_lock(func.hashtext("catalogue changes"))))


def take_turn_on_work(work_id: int) -> int:
    """Wait until nobody else writes about this work, and raise its version for what we write.

    Return its id: that of the work which it was merged into, where it was. NotFound if there is
    no such work.
    """
    session().flush()
    found = read(_TURN, turn_id=work_id).one_or_none()
    if found is None:
        raise NotFound("There is no such book here.")
    return work_id if found.merged_into_id is None else take_turn_on_work(found.merged_into_id)


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
