"""The tables of reviews: one review for each reader and work, one summary for each work."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.catalog.models import Work
from bookreviews.lib.orm import Base, Moment

LONGEST_BODY = 20_000

# Why a review is not shown to others (its author always sees it, and why): held until a person
# has looked, hidden, hidden until its author changes it, or removed.
HELD, HIDDEN, AWAITING_CHANGE, REMOVED = "held", "hidden", "awaiting_change", "removed"
CONCEALMENTS = (HELD, HIDDEN, AWAITING_CHANGE, REMOVED)

# Why stars are left out of the summary; see `counting.py`.
CONCEALED, SUSPENDED, EXCLUDED, EARLY = "concealed", "suspended", "excluded", "early"
REASONS_NOT_TO_COUNT = (CONCEALED, SUSPENDED, EXCLUDED, EARLY)


def _only(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# Pages list reviews in words only; ratings without words show in the summary alone.
_IN_WORDS = _only("body_html IS NOT NULL AND concealment IS NULL")


class Stars(TypeDecorator[float]):
    """Stars in halves: 0.5 to 5.0 in Python, the whole number of halves in the database."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:
        """Store 4.5 stars as 9 halves."""
        return None if value is None else round(value * 2)

    def process_result_value(self, value: Any, dialect: Dialect) -> float | None:
        """Give 9 halves back as 4.5 stars."""
        return None if value is None else value / 2


class Review(Base):
    """What one reader says of one work: stars, words, or both.

    A withdrawn review keeps its row, so that its address says that it is gone and the reader may
    post again, but neither its stars nor its words.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("work_id", "author_id"),
        CheckConstraint("stars BETWEEN 1 AND 10", name="stars_are_in_range"),
        CheckConstraint("(body_source IS NULL) = (body_html IS NULL)", name="body_is_rendered"),
        CheckConstraint(
            "withdrawn_at IS NOT NULL OR stars IS NOT NULL OR body_source IS NOT NULL",
            name="says_something",
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR (stars IS NULL AND body_source IS NULL)",
            name="withdrawn_says_nothing",
        ),
        CheckConstraint(
            "concealment IN ('held', 'hidden', 'awaiting_change', 'removed')",
            name="concealment_is_known",
        ),
        CheckConstraint(
            "(concealment IS NULL) = (concealed_at IS NULL)", name="concealment_has_a_moment"
        ),
        CheckConstraint(
            "uncounted_because IN ('concealed', 'suspended', 'excluded', 'early')",
            name="reason_not_to_count_is_known",
        ),
        Index("ix_reviews_in_words", "work_id", "posted_at", "id", **_IN_WORDS),
        Index(
            "ix_reviews_in_words_by_stars",
            "work_id",
            "stars",
            "posted_at",
            "id",
            **_IN_WORDS,
        ),
        # What came in about one work of late, in words or not; some of the rows, so that no list
        # of reviews in words is read by it.
        Index(
            "ix_reviews_latest_of_work",
            "work_id",
            "posted_at",
            "id",
            **_only("withdrawn_at IS NULL"),
        ),
        Index("ix_reviews_latest_in_words", "posted_at", "id", **_IN_WORDS),
        Index(None, "author_id", "posted_at", "id"),
        Index(None, "posted_at", "work_id"),
        Index(None, "words_digest", **_only("words_digest IS NOT NULL")),
        Index(None, "posted_from", "posted_at", **_only("posted_from IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    stars: Mapped[float | None] = mapped_column(Stars)
    body_source: Mapped[str | None] = mapped_column(Text)
    body_html: Mapped[str | None] = mapped_column(Text)
    has_spoilers: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(35))
    posted_at: Mapped[datetime] = mapped_column(Moment)
    revised_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    # What the author says of themselves, and what we know: see "which ratings count".
    was_given: Mapped[bool] = mapped_column(default=False)
    by_new_account: Mapped[bool] = mapped_column(default=False)

    # What moderators decided, and what follows for the summary.
    concealment: Mapped[str | None] = mapped_column(String(16))
    concealed_at: Mapped[datetime | None] = mapped_column(Moment)
    excluded_at: Mapped[datetime | None] = mapped_column(Moment)
    uncounted_because: Mapped[str | None] = mapped_column(String(10))

    # By these, floods of the same words or from the same place are found.
    words_digest: Mapped[str | None] = mapped_column(String(64))
    posted_from: Mapped[str | None] = mapped_column(String(64))


class EarlierReview(Base):
    """What a reader had said of a work that was merged with another they had said more of since.

    The later review is kept (`review_id`) and this is its earlier version, for its author and for
    moderators. `was_review_id` is the row that had these words: it stands withdrawn.
    """

    __tablename__ = "earlier_reviews"
    __table_args__ = (UniqueConstraint("was_review_id"), Index(None, "review_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id, ondelete="RESTRICT"))
    was_review_id: Mapped[int] = mapped_column(ForeignKey(Review.id, ondelete="RESTRICT"))
    stars: Mapped[float | None] = mapped_column(Stars)
    body_source: Mapped[str | None] = mapped_column(Text)
    body_html: Mapped[str | None] = mapped_column(Text)
    has_spoilers: Mapped[bool] = mapped_column(default=False)
    was_given: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(35))
    posted_at: Mapped[datetime] = mapped_column(Moment)
    revised_at: Mapped[datetime | None] = mapped_column(Moment)
    kept_at: Mapped[datetime] = mapped_column(Moment)


class RatingSummary(Base):
    """Everyone's stars for one work, kept equal to the reviews by the transactions that write them.

    `distribution` counts the ratings of 0.5, 1.0, … 5.0 stars; all else follows from it and is
    here to be shown and sorted by without arithmetic. Of the ratings that count, `young_count` are
    by accounts that were new then, `given_count` by readers who were given the book. `heat` says
    how much is said of late (see `heat.py`); None where nothing is.
    """

    __tablename__ = "rating_summaries"
    __table_args__ = (
        Index(None, "ratings_count", "work_id"),
        Index(None, "score", "work_id"),
        Index(None, "locked_until", **_only("locked_until IS NOT NULL")),
        Index(None, "heat", "work_id", **_only("heat IS NOT NULL")),
    )

    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ratings_count: Mapped[int] = mapped_column(default=0)
    reviews_count: Mapped[int] = mapped_column(default=0)
    average: Mapped[float | None] = mapped_column(Float)
    score: Mapped[float] = mapped_column(Float, default=0.0)
    distribution: Mapped[list[int]] = mapped_column(JSON)
    uncounted_count: Mapped[int] = mapped_column(default=0)
    young_count: Mapped[int] = mapped_column(default=0)
    given_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    lock_reason: Mapped[str | None] = mapped_column(String(20))
    heat: Mapped[float | None] = mapped_column(Float)


class SimilarWork(Base):
    """A work that readers rated like another one, the most alike at position 0; a chore says so."""

    __tablename__ = "similar_works"

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), index=True)
    score: Mapped[float] = mapped_column(Float)
