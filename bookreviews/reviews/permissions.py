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


def can_see_earlier(viewer: Viewer | None, review: Authored) -> bool:
    """Earlier versions, of books that were merged, are for their author and for moderators."""
    return can_edit(viewer, review) or (viewer is not None and viewer.is_moderator)
