"""Who may change the site."""

from bookreviews.accounts.viewer import Viewer


def can_change(viewer: Viewer | None) -> bool:
    """Admins run the site; nobody else does."""
    return viewer is not None and viewer.is_admin
