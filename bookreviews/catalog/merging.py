"""Merging two of a kind that are one: what the catalogue itself moves, and puts back.

The loser keeps its row, so that undoing brings back the very thing; it shows nowhere, and its
addresses lead to the winner. Everything here happens in the turn of the catalogue. Reviews, and
what moderators have open about a work, are moved by `moderation.merging`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions
from bookreviews.catalog.applying import apply, show_anew, works_of, write_bylines
from bookreviews.catalog.browsing import path_of_subject
from bookreviews.catalog.editing import checked_summary, hold
from bookreviews.catalog.facts import Entity, Facts, Thing, entity, entity_in_turn, facts_of
from bookreviews.catalog.images import covers
from bookreviews.catalog.models import (
    AUTHOR,
    EDITION,
    REVERTED,
    SERIES,
    SUBJECT,
    WORK,
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    CatalogEdit,
    Edition,
    EditionIdentifier,
    FormerName,
    FormerSlug,
    Listing,
    Merge,
    RatingsElsewhere,
    Series,
    Subject,
    UnverifiedIsbn,
    Work,
    WorkIdentifier,
    WorkSubject,
)
from bookreviews.catalog.permissions import can_merge
from bookreviews.catalog.turns import take_turn_on_catalogue, take_turns_on_works
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session

# What refers to a thing and goes with it, by the column that does. What a key of its own would
# clash with stays with the loser: the winner has the same already. `tests/catalog/test_merging.py`
# fails for a column that refers to one of these tables and is neither here nor told there.
BELONGINGS: dict[str, tuple[Any, ...]] = {
    WORK: (
        Edition.work_id,
        FormerSlug.work_id,
        WorkIdentifier.work_id,
        RatingsElsewhere.work_id,
    ),
    AUTHOR: (AuthorIdentifier.author_id, AuthorName.author_id, Authorship.author_id),
    SERIES: (Work.series_id,),
    SUBJECT: (Subject.parent_id, WorkSubject.subject_id),
}
# Facts that the winner takes over where it has none; of subjects it gets what it lacks.
_TAKEN_OVER = ("subtitle", "description", "first_published")


def begin(*, by: Viewer, winner: Thing, loser: Thing, at: datetime) -> tuple[Entity, Entity]:
    """Take the turn on two things of a kind and return both, or refuse."""
    take_turn_on_catalogue()
    contributions.begin(by, at=at)
    check_may_merge(by, winner.kind, at)
    if winner.kind != loser.kind or winner.id == loser.id:
        raise Invalid(other="Please choose another one: a thing can’t be merged with itself.")
    if winner.kind == WORK:
        take_turns_on_works([one.id for one in (winner, loser) if one.id is not None])
    found = entity_in_turn(winner), entity_in_turn(loser)
    for one in found:
        _check_is_here(one)
    return found


def check_may_merge(by: Viewer, kind: str, at: datetime) -> None:
    """Raise NotAllowed unless somebody may merge things of this kind, and take that back."""
    if not can_merge(by, contributions.find(by), kind=kind, at=at):
        raise NotAllowed("Merging is for moderators, and for readers who are trusted.")


def merge_names(*, by: Viewer, winner: Thing, loser: Thing, reason: str, at: datetime) -> Merge:
    """Let two authors, series or subjects be one."""
    why = checked_summary(reason)
    kept, gone = begin(by=by, winner=winner, loser=loser, at=at)
    assert isinstance(kept, Author | Series | Subject)
    assert isinstance(gone, Author | Series | Subject)
    if isinstance(kept, Subject):
        _check_is_not_part(kept, gone)
    work_ids = sorted({*_works_under(kept), *_works_under(gone)})
    take_turns_on_works(work_ids)
    moved: dict[str, Any] = {"rows": _move(kept, gone), "works": work_ids}
    moved["doubles"] = _take_doubles(gone)
    moved["addresses"] = _lead_on(kept, gone)
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
    _move_back(merge.moved["rows"], gone)
    _put_doubles(merge.moved["doubles"])
    _lead_back(merge, gone)
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


def merge_works(kept: Work, gone: Work, *, at: datetime) -> dict[str, Any]:
    """Let all that the catalogue says of one work go to another; return what was moved."""
    before = facts_of(gone)
    authors, subjects = _links_of(gone)
    moved: dict[str, Any] = {
        "rows": _move(kept, gone),
        "addresses": _lead_on(kept, gone),
        "authors": authors,
        "subjects": subjects,
        "series": [gone.series_id, gone.series_position],
        "main_subject": gone.main_subject,
        "cover": covers.pass_cover_on(kept, gone),
        "changed": _taken_over(facts_of(kept), before),
    }
    for table in (Authorship, WorkSubject):
        _write(delete(table).where(table.work_id == gone.id))
    gone.series_id = gone.series_position = gone.main_subject = None
    gone.left_at, gone.merged_into_id = at, kept.id
    session().flush()
    if moved["changed"]:
        apply(kept, {name: after for name, (_before, after) in moved["changed"].items()})
    show_anew([kept.id, gone.id])
    return moved


def undo_works(merge: Merge, kept: Work, gone: Work) -> None:
    """Let two works that were merged be two again, each with what it had."""
    check_can_be_undone(merge, kept)
    moved = merge.moved
    gone.left_at = gone.merged_into_id = None
    gone.series_id, gone.series_position = moved["series"]
    gone.main_subject = moved["main_subject"]
    session().flush()
    _move_back(moved["rows"], gone)
    _lead_back(merge, gone)
    _link_again(gone, moved)
    covers.hand_cover_back(kept, gone, image_id=moved.get("cover"))
    present = facts_of(kept)
    unchanged = {
        name: before for name, (before, after) in moved["changed"].items() if present[name] == after
    }
    if unchanged:
        apply(kept, unchanged)
    session().flush()
    write_bylines([gone.id])
    show_anew([kept.id, gone.id])


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
    moved = {"edition": row, "changed": changed, "rows": _move_edition(kept, gone)}
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
        _put_rows(_EDITION_COLUMNS[table], keys, row["id"])
    show_anew([kept.work_id])


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
        winner_name=_name_of(winner),
        loser_name=_name_of(loser),
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
        column = _column(merge.kind, table)
        here = set(_keys_of(column, merge.winner_id))
        gone = [key for key in map(tuple, keys) if key not in here]
        if gone and table in ("editions",):
            raise Conflict(
                f"{len(gone)} of the editions that moved are elsewhere by now, so this can’t be "
                "undone. Look at the merges of editions in the history first."
            )


def kind_of(found: Entity) -> str:
    """Return of which kind a thing is."""
    kinds: dict[type, str] = {
        Work: WORK,
        Edition: EDITION,
        Author: AUTHOR,
        Series: SERIES,
        Subject: SUBJECT,
    }
    return kinds[type(found)]


# ---- Rows that belong to a thing ----------------------------------------------------------------
def _key_columns(column: Any) -> list[Any]:
    """Return what tells one row of a thing from another: its table's key, but for the thing."""
    return [key for key in column.class_.__table__.primary_key if key.key != column.key]


def _keys_of(column: Any, thing_id: int) -> Sequence[tuple[Any, ...]]:
    statement = select(*_key_columns(column)).where(column == thing_id)
    return [tuple(row) for row in session().execute(statement)]


def _move(kept: Entity, gone: Entity) -> dict[str, list[list[Any]]]:
    """Give the loser's belongings to the winner; return which, by table."""
    moved: dict[str, list[list[Any]]] = {}
    for column in BELONGINGS[kind_of(kept)]:
        is_in_key = column.key in [key.key for key in column.class_.__table__.primary_key]
        has = set(_keys_of(column, kept.id)) if is_in_key else set()
        keys = [key for key in _keys_of(column, gone.id) if key not in has]
        keys = [key for key in keys if not (column.class_ is type(kept) and key == (kept.id,))]
        _put_rows(column, keys, kept.id, of=gone.id)
        if keys:
            moved[column.class_.__tablename__] = [list(key) for key in keys]
    return moved


def _move_back(rows: dict[str, list[list[Any]]], gone: Entity) -> None:
    for table, keys in rows.items():
        _put_rows(_column(kind_of(gone), table), keys, gone.id)


def _put_rows(
    column: Any, keys: Collection[Sequence[Any]], thing_id: int, *, of: int | None = None
) -> None:
    columns = _key_columns(column)
    for key in keys:
        where = [part == value for part, value in zip(columns, key, strict=True)]
        if of is not None:
            where.append(column == of)
        _write(update(column.class_).where(*where).values({column.key: thing_id}))


def _column(kind: str, table: str) -> Any:
    return next(one for one in BELONGINGS[kind] if one.class_.__tablename__ == table)


_EDITION_COLUMNS: dict[str, Any] = {
    "edition_identifiers": EditionIdentifier.edition_id,
    "unverified_isbns": UnverifiedIsbn.edition_id,
}


def _move_edition(kept: Edition, gone: Edition) -> dict[str, list[list[Any]]]:
    moved = {}
    for table, column in _EDITION_COLUMNS.items():
        has = set(_keys_of(column, kept.id)) if table == "unverified_isbns" else set()
        keys = [key for key in _keys_of(column, gone.id) if key not in has]
        _put_rows(column, keys, kept.id, of=gone.id)
        moved[table] = [list(key) for key in keys]
    return moved


# Where the winner has the same, the loser's row goes, or pages would show the loser still.
_DOUBLES: dict[str, tuple[Any, ...]] = {
    AUTHOR: (AuthorName.author_id, Authorship.author_id),
    SERIES: (),
    SUBJECT: (WorkSubject.subject_id,),
}


def _take_doubles(gone: Entity) -> dict[str, list[dict[str, Any]]]:
    doubles = {}
    for column in _DOUBLES[kind_of(gone)]:
        table = column.class_.__table__
        rows = session().execute(select(table).where(column == gone.id)).mappings()
        doubles[table.name] = [dict(row) for row in rows]
        _write(delete(column.class_).where(column == gone.id))
    return doubles


def _put_doubles(doubles: dict[str, list[dict[str, Any]]]) -> None:
    tables = {one.class_.__table__.name: one.class_ for all_ in _DOUBLES.values() for one in all_}
    for name, rows in doubles.items():
        session().add_all(tables[name](**row) for row in rows)
    session().flush()


# ---- Addresses ----------------------------------------------------------------------------------
def _lead_on(kept: Entity, gone: Entity) -> list[str]:
    """Let the loser's addresses lead to the winner; return the former ones, which moved."""
    if isinstance(gone, Work):
        session().add(FormerSlug(slug=gone.slug, work_id=kept.id))
        session().flush()
        return []  # its former ones are belongings
    kind = kind_of(gone)
    mine = FormerName.kind == kind, FormerName.thing_id == gone.id
    former = list(session().scalars(select(FormerName.slug).where(*mine)))
    _write(update(FormerName).where(*mine).values(thing_id=kept.id))
    assert isinstance(gone, Author | Series | Subject)
    session().add(FormerName(kind=kind, slug=gone.slug, thing_id=kept.id))
    session().flush()
    return former


def _lead_back(merge: Merge, gone: Entity) -> None:
    if isinstance(gone, Work):
        _write(delete(FormerSlug).where(FormerSlug.slug == gone.slug))
        return
    assert isinstance(gone, Author | Series | Subject)
    kind = merge.kind
    _write(delete(FormerName).where(FormerName.kind == kind, FormerName.slug == gone.slug))
    former = FormerName.kind == kind, FormerName.slug.in_(merge.moved["addresses"])
    _write(update(FormerName).where(*former).values(thing_id=gone.id))


# ---- Facts --------------------------------------------------------------------------------------
def _taken_over(facts: Facts, had: Facts) -> dict[str, list[Any]]:
    """Return which facts of the winner change, with before and after."""
    after = {name: had[name] for name in _TAKEN_OVER if had[name] and not facts[name]}
    if had["authors"] and not facts["authors"]:
        after["authors"] = had["authors"]
    if had["series"] and not facts["series"]:
        after |= {"series": had["series"], "series_position": had["series_position"]}
    subjects = list(dict.fromkeys([*facts["subjects"], *had["subjects"]]))
    if subjects != facts["subjects"]:
        after["subjects"] = subjects
    return {name: [facts[name], value] for name, value in after.items()}


def _links_of(work: Work) -> tuple[list[list[int]], list[list[int]]]:
    links = []
    for table, column in (
        (Authorship, Authorship.author_id),
        (WorkSubject, WorkSubject.subject_id),
    ):
        rows = select(column, table.position).where(table.work_id == work.id)
        links.append([[thing_id, position] for thing_id, position in session().execute(rows)])
    return links[0], links[1]


def _link_again(work: Work, moved: dict[str, Any]) -> None:
    """Give a work its authors and subjects back; one that was merged meanwhile means the other."""
    for author_id, position in moved["authors"]:
        found = _present(Author, author_id)
        session().merge(Authorship(work_id=work.id, author_id=found, position=position))
    for subject_id, position in moved["subjects"]:
        found = _present(Subject, subject_id)
        session().merge(WorkSubject(work_id=work.id, subject_id=found, position=position))
    session().flush()


def _present(table: type[Author | Subject], thing_id: int) -> int:
    into = select(table.merged_into_id).where(table.id == thing_id)
    present = session().scalar(into)
    return thing_id if present is None else _present(table, present)


def _change_main_subject(
    before: str, after: str, *, only: Collection[int] | None = None
) -> list[int]:
    mine = [Work.main_subject == before]
    if only is not None:
        mine.append(Work.id.in_(only))
    ids = list(session().scalars(select(Work.id).where(*mine)))
    _write(update(Work).where(Work.id.in_(ids)).values(main_subject=after))
    return ids


def _show(found: Author | Series | Subject, work_ids: Collection[int]) -> None:
    if isinstance(found, Author):
        write_bylines(work_ids)
    show_anew(work_ids)


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


def _name_of(found: Entity) -> str:
    if isinstance(found, Work):
        return found.title
    if isinstance(found, Edition):
        parts = (found.publisher, str(found.published or ""), found.isbn13 or "")
        return ", ".join(filter(None, parts)) or "an edition"
    return found.name


def _check_is_here(found: Entity) -> None:
    if getattr(found, "left_at", None) or getattr(found, "merged_into_id", None):
        raise Conflict(f"“{_name_of(found)}” was merged with another meanwhile, or taken away.")


def _write(statement: Any) -> None:
    """Run a statement past what the session remembers, which is forgotten."""
    session().flush()
    session().execute(statement, execution_options={"synchronize_session": False})
    session().expire_all()
