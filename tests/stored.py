"""What the database holds now, read past the queries that the pages use."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from bookreviews.accounts.models import User
from bookreviews.extensions import session
from bookreviews.lib.orm import Base
from bookreviews.reviews import scores
from bookreviews.reviews.models import RatingSummary, Review


class Said(NamedTuple):
    """What one review says, and whose it is."""

    username: str
    stars: float | None
    body: str | None


def reviews() -> list[Said]:
    """Return all reviews that stand, the first one first."""
    session().rollback()  # what was read before may be stale
    statement = (
        select(User.username, Review.stars, Review.body_source)
        .join(User, User.id == Review.author_id)
        .where(Review.withdrawn_at.is_(None))
        .order_by(Review.id)
    )
    return [Said(*row) for row in session().execute(statement)]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    session().rollback()
    return {
        table.name: sorted((tuple(row) for row in session().execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def count_of(table: type) -> int:
    """Return how many rows a table has."""
    session().rollback()
    return session().scalar(select(func.count()).select_from(table)) or 0


def summary(work_id: int) -> tuple[int, int, float | None, list[int]]:
    """Return a work's summary as it is kept: ratings, reviews, average, distribution."""
    session().rollback()
    row = session().get(RatingSummary, work_id, populate_existing=True)
    if row is None:
        return 0, 0, None, scores.empty()
    return row.ratings_count, row.reviews_count, row.average, row.distribution


def counted(work_id: int) -> tuple[int, int, float | None, list[int]]:
    """Return what the summary must be, counted from the table."""
    session().rollback()
    statement = select(Review.stars, Review.body_source).where(Review.work_id == work_id)
    rows = session().execute(statement).all()
    stars = [row.stars for row in rows if row.stars is not None]
    distribution = [stars.count(value) for value in scores.STARS]
    words = sum(row.body_source is not None for row in rows)
    return len(stars), words, sum(stars) / len(stars) if stars else None, distribution
