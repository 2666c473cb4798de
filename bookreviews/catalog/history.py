"""Every read of changes: what happened to one thing, one change by itself, what waits."""

from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.catalog.models import (
    AUTHOR,
    SERIES,
    SUBJECT,
    SUGGESTED,
    UNCONFIRMED,
    WORK,
    Author,
    CatalogEdit,
    Series,
    Subject,
    Work,
)
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of

PAGE_SIZE = 20

_editor, _decider = aliased(User), aliased(User)


def _is(kind: str, table: Any) -> Any:
    return and_(CatalogEdit.kind == kind, table.id == CatalogEdit.thing_id)


# What was changed has its name and address in one of four tables; an edition has its work's.
_EDITS = (
    select(
        CatalogEdit.id,
        CatalogEdit.kind,
        CatalogEdit.thing_id,
        CatalogEdit.work_id,
        CatalogEdit.number,
        CatalogEdit.at,
        CatalogEdit.summary,
        CatalogEdit.before,
        CatalogEdit.after,
        CatalogEdit.state,
        CatalogEdit.editor_id,
        CatalogEdit.decided_at,
        CatalogEdit.decided_by_id,
        CatalogEdit.reverts_id,
        CatalogEdit.merge_id,
        _editor.username.label("editor_username"),
        _editor.name.label("editor_name"),
        _editor.erased_at.label("editor_erased_at"),
        _decider.username.label("decider_username"),
        _decider.name.label("decider_name"),
        func.coalesce(Work.title, Author.name, Series.name, Subject.name).label("name"),
        func.coalesce(Work.slug, Author.slug, Series.slug, Subject.slug).label("slug"),
        Work.left_at.label("work_left_at"),
    )
    .outerjoin(_editor, _editor.id == CatalogEdit.editor_id)
    .outerjoin(_decider, _decider.id == CatalogEdit.decided_by_id)
    .outerjoin(Work, Work.id == CatalogEdit.work_id)
    .outerjoin(Author, _is(AUTHOR, Author))
    .outerjoin(Series, _is(SERIES, Series))
    .outerjoin(Subject, _is(SUBJECT, Subject))
)
_ONE = _EDITS.where(CatalogEdit.id == bindparam("edit_id"))
# What was only suggested, or turned down, is not history.
_held = CatalogEdit.number.is_not(None)
_OF_WORK = _EDITS.where(CatalogEdit.work_id == bindparam("thing_id"), _held)
_OF_NAMED = _EDITS.where(
    CatalogEdit.kind == bindparam("kind"), CatalogEdit.thing_id == bindparam("thing_id"), _held
)
# The very words of the partial index, so that both databases see that it answers this.
_WAITING = _EDITS.where(CatalogEdit.state.in_((UNCONFIRMED, SUGGESTED)))
_NUMBER = select(func.max(CatalogEdit.number)).where(
    CatalogEdit.kind == bindparam("kind"), CatalogEdit.thing_id == bindparam("thing_id")
)
_LATER = _EDITS.where(
    CatalogEdit.kind == bindparam("kind"),
    CatalogEdit.thing_id == bindparam("thing_id"),
    CatalogEdit.number > bindparam("number"),
).order_by(CatalogEdit.number)


def get_edit(edit_id: int) -> Record:
    """Return one change with who made and who decided it, and what it is about; or NotFound."""
    found = read(_ONE, edit_id=edit_id).one_or_none()
    if found is None:
        raise NotFound("There is no such change.")
    return found


def edits_of(kind: str, thing_id: int, *, after: str | None = None) -> Page[Record]:
    """Return a page of what happened to a thing, the newest first; a work's has its editions'."""
    values = {"thing_id": thing_id, **continuing(after, ("id",), (int,))}
    if kind != WORK:
        values["kind"] = kind
    rows = read(_list(kind == WORK, after is not None), **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)


def waiting(*, after: str | None = None) -> Page[Record]:
    """Return a page of what waits to be confirmed, the oldest first."""
    values = continuing(after, ("id",), (int,))
    rows = read(_queue(after is not None), **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)


def later_edits(edit: Record) -> list[Record]:
    """Return the later changes that touched what this one changed, the first one first."""
    values = {"kind": edit.kind, "thing_id": edit.thing_id, "number": edit.number or 0}
    rows = read(_LATER, **values).all() if edit.thing_id else []
    return [row for row in rows if row.after.keys() & edit.after.keys()]


def latest_number(kind: str, thing_id: int) -> int:
    """Return the number of the last change of a thing that took effect; 0 where none has."""
    return read(_NUMBER, kind=kind, thing_id=thing_id).scalar() or 0


@cache
def _list(is_work: bool, continues: bool) -> Statement:
    statement = _OF_WORK if is_work else _OF_NAMED
    return keyset(statement, (CatalogEdit.id,), ("id",), downward=True, continues=continues).limit(
        PAGE_SIZE + 1
    )


@cache
def _queue(continues: bool) -> Statement:
    return keyset(_WAITING, (CatalogEdit.id,), ("id",), downward=False, continues=continues).limit(
        PAGE_SIZE + 1
    )
