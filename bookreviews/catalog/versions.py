"""The version of a work: a number that rises with every write to what the work's page shows.

Pages are kept by it: while it stays the same, so does the page. Whoever writes to a work, or to
anything else that its page shows, raises it in the same transaction. Writers of reviews do so by
taking their turn on the work (`turns.py`).
"""

from collections.abc import Collection

from sqlalchemy import select, update

from bookreviews.catalog.models import Work
from bookreviews.extensions import read, session
from bookreviews.lib.among import among
from bookreviews.lib.orm import slices_of

_ids = among(Work.id, "work_ids")
_LOCK = select(Work.id).where(_ids).order_by(Work.id).with_for_update(key_share=True)
_RAISE = update(Work).where(_ids).values(version=Work.version + 1).returning(Work.id)


def raise_versions(work_ids: Collection[int]) -> int:
    """Raise the versions of these works, whose rows are ours until the commit; return how many.

    What the session has changed in them is written first. Several are locked in the order of their
    ids, as by everyone who takes several, so that no two writers wait for each other.
    """
    session().flush()
    if len(work_ids) > 1:
        for ids in slices_of(work_ids):
            read(_LOCK, work_ids=ids)
    return sum(len(read(_RAISE, work_ids=ids).all()) for ids in slices_of(work_ids))
