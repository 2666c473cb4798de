"""Every read of the audit trail, newest first; the export begins with the oldest."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.audit.models import AuditEntry
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of

PAGE_SIZE = 50
_EXPORTED_AT_ONCE = 500

_actor, _person = aliased(User), aliased(User)
_ENTRIES = (
    select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.actor_kind,
        AuditEntry.act,
        AuditEntry.person_id,
        AuditEntry.details,
        _actor.username.label("actor_username"),
        _actor.name.label("actor_name"),
        _person.username.label("person_username"),
        _person.name.label("person_name"),
    )
    .outerjoin(_actor, _actor.id == AuditEntry.actor_id)
    .outerjoin(_person, _person.id == AuditEntry.person_id)
)
_ONE_LIKE_IT = (
    select(AuditEntry.id)
    .where(
        AuditEntry.actor_id == bindparam("actor"),
        AuditEntry.person_id == bindparam("person"),
        AuditEntry.act == bindparam("act"),
        AuditEntry.at > bindparam("since"),
    )
    .limit(1)
)

# From one act to the next in the index: the trail may have millions of entries of a few acts.
_first = select(func.min(AuditEntry.act).label("act")).cte("acts", recursive=True)
_acts = _first.union_all(
    select(
        select(func.min(AuditEntry.act))
        .where(AuditEntry.act > _first.c.act)
        .scalar_subquery()
        .correlate(_first)
    ).where(_first.c.act.is_not(None))
)
_ACTS = select(_acts.c.act).where(_acts.c.act.is_not(None)).order_by(_acts.c.act)


def entries(
    *,
    actor: int | None = None,
    person: int | None = None,
    act: str | None = None,
    after: str | None = None,
) -> Page[Record]:
    """Return a page of the trail: by whom, about whom (both by id), of which act."""
    asked = _asked(actor, person, act)
    values = {**asked, **continuing(after, ("id",), (int,))}
    rows = read(_list(frozenset(asked), after is not None), **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)


def export(
    *, actor: int | None = None, person: int | None = None, act: str | None = None
) -> Iterator[Record]:
    """Yield all entries that the same questions ask for, the oldest first, a few at a time."""
    last = 0
    while rows := export_part(actor=actor, person=person, act=act, last=last):
        yield from rows
        last = rows[-1].id


def export_part(
    *, actor: int | None = None, person: int | None = None, act: str | None = None, last: int
) -> Sequence[Record]:
    """Return what the export goes on with after the entry `last`; nothing at its end."""
    asked = _asked(actor, person, act)
    return read(_exported(frozenset(asked)), **asked, after_id=last).all()


def list_acts() -> Sequence[str]:
    """Return which acts the trail tells of, by name."""
    return read(_ACTS).scalars().all()


def has_entry(*, actor: int, person: int, act: str, since: datetime) -> bool:
    """Tell whether this actor did this with this person after a moment."""
    return read(_ONE_LIKE_IT, actor=actor, person=person, act=act, since=since).scalar() is not None


_COLUMNS: dict[str, Any] = {
    "actor": AuditEntry.actor_id,
    "person": AuditEntry.person_id,
    "act": AuditEntry.act,
}


def _asked(actor: int | None, person: int | None, act: str | None) -> dict[str, Any]:
    given = {"actor": actor, "person": person, "act": act}
    return {name: value for name, value in given.items() if value is not None}


@cache
def _list(asked: frozenset[str], continues: bool) -> Statement:
    return keyset(
        _narrowed(asked), (AuditEntry.id,), ("id",), downward=True, continues=continues
    ).limit(PAGE_SIZE + 1)


@cache
def _exported(asked: frozenset[str]) -> Statement:
    return (
        _narrowed(asked)
        .where(AuditEntry.id > bindparam("after_id"))
        .order_by(AuditEntry.id)
        .limit(_EXPORTED_AT_ONCE)
    )


def _narrowed(asked: frozenset[str]) -> Statement:
    return _ENTRIES.where(*(_COLUMNS[name] == bindparam(name) for name in sorted(asked)))
