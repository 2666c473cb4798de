"""The daily job that forgets what was kept for a while only."""

from datetime import datetime, timedelta

from bookreviews.accounts import services as accounts
from bookreviews.breakages import services as breakages
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
    """Forget what is kept for a while only; what fails doesn't stop the rest, and is told."""
    failure: Exception | None = None
    for forget in (
        accounts.forget_old,
        notifications.forget_old,
        _forget_origins,
        mail.forget_old,
        breakages.forget_old,
    ):
        try:
            with transaction():
                forget(at=at)
        except Exception as error:  # the others have their own reasons to be forgotten
            failure = failure or error
    if failure:
        raise failure


def _forget_origins(*, at: datetime) -> None:
    standing.forget_origins(before=at - ORIGINS_ARE_KEPT)
