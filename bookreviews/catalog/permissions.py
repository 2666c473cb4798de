"""Who may add, edit, confirm and merge: pure rules, and the numbers that decide.

The page of one's settings tells readers the same; it takes its numbers from here.
"""

from datetime import datetime, timedelta
from typing import Protocol

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import SUBJECT, WORK

# A reader is trusted who has been here for so long, of whose changes so many were confirmed, and of
# whose none was reverted lately; or to whom an admin gave it.
TRUSTED_AFTER = timedelta(days=30)
TRUSTED_WITH = 10
REVERTED_LATELY = timedelta(days=90)

# So many additions and changes a reader makes in a day.
CHANGES_WITHIN = timedelta(days=1)
MOST_CHANGES = 30
MOST_CHANGES_OF_TRUSTED = 500

# Merging these moves what others wrote, or what very many books stand under.
_FOR_MODERATORS = (WORK, SUBJECT)


class Known(Protocol):
    """What is known of somebody's work on the catalogue: a row of `contributions.find`."""

    @property
    def joined_at(self) -> datetime:
        """When the account was made."""

    @property
    def confirmed(self) -> int:
        """How many of their changes others have confirmed."""

    @property
    def last_reverted_at(self) -> datetime | None:
        """When somebody else last took one of them back."""

    @property
    def trusted_at(self) -> datetime | None:
        """When an admin gave them trust, if one did."""


def can_contribute(viewer: Viewer | None, at: datetime) -> bool:
    """Whoever may write here may add books and suggest changes."""
    return viewer is not None and viewer.is_approved and not viewer.is_suspended(at)


def has_earned_trust(known: Known, at: datetime) -> bool:
    """Tell whether somebody's work so far speaks for them, or an admin does."""
    if known.trusted_at is not None:
        return True
    is_spotless = known.last_reverted_at is None or at - known.last_reverted_at >= REVERTED_LATELY
    return at - known.joined_at >= TRUSTED_AFTER and known.confirmed >= TRUSTED_WITH and is_spotless


def is_trusted(viewer: Viewer | None, known: Known | None, at: datetime) -> bool:
    """Tell whether what somebody changes holds at once, and what others add they may confirm."""
    if viewer is None or not can_contribute(viewer, at):
        return False
    return viewer.is_moderator or (known is not None and has_earned_trust(known, at))


def can_confirm(
    viewer: Viewer | None, known: Known | None, *, editor_id: int | None, at: datetime
) -> bool:
    """Another trusted reader looks; nobody confirms what is their own."""
    return is_trusted(viewer, known, at) and viewer is not None and viewer.id != editor_id


def can_merge(viewer: Viewer | None, known: Known | None, *, kind: str, at: datetime) -> bool:
    """Trusted readers merge editions, authors and series; moderators also books and subjects."""
    if kind in _FOR_MODERATORS and not (viewer and viewer.is_moderator):
        return False
    return is_trusted(viewer, known, at)


def most_changes(*, is_trusted: bool) -> int:
    """Return how many additions and changes somebody may make in a day."""
    return MOST_CHANGES_OF_TRUSTED if is_trusted else MOST_CHANGES
