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

# Pages list reviews in words only; ratings without words show in the summary alone.
_IN_WORDS: dict[str, Any] = {
    "sqlite_where": text("body_html IS NOT NULL"),
    "postgresql_where": text("body_html IS NOT NULL"),
}


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
        Index("ix_reviews_in_words", "work_id", "posted_at", "id", **_IN_WORDS),
        Index(
            "ix_reviews_in_words_by_stars",
            "work_id",
            "stars",
            "posted_at",
            "id",
            **_IN_WORDS,
        ),
        Index("ix_reviews_latest_in_words", "posted_at", "id", **_IN_WORDS),
        Index(None, "author_id", "posted_at", "id"),
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


class RatingSummary(Base):
    """Everyone's stars for one work, kept equal to the reviews by the transactions that write them.

    `distribution` counts the ratings of 0.5, 1.0, … 5.0 stars; all else follows from it and is
    here to be shown and sorted by without arithmetic.
    """

    __tablename__ = "rating_summaries"
    __table_args__ = (
        Index(None, "ratings_count", "work_id"),
        Index(None, "score", "work_id"),
    )

    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ratings_count: Mapped[int] = mapped_column(default=0)
    reviews_count: Mapped[int] = mapped_column(default=0)
    average: Mapped[float | None] = mapped_column(Float)
    score: Mapped[float] = mapped_column(Float, default=0.0)
    distribution: Mapped[list[int]] = mapped_column(JSON)
