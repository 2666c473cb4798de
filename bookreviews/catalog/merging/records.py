"""What is written down of a merge: that it was done, that it was undone, and by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.editing import hold
from bookreviews.catalog.facts import Entity, Thing, entity
from bookreviews.catalog.merging.belongings import column_of, keys_of, kind_of
from bookreviews.catalog.models import REVERTED, CatalogEdit, Edition, Merge, Work
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session


def get_merge(merge_id: int) -> Merge:
    """Return a merge to be undone, or raise NotFound or Conflict."""
    merge = session().get(Merge, merge_id, populate_existing=True)
    if merge is None:
        raise NotFound("There is no such merge.")
    if merge.undone_at is not None:
        raise Conflict("This merge has been undone already.")
    return merge


def record(
    *, by: Viewer, winner: Entity, loser: Entity, moved: dict[str, Any], reason: str, at: datetime
) -> Merge:
    """Write down that two were merged, with what moved, and tell the winner's history."""
    kind = kind_of(winner)
    merge = Merge(
        kind=kind,
        winner_id=winner.id,
        loser_id=loser.id,
        winner_name=name_of(winner),
        loser_name=name_of(loser),
        loser_slug=getattr(loser, "slug", ""),
        by_id=by.id,
        at=at,
        reason=reason,
        moved=moved,
        undo_reason="",
    )
    session().add(merge)
    session().flush()
    changed = moved.get("changed", {})
    _tell(merge, winner, by=by, before_after=changed, summary=reason, at=at)
    return merge


def note_undone(merge: Merge, *, by: Viewer, reason: str, at: datetime) -> None:
    """Write down that a merge was undone, and tell the winner's history."""
    merge.undone_at, merge.undone_by_id, merge.undo_reason = at, by.id, reason
    told = session().scalars(select(CatalogEdit).where(CatalogEdit.merge_id == merge.id)).one()
    told.state = REVERTED
    winner = entity(Thing(merge.kind, merge.winner_id))
    changed = {
        name: [after, before] for name, (before, after) in merge.moved.get("changed", {}).items()
    }
    _tell(merge, winner, by=by, before_after=changed, summary=reason, at=at, reverts_id=told.id)


def check_can_be_undone(merge: Merge, kept: Entity) -> None:
    """Refuse where the winner was merged on, or what had moved is elsewhere by now."""
    if getattr(kept, "merged_into_id", None) is not None:
        later = session().scalar(
            select(Merge).where(
                Merge.kind == merge.kind,
                Merge.loser_id == merge.winner_id,
                Merge.undone_at.is_(None),
            )
        )
        into = f"“{later.winner_name}”" if later else "another"
        raise Conflict(
            f"“{merge.winner_name}” was itself merged into {into} since. Undo that first."
        )
    for table, keys in merge.moved["rows"].items():
        column = column_of(merge.kind, table)
        here = set(keys_of(column, merge.winner_id))
        gone = [key for key in map(tuple, keys) if key not in here]
        if gone and table in ("editions",):
            raise Conflict(
                f"{len(gone)} of the editions that moved are elsewhere by now, so this can’t be "
                "undone. Look at the merges of editions in the history first."
            )


def _tell(
    merge: Merge,
    winner: Entity,
    *,
    by: Viewer,
    before_after: dict[str, Any],
    summary: str,
    at: datetime,
    reverts_id: int | None = None,
) -> None:
    edit = CatalogEdit(
        kind=merge.kind,
        thing_id=winner.id,
        work_id=winner.id if isinstance(winner, Work) else getattr(winner, "work_id", None),
        editor_id=by.id,
        at=at,
        summary=summary,
        before={name: pair[0] for name, pair in before_after.items()},
        after={name: pair[1] for name, pair in before_after.items()},
        merge_id=merge.id,
        reverts_id=reverts_id,
    )
    hold(edit)
    session().add(edit)
    session().flush()


def name_of(found: Entity) -> str:
    """Return what a thing is called, in words for readers."""
    if isinstance(found, Work):
        return found.title
    if isinstance(found, Edition):
        parts = (found.publisher, str(found.published or ""), found.isbn13 or "")
        return ", ".join(filter(None, parts)) or "an edition"
    return found.name
