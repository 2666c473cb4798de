"""The tables of moderation: cases made of reports, decisions and what follows from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.catalog.models import Work
from bookreviews.lib.orm import Base, Moment
from bookreviews.moderation.vocabulary import LONGEST_REPORT
from bookreviews.reviews.models import Review

UPHELD, DECLINED = "upheld", "declined"
OVERTURNED = "overturned"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


_OPEN = _only("closed_at IS NULL")


class Case(Base):
    """One thing that waits for a person's decision: all open reports about it, together.

    `due_at` orders the queue: when it was opened, moved ahead by its weight. `subject_key` names
    the thing, so that there is one open case for each.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "subject IN ('review', 'profile', 'cover', 'work')", name="subject_is_known"
        ),
        CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_at IS NULL)", name="claim_has_a_moment"
        ),
        Index("uq_cases_open_subject", "subject_key", unique=True, **_OPEN),
        Index("ix_cases_open", "due_at", "id", **_OPEN),
        Index("ix_cases_open_by_reason", "reason", "due_at", "id", **_OPEN),
        Index("ix_cases_open_by_subject", "subject", "due_at", "id", **_OPEN),
        Index("ix_cases_open_by_opening", "opened_at", **_OPEN),
        Index("ix_cases_open_by_review", "review_id", **_OPEN),
        Index("ix_cases_open_by_person", "person_id", "due_at", "id", **_OPEN),
        Index(None, "subject_key", "opened_at"),
        Index(None, "person_id", "opened_at"),
        Index(None, "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(10))
    subject_key: Mapped[str] = mapped_column(String(24))
    review_id: Mapped[int | None] = mapped_column(ForeignKey(Review.id, ondelete="RESTRICT"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey(Work.id, ondelete="RESTRICT"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(String(12))
    weight: Mapped[float] = mapped_column(Float, default=0.0)
    heaviest: Mapped[float] = mapped_column(Float, default=0.0)
    reports_count: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class Report(Base):
    """What one reader, or one automatic rule, says against a thing; once while its case is open."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("(reporter_id IS NULL) <> (rule IS NULL)", name="is_by_reader_or_rule"),
        CheckConstraint("outcome IN ('upheld', 'declined')", name="outcome_is_known"),
        UniqueConstraint("case_id", "reporter_id"),
        UniqueConstraint("case_id", "rule"),
        Index(None, "reporter_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id, ondelete="RESTRICT"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    rule: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(LONGEST_REPORT), default="")
    weight: Mapped[float] = mapped_column(Float)
    made_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class ReportingRecord(Base):
    """How often the reports of one reader ("user:7") or rule ("rule:burst") were upheld."""

    __tablename__ = "reporting_records"

    reporter: Mapped[str] = mapped_column(String(30), primary_key=True)
    upheld: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)


class ModerationAction(Base):
    """A decision, as the public ledger tells of it: no words, no reporter, nothing private.

    Rows are only ever added: triggers in the database refuse to change or delete one, and to act
    on an admin's account. `change` says what was before and after, so that a reversal puts back
    just what this action moved.
    """

    __tablename__ = "moderation_actions"
    __table_args__ = (
        CheckConstraint("actor_id <> person_id", name="nobody_acts_on_themselves"),
        CheckConstraint("NOT is_automatic OR actor_id IS NULL", name="automatic_has_no_actor"),
        UniqueConstraint("reverses_id"),
        Index(None, "at", "id"),
        Index(None, "kind", "at", "id"),
        Index(None, "reason", "at", "id"),
        Index(None, "person_id", "at"),
        Index(None, "review_id", "at"),
        Index(None, "work_id", "at", **_only("work_id IS NOT NULL AND review_id IS NULL")),
        Index(None, "case_id"),
        Index(None, "batch", **_only("batch IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(12))
    rule: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(10))
    is_automatic: Mapped[bool] = mapped_column(default=False)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey(Review.id, ondelete="RESTRICT"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey(Work.id, ondelete="RESTRICT"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id, ondelete="RESTRICT"))
    change: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    until: Mapped[datetime | None] = mapped_column(Moment)
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_actions.id", ondelete="RESTRICT")
    )
    batch: Mapped[str | None] = mapped_column(String(32))


class Statement(Base):
    """What the person concerned is told about an action; erased with the person, unlike the action.

    `quoted` holds the words the action was about, `words` what the moderator says to them.
    """

    __tablename__ = "statements"
    __table_args__ = (Index(None, "person_id", "action_id"),)

    action_id: Mapped[int] = mapped_column(
        ForeignKey(ModerationAction.id, ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    words: Mapped[str] = mapped_column(Text, default="")
    quoted: Mapped[str] = mapped_column(Text, default="")


class Appeal(Base):
    """What the person concerned says against an action, once; another moderator decides."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'overturned')", name="outcome_is_known"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="outcome_has_a_moment"),
        CheckConstraint("decided_by_id <> acted_by_id", name="another_moderator_decides"),
        CheckConstraint("decided_by_id <> person_id", name="nobody_decides_their_own"),
        UniqueConstraint("action_id"),
        Index("ix_appeals_open", "made_at", "id", **_only("decided_at IS NULL")),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey(ModerationAction.id, ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(Text, default="")


class LedgerFigure(Base):
    """What the ledger adds up to, for each month and reason; moved by whoever adds an action.

    `waits` counts how long cases had waited when they were decided, in the steps of `waits.py`.
    """

    __tablename__ = "ledger_figures"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    reason: Mapped[str] = mapped_column(String(12), primary_key=True)
    actions: Mapped[int] = mapped_column(default=0)
    automatic: Mapped[int] = mapped_column(default=0)
    appealed: Mapped[int] = mapped_column(default=0)
    overturned: Mapped[int] = mapped_column(default=0)
    waits: Mapped[list[int]] = mapped_column(JSON)


class SurgeSign(Base):
    """A work whose activity departs sharply from its past: a lock is offered to the moderators."""

    __tablename__ = "surge_signs"
    __table_args__ = (Index(None, "noticed_at"),)

    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    noticed_at: Mapped[datetime] = mapped_column(Moment)
    seen: Mapped[int] = mapped_column()
    usual: Mapped[float] = mapped_column(Float)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
