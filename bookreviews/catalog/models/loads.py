"""The loading of files, and what they tell of other sites' readers."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.catalog.models.books import Work
from bookreviews.catalog.models.identifiers import LONGEST_SCHEME
from bookreviews.lib.orm import Base, Moment


class CatalogLoad(Base):
    """How far the loading of a file has come, written together with what was loaded.

    `digest` (SHA-256 of the file's bytes), `source` and `encoding` say that a file is the same;
    `entries` is how many of its entries are done with, `rejects_size` how many bytes of the file
    of rejects belong to them. `reasons` counts why entries were rejected, skipped or kept in part.
    """

    __tablename__ = "catalog_loads"
    __table_args__ = (Index(None, "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(LONGEST_SCHEME))
    encoding: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    entries: Mapped[int] = mapped_column(BigInteger, default=0)
    added: Mapped[int] = mapped_column(BigInteger, default=0)
    changed: Mapped[int] = mapped_column(BigInteger, default=0)
    unchanged: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    reasons: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    rejects_file: Mapped[str] = mapped_column(Text, default="")
    rejects_size: Mapped[int] = mapped_column(BigInteger, default=0)


class RatingsElsewhere(Base):
    """What readers of another site gave a work, as a file told: never part of our own summary.

    `ones` to `fives` count the ratings of one to five stars, all nought where a file tells only
    their number and average. A work has one row for each source.
    """

    __tablename__ = "ratings_elsewhere"
    __table_args__ = (
        CheckConstraint("average BETWEEN 0 AND 5", name="average_is_in_range"),
        Index(None, "ratings_count", "work_id"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    ratings_count: Mapped[int]
    average: Mapped[float] = mapped_column(Float)
    ones: Mapped[int] = mapped_column(default=0)
    twos: Mapped[int] = mapped_column(default=0)
    threes: Mapped[int] = mapped_column(default=0)
    fours: Mapped[int] = mapped_column(default=0)
    fives: Mapped[int] = mapped_column(default=0)
    load_id: Mapped[int | None] = mapped_column()
