"""Two editions that are one."""

from datetime import datetime
from typing import Any

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.applying import apply, show_anew
from bookreviews.catalog.editing import checked_summary
from bookreviews.catalog.facts import Thing, entity, facts_of
from bookreviews.catalog.merging.beginning import begin
from bookreviews.catalog.merging.belongings import keys_of, put_rows
from bookreviews.catalog.merging.records import record
from bookreviews.catalog.models import EDITION, Edition, EditionIdentifier, Merge, UnverifiedIsbn
from bookreviews.errors import Conflict
from bookreviews.extensions import session

_EDITION_COLUMNS: dict[str, Any] = {
    "edition_identifiers": EditionIdentifier.edition_id,
    "unverified_isbns": UnverifiedIsbn.edition_id,
}


def merge_editions(*, by: Viewer, winner: Thing, loser: Thing, reason: str, at: datetime) -> Merge:
    """Let two editions of a work be one; each with an ISBN of its own are two."""
    why = checked_summary(reason)
    kept, gone = begin(by=by, winner=winner, loser=loser, at=at)
    assert isinstance(kept, Edition)
    assert isinstance(gone, Edition)
    if kept.work_id != gone.work_id:
        raise Conflict("These are editions of two books. Merge the books first.")
    if kept.isbn13 and gone.isbn13:
        raise Conflict("Each has an ISBN of its own, so they are two editions.")
    facts, had = facts_of(kept), facts_of(gone)
    changed = {
        name: [facts[name], value] for name, value in had.items() if value and not facts[name]
    }
    row = {column.key: getattr(gone, column.key) for column in Edition.__table__.columns}
    moved = {"edition": row, "changed": changed, "misprints": _misprints_of_both(kept, gone)}
    moved["rows"] = _move_edition(kept, gone)
    merge = record(by=by, winner=kept, loser=gone, moved=moved, reason=why, at=at)
    session().delete(gone)
    session().flush()
    apply(kept, {name: after for name, (_before, after) in changed.items()})
    return merge


def undo_editions(merge: Merge) -> None:
    """Let an edition that was merged into another be there again."""
    kept = entity(Thing(EDITION, merge.winner_id))
    assert isinstance(kept, Edition)
    row = merge.moved["edition"]
    if kept.work_id != row["work_id"]:
        raise Conflict("The edition belongs to another book by now. Undo that merge first.")
    if session().get(Edition, row["id"]) is not None:
        raise Conflict("Another edition has its number by now, so this can’t be undone.")
    present = facts_of(kept)
    changed = merge.moved["changed"]
    apply(
        kept,
        {name: before for name, (before, after) in changed.items() if present[name] == after},
    )
    if row["isbn13"] and present["isbn"] not in (None, row["isbn13"]):
        raise Conflict("The ISBN was changed since, so this can’t be undone.")
    session().add(Edition(**row))
    session().flush()
    for table, keys in merge.moved["rows"].items():
        put_rows(_EDITION_COLUMNS[table], keys, row["id"], of=kept.id)
    for value in merge.moved.get("misprints", ()):
        session().add(UnverifiedIsbn(edition_id=row["id"], value=value))
    show_anew([kept.work_id])


def _misprints_of_both(kept: Edition, gone: Edition) -> list[str]:
    """Return the unverified ISBNs that go with the loser's row, since the winner has them too."""
    theirs = (keys_of(UnverifiedIsbn.edition_id, one.id) for one in (kept, gone))
    return sorted(value for (value,) in set.intersection(*map(set, theirs)))


def _move_edition(kept: Edition, gone: Edition) -> dict[str, list[list[Any]]]:
    moved = {}
    for table, column in _EDITION_COLUMNS.items():
        has = set(keys_of(column, kept.id)) if table == "unverified_isbns" else set()
        keys = [key for key in keys_of(column, gone.id) if key not in has]
        put_rows(column, keys, kept.id, of=gone.id)
        moved[table] = [list(key) for key in keys]
    return moved
