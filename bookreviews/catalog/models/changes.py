"""Who changed what in the catalogue, and why: edits, merges, and whom they are owed to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.catalog.models.books import LONGEST_TITLE, Author, Series, Subject, Work, only
from bookreviews.lib.orm import Base, Moment
from bookreviews.lib.slugs import LONGEST as LONGEST_SLUG

LONGEST_SUMMARY = 300

# What can be edited and merged.
WORK, EDITION, AUTHOR, SERIES, SUBJECT = "work", "edition", "author", "series", "subject"
KINDS = (WORK, EDITION, AUTHOR, SERIES, SUBJECT)
NAMED: dict[str, type[Author | Series | Subject]] = {
    AUTHOR: Author,
    SERIES: Series,
    SUBJECT: Subject,
}

# How a change stands: it holds; it holds and waits for somebody to confirm it; it waits and doesn't
# hold; it was declined; it held and was taken back.
APPLIED, UNCONFIRMED, SUGGESTED = "applied", "unconfirmed", "suggested"
DECLINED, REVERTED = "declined", "reverted"


class Merge(Base):
    """Two that were one: the loser's belongings went to the winner.

    `moved` says what went and what was there before, so that undoing needs no guess.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('work', 'edition', 'author', 'series', 'subject')", name="kind_is_known"
        ),
        CheckConstraint("winner_id <> loser_id", name="of_two"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_somebody"),
        Index(None, "kind", "winner_id", "id"),
        Index(None, "kind", "loser_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    winner_id: Mapped[int]
    loser_id: Mapped[int]
    winner_name: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    loser_name: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    loser_slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    undo_reason: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")


class CatalogEdit(Base):
    """A change of a thing's facts: who, when, what and why; the history that everyone can read.

    `before` and `after` hold the facts that differ, by their names. A work's history has its
    editions' too: they carry its `work_id`. `thing_id` is None while an edition is only suggested.
    Changes that hold are numbered from 1 for each thing, in the order in which they took effect.
    """

    __tablename__ = "catalog_edits"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('work', 'edition', 'author', 'series', 'subject')", name="kind_is_known"
        ),
        CheckConstraint(
            "state IN ('applied', 'unconfirmed', 'suggested', 'declined', 'reverted')",
            name="state_is_known",
        ),
        UniqueConstraint("kind", "thing_id", "number"),
        Index(None, "kind", "thing_id", "id"),
        Index(None, "work_id", "id"),
        Index(None, "editor_id", "at"),
        Index("ix_catalog_edits_waiting", "id", **only("state IN ('unconfirmed', 'suggested')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    thing_id: Mapped[int | None]
    number: Mapped[int | None]
    work_id: Mapped[int | None] = mapped_column(ForeignKey(Work.id, ondelete="RESTRICT"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(Moment)
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reverts_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog_edits.id", ondelete="RESTRICT")
    )
    merge_id: Mapped[int | None] = mapped_column(ForeignKey(Merge.id, ondelete="RESTRICT"))


class Contributor(Base):
    """What somebody's work on the catalogue adds up to, moved by whoever confirms or reverts it."""

    __tablename__ = "contributors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    confirmed: Mapped[int] = mapped_column(default=0)
    last_reverted_at: Mapped[datetime | None] = mapped_column(Moment)
    trusted_at: Mapped[datetime | None] = mapped_column(Moment)
