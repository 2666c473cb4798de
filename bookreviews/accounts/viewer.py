"""Who is asking: the few facts of a signed-in person that doors, rules and pages need."""

from dataclasses import dataclass
from datetime import datetime

from bookreviews.accounts.models import ADMIN, MODERATOR


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person; where nobody is signed in, there is None instead."""

    id: int
    username: str
    name: str
    role: str
    suspended_until: datetime | None = None
    is_approved: bool = True
    unread: int = 0

    @property
    def is_moderator(self) -> bool:
        """Tell whether they may do what moderators do; admins may."""
        return self.role in (MODERATOR, ADMIN)

    @property
    def is_admin(self) -> bool:
        """Tell whether they run the site."""
        return self.role == ADMIN

    def is_suspended(self, at: datetime) -> bool:
        """Tell whether they may read but not write at this moment."""
        return self.suspended_until is not None and at < self.suspended_until
