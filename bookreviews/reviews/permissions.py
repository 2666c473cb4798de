"""Who may do what to a review."""

from typing import Protocol

from bookreviews.accounts.viewer import Viewer


class Authored(Protocol):
    """Anything that says who wrote it: a row of a query, or the entity."""

    @property
    def author_id(self) -> int:
        """The id of the reader who wrote it."""


def can_edit(viewer: Viewer | None, review: Authored) -> bool:
    """Only its author changes or withdraws a review; not even an admin speaks for a reader."""
    return viewer is not None and viewer.id == review.author_id
