"""Which ratings count: the one rule, and what an account's age has to do with it.

The page /rules/ratings tells the same to readers; it takes its numbers from here.
"""

from datetime import datetime, timedelta

from bookreviews.reviews.models import CONCEALED, EARLY, EXCLUDED, SUSPENDED

# A book's page says what share of its ratings is by accounts younger than this.
YOUNG_ACCOUNT = timedelta(days=30)


def why_not_counted(
    *, is_concealed: bool, is_suspended: bool, is_excluded: bool, is_early: bool
) -> str | None:
    """Return the first reason why a rating is left out of the summary, or None if it counts."""
    reasons = (
        (is_concealed, CONCEALED),
        (is_suspended, SUSPENDED),
        (is_excluded, EXCLUDED),
        (is_early, EARLY),
    )
    return next((reason for holds, reason in reasons if holds), None)


def is_young(joined_at: datetime, posted_at: datetime) -> bool:
    """Tell whether an account was new when it rated; it stays so for this rating."""
    return posted_at - joined_at < YOUNG_ACCOUNT


def is_early(posted_at: datetime, first_published: int | None) -> bool:
    """Tell whether a rating is older than its book, as far as years tell."""
    return first_published is not None and posted_at.year < first_published
