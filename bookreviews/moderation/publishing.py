"""What a reader publishes, looked at by the automatic rules in the same transaction.

Both doors come through here, so that nothing reaches a page unexamined.
"""

from datetime import datetime
from typing import Any

from bookreviews.moderation.flags import examine_review
from bookreviews.reviews import services
from bookreviews.reviews.models import Review


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
