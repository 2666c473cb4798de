"""Two authors, series or subjects that are one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.applying import show_anew, works_of, write_bylines
from bookreviews.catalog.browsing import path_of_subject
from bookreviews.catalog.editing import checked_summary
from bookreviews.catalog.facts import Entity, Thing, entity_in_turn
from bookreviews.catalog.merging.addresses import lead_back, lead_on
from bookreviews.catalog.merging.beginning import begin
from bookreviews.catalog.merging.belongings import move, move_back, put_doubles, take_doubles, write
from bookreviews.catalog.merging.records import check_can_be_undone, record
from bookreviews.catalog.models import Author, Listing, Merge, Series, Subject, Work
from bookreviews.catalog.turns import check_not_too_many, take_turns_on_works
from bookreviews.errors import Conflict
from bookreviews.extensions import session


def merge_names(*, by: Viewer, winner: Thing, loser: Thing, reason: str, at: datetime) -> Merge:
    """Let two authors, series or subjects be one."""
    why = checked_summary(reason)
    kept, gone = begin(by=by, winner=winner, loser=loser, at=at)
    assert isinstance(kept, Author | Series | Subject)
    assert isinstance(gone, Author | Series | Subject)
    if isinstance(kept, Subject):
        _check_is_not_part(kept, gone)
    work_ids = sorted({*_works_under(kept), *_works_under(gone)})
    check_not_too_many(work_ids)
    take_turns_on_works(work_ids)
    moved: dict[str, Any] = {"rows": move(kept, gone), "works": work_ids}
    moved["doubles"] = take_doubles(gone)
    moved["addresses"] = lead_on(kept, gone)
    if isinstance(gone, Subject):
        moved["main"] = _change_main_subject(gone.slug, kept.slug)
    gone.merged_into_id = kept.id
    session().flush()
    _show(kept, work_ids)
    return record(by=by, winner=kept, loser=gone, moved=moved, reason=why, at=at)


def undo_names(merge: Merge) -> None:
    """Let two that were merged be two again."""
    kept = entity_in_turn(Thing(merge.kind, merge.winner_id))
    gone = entity_in_turn(Thing(merge.kind, merge.loser_id))
    check_can_be_undone(merge, kept)
    assert isinstance(gone, Author | Series | Subject)
    take_turns_on_works(merge.moved["works"])
    gone.merged_into_id = None
    move_back(merge.moved["rows"], kept, gone)
    put_doubles(merge.moved["doubles"])
    lead_back(merge, gone)
    if isinstance(gone, Subject):
        assert isinstance(kept, Subject)
        _change_main_subject(kept.slug, gone.slug, only=merge.moved["main"])
    session().flush()
    _show(gone, merge.moved["works"])


def _works_under(found: Author | Series | Subject) -> Collection[int]:
    """Return the works whose pages, or whose place in lists, depend on a name."""
    if not isinstance(found, Subject):
        return works_of(found)
    listed = session().scalars(select(Listing.work_id).where(Listing.subject_id == found.id))
    return {*works_of(found), *listed}


def _check_is_not_part(kept: Subject, gone: Entity) -> None:
    if gone.id in [step.id for step in path_of_subject(kept.slug)]:
        raise Conflict(f"“{kept.name}” is part of the other one. Merge the other way round.")


def _change_main_subject(
    before: str, after: str, *, only: Collection[int] | None = None
) -> list[int]:
    mine = [Work.main_subject == before]
    if only is not None:
        mine.append(Work.id.in_(only))
    ids = list(session().scalars(select(Work.id).where(*mine)))
    write(update(Work).where(Work.id.in_(ids)).values(main_subject=after))
    return ids


def _show(found: Author | Series | Subject, work_ids: Collection[int]) -> None:
    if isinstance(found, Author):
        write_bylines(work_ids)
    show_anew(work_ids)
