"""Every read of moderation for everyone: the public ledger, one's reports and statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.lib.orm import Statement as Select
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.moderation import waits
from bookreviews.moderation.models import (
    Appeal,
    Case,
    LedgerFigure,
    ModerationAction,
    Report,
    Statement,
)
from bookreviews.moderation.vocabulary import COVER, WORK

PAGE_SIZE = 50

_WAITING_BY = (
    select(Case.subject_key)
    .join(Report, Report.case_id == Case.id)
    .where(
        Case.subject_key.in_(bindparam("keys", expanding=True)),
        Case.closed_at.is_(None),
        Report.reporter_id == bindparam("viewer_id"),
    )
)

_actor, _person = aliased(User), aliased(User)
_reversal = aliased(ModerationAction)
_reversed = aliased(ModerationAction)
_book = aliased(Work)
# What anybody may read of an action: never words, reporters, or whom it concerned; the book only
# where the action was about the book itself.
_ENTRY = (
    ModerationAction.id,
    ModerationAction.at,
    ModerationAction.kind,
    ModerationAction.reason,
    ModerationAction.rule,
    ModerationAction.subject,
    ModerationAction.is_automatic,
    ModerationAction.until,
    ModerationAction.reverses_id,
    _reversed.kind.label("reverses_kind"),
    _reversal.id.label("reversed_by_id"),
    Appeal.made_at.label("appealed_at"),
    Appeal.outcome.label("appeal_outcome"),
    _actor.name.label("actor_name"),
    _actor.erased_at.label("actor_erased_at"),
    _book.slug.label("book_slug"),
    _book.title.label("book_title"),
)
_entries = (
    select(*_ENTRY)
    .outerjoin(Appeal, Appeal.action_id == ModerationAction.id)
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .outerjoin(_reversed, _reversed.id == ModerationAction.reverses_id)
    .outerjoin(_actor, _actor.id == ModerationAction.actor_id)
    .outerjoin(
        _book,
        and_(_book.id == ModerationAction.work_id, ModerationAction.subject.in_((COVER, WORK))),
    )
)
_ONE_ENTRY = _entries.where(ModerationAction.id == bindparam("action_id"))
_key, _names = (ModerationAction.at, ModerationAction.id), ("at", "id")
_FIGURES = select(
    LedgerFigure.month,
    LedgerFigure.reason,
    LedgerFigure.actions,
    LedgerFigure.automatic,
    LedgerFigure.appealed,
    LedgerFigure.overturned,
    LedgerFigure.waits,
).order_by(LedgerFigure.month.desc(), LedgerFigure.reason)
_STATEMENT = (
    _entries.add_columns(
        Statement.words,
        Statement.quoted,
        Statement.person_id,
        ModerationAction.review_id,
        ModerationAction.actor_id,
        Work.slug.label("work_slug"),
        Work.title.label("work_title"),
        Appeal.id.label("appeal_id"),
        Appeal.words.label("appeal_words"),
        Appeal.answer.label("appeal_answer"),
        Appeal.decided_at.label("appeal_decided_at"),
    )
    .join(Statement, Statement.action_id == ModerationAction.id)
    .outerjoin(Work, Work.id == ModerationAction.work_id)
)
_ONE_STATEMENT = _STATEMENT.where(
    ModerationAction.id == bindparam("action_id"), Statement.person_id == bindparam("viewer_id")
)
_APPEALED = (
    _STATEMENT.add_columns(
        ModerationAction.case_id,
        _person.username.label("person_username"),
        _person.name.label("person_name"),
    )
    .join(_person, _person.id == Statement.person_id)
    .where(Appeal.id == bindparam("appeal_id"))
)
_LAST_ABOUT_REVIEW = (
    select(ModerationAction.id, ModerationAction.kind, ModerationAction.reason, ModerationAction.at)
    .join(Statement, Statement.action_id == ModerationAction.id)
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .where(
        ModerationAction.review_id == bindparam("review_id"),
        ModerationAction.kind != "reverse",
        _reversal.id.is_(None),
    )
    .order_by(ModerationAction.at.desc(), ModerationAction.id.desc())
    .limit(1)
)
_CHANGE_ASKED_FOR = (
    select(ModerationAction.id, ModerationAction.reason, Statement.words, Statement.quoted)
    .join(Statement, Statement.action_id == ModerationAction.id)
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .where(
        ModerationAction.review_id == bindparam("review_id"),
        ModerationAction.kind == "ask_change",
        _reversal.id.is_(None),
    )
    .order_by(ModerationAction.at.desc(), ModerationAction.id.desc())
    .limit(1)
)
_REPORTS = (
    select(
        Report.id,
        Report.reason,
        Report.words,
        Report.made_at,
        Report.outcome,
        Report.decided_at,
        Case.subject,
        Case.review_id,
        Work.slug.label("work_slug"),
        Work.title.label("work_title"),
        User.username.label("person_username"),
        User.name.label("person_name"),
    )
    .join(Case, Case.id == Report.case_id)
    .outerjoin(Work, Work.id == Case.work_id)
    .outerjoin(User, User.id == Case.person_id)
    .where(Report.reporter_id == bindparam("viewer_id"))
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger adds up to for one month, one reason, or altogether."""

    name: str
    actions: int
    automatic: int
    appealed: int
    overturned: int
    waits: tuple[int, ...]

    @property
    def overturn_rate(self) -> float | None:
        """Return the share of appeals that overturned the decision, or None without appeals."""
        return self.overturned / self.appealed if self.appealed else None

    @property
    def median_wait(self) -> Any:
        """Return within which time half of the cases were decided (a timedelta or None)."""
        return waits.median(self.waits)


def list_entries(
    *, kind: str | None = None, reason: str | None = None, after: str | None = None
) -> Page[Record]:
    """Return a page of the public ledger, newest first."""
    values = continuing(after, _names, (datetime, int))
    values |= {"kind": kind} if kind else {}
    values |= {"reason": reason} if reason else {}
    rows = read(_list(bool(kind), bool(reason), after is not None), **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.at, row.id), is_first=after is None)


def get_entry(action_id: int) -> Record:
    """Return what the ledger says of one action, or raise NotFound."""
    row = read(_ONE_ENTRY, action_id=action_id).one_or_none()
    if row is None:
        raise NotFound("The ledger has no such entry.")
    return row


def figures() -> tuple[list[Figures], list[Figures], Figures]:
    """Return the figures for each month (latest first), for each reason, and altogether."""
    rows = read(_FIGURES).all()
    return (
        [_sum(month, rows, "month") for month in dict.fromkeys(row.month for row in rows)],
        [_sum(reason, rows, "reason") for reason in dict.fromkeys(row.reason for row in rows)],
        _sum("", rows, None),
    )


def get_statement(action_id: int, viewer: Viewer) -> Record:
    """Return what the viewer was told about an action that concerns them, or raise NotFound."""
    row = read(_ONE_STATEMENT, action_id=action_id, viewer_id=viewer.id).one_or_none()
    if row is None:
        raise NotFound("There is no such decision about you.")
    return row


def get_appeal(appeal_id: int) -> Record:
    """Return an appeal with the statement it is about, or raise NotFound."""
    row = read(_APPEALED, appeal_id=appeal_id).one_or_none()
    if row is None:
        raise NotFound("There is no such appeal.")
    return row


def last_action_about(review_id: int) -> Record | None:
    """Return the last decision about a review that stands and that its author was told of.

    Columns: `id`, `kind`, `reason`, `at`. None where there is none.
    """
    return read(_LAST_ABOUT_REVIEW, review_id=review_id).one_or_none()


def change_asked_for(review_id: int) -> Record | None:
    """Return what the author of a review was last asked to change, or None.

    Columns: `id`, `reason`, `words` of the moderator, `quoted` of the review.
    """
    return read(_CHANGE_ASKED_FOR, review_id=review_id).one_or_none()


def reports_by(viewer: Viewer, *, after: str | None = None) -> Page[Record]:
    """Return a page of what the viewer has reported, newest first, with how it ended."""
    values = {"viewer_id": viewer.id, **continuing(after, ("id",), (int,))}
    rows = read(_list_reports(after is not None), **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)


def waiting_reports_by(viewer: Viewer, keys: Sequence[str]) -> set[str]:
    """Return which things, by their subjects' `keys`, wait with a report of the viewer's."""
    return set(read(_WAITING_BY, viewer_id=viewer.id, keys=keys).scalars())


def _sum(name: str, rows: Sequence[Record], by: str | None) -> Figures:
    mine = [row for row in rows if by is None or getattr(row, by) == name]
    counted = [tuple(row.waits) for row in mine] or [tuple(waits.none())]
    return Figures(
        name,
        sum(row.actions for row in mine),
        sum(row.automatic for row in mine),
        sum(row.appealed for row in mine),
        sum(row.overturned for row in mine),
        tuple(map(sum, zip(*counted, strict=True))),
    )


@cache
def _list(by_kind: bool, by_reason: bool, continues: bool) -> Select:
    statement = _entries
    if by_kind:
        statement = statement.where(ModerationAction.kind == bindparam("kind"))
    if by_reason:
        statement = statement.where(ModerationAction.reason == bindparam("reason"))
    return keyset(statement, _key, _names, downward=True, continues=continues).limit(PAGE_SIZE + 1)


@cache
def _list_reports(continues: bool) -> Select:
    return keyset(_REPORTS, (Report.id,), ("id",), downward=True, continues=continues).limit(
        PAGE_SIZE + 1
    )
