"""Who may do what in moderation: pure rules, which the database enforces once more."""

from datetime import datetime

from bookreviews.accounts.models import ADMIN
from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation.vocabulary import APPEAL_WITHIN, APPEALABLE

# Decisions about an account rather than about what it wrote.
ON_ACCOUNTS = ("warn", "suspend")


def can_moderate(viewer: Viewer | None) -> bool:
    """Moderators and admins sit at the desk."""
    return viewer is not None and viewer.is_moderator


def can_decide(
    moderator: Viewer, *, kind: str, person_id: int | None, person_role: str | None
) -> bool:
    """Nobody decides about what is their own, nor about an admin's account.

    What an admin wrote is for another admin to decide on.
    """
    if not can_moderate(moderator) or moderator.id == person_id:
        return False
    if person_role == ADMIN:
        return moderator.is_admin and kind not in ON_ACCOUNTS
    return True


def can_appeal(
    viewer: Viewer | None, *, kind: str, person_id: int | None, acted_at: datetime, at: datetime
) -> bool:
    """Let the person concerned appeal against what hurts them, for half a year."""
    return (
        viewer is not None
        and viewer.id == person_id
        and kind in APPEALABLE
        and at - acted_at <= APPEAL_WITHIN
    )


def can_decide_appeal(moderator: Viewer, *, acted_by_id: int | None, person_id: int | None) -> bool:
    """Another moderator than the one who acted, and not the person concerned, decides."""
    return can_moderate(moderator) and moderator.id not in (acted_by_id, person_id)
