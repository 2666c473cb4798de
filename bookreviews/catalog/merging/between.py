"""A place between two works, for rows that change sides and can't be on one side together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete

from bookreviews.catalog.models import Work
from bookreviews.extensions import session


@contextmanager
def place_between(winner_id: int, loser_id: int, *, at: datetime) -> Iterator[int]:
    """Yield the id of a work that is there for this alone, and shows nowhere."""
    slug = f"-merging-{winner_id}-{loser_id}"  # no address of a book begins so
    place = Work(slug=slug, title="Merging", added_at=at, left_at=at)
    session().add(place)
    session().flush()
    place_id = place.id
    yield place_id
    session().execute(delete(Work).where(Work.id == place_id))
