"""What a reader publishes, with what follows from it for others in the same transaction.

The automatic rules look at reviews; both doors come through here, so that nothing reaches a page
unexamined. A reader's name stands on the pages of all books that they have reviewed.
"""

from datetime import datetime
from typing import Any

from bookreviews.accounts import services as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation.flags import examine_review
from bookreviews.reviews import services
from bookreviews.reviews.models import Review
from bookreviews.reviews.summaries import raise_versions_of_works_by


def publish_review(*, at: datetime, **said: Any) -> Review:
    """Post a review (`reviews.services.post_review` takes the rest), and let the rules look."""
    review = services.post_review(at=at, **said)
    examine_review(review, at=at)
    return review


def publish_revision(*, at: datetime, **said: Any) -> Review:
    """Revise a review (`reviews.services.revise_review`), and let the rules look."""
    review = services.revise_review(at=at, **said)
    examine_review(review, at=at)
    return review


def publish_profile(*, viewer: Viewer, at: datetime, **said: str) -> None:
    """Change what others read about oneself (`accounts.services.change_profile`), everywhere."""
    raise_versions_of_works_by(viewer.id)  # first, since books come before people
    accounts.change_profile(viewer=viewer, at=at, **said)
