"""Numbers of rows: what is gone leaves its own to nobody, for its address leads on.

PostgreSQL never gives a number twice. SQLite goes on from the last row that is there, and of all
rows of the catalogue only an edition that was merged into another is there no more.
"""

from sqlalchemy import func, select

from bookreviews.catalog.models import EDITION, Edition, Merge
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Base

_LAST_EDITION = select(
    func.max(
        func.coalesce(select(func.max(Edition.id)).scalar_subquery(), 0),
        func.coalesce(
            select(func.max(Merge.loser_id)).where(Merge.kind == EDITION).scalar_subquery(), 0
        ),
    )
)


def last_number(kind: type[Base]) -> int:
    """Return the highest number that a row of this table has, or had; for SQLite alone."""
    table = kind.__table__
    return read(_LAST_EDITION if kind is Edition else select(func.max(table.c.id))).scalar() or 0


def number_of_new_edition() -> int | None:
    """Return the number that the next edition is to have; None where the database knows best."""
    is_sqlite = session().get_bind().dialect.name == "sqlite"
    return last_number(Edition) + 1 if is_sqlite else None
