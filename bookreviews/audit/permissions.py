"""Who may read the audit trail."""

from bookreviews.accounts.viewer import Viewer


def can_read(viewer: Viewer | None) -> bool:
    """Admins alone: it tells who was looked at, and by whom."""
    return viewer is not None and viewer.is_admin
