"""The daily job that forgets what was kept for a while only."""

from datetime import datetime, timedelta

from bookreviews.accounts import services as accounts
from bookreviews.jobs.board import Jobs
from bookreviews.mail import services as mail
from bookreviews.notifications import services as notifications
from bookreviews.reviews import standing
from bookreviews.transactions import transaction

# From which networks reviews came is asked while a flood is fresh, and about appeals of it.
ORIGINS_ARE_KEPT = timedelta(days=90)


def post_on(jobs: Jobs) -> None:
    """Put this job on the board."""
    jobs.add_chore(tidy, every=timedelta(days=1))


def tidy(at: datetime) -> None:
    """Forget expired tokens, old sign-ins, what was read, where reviews came from, letters."""
    with transaction():
        accounts.forget_old(at=at)
    with transaction():
        notifications.forget_old(at=at)
    with transaction():
        standing.forget_origins(before=at - ORIGINS_ARE_KEPT)
    with transaction():
        mail.forget_old(at=at)
