"""Jobs about moderation: suspensions that end, books where something is unusual."""

from datetime import datetime, timedelta

from bookreviews.jobs.board import Jobs
from bookreviews.moderation import services, surges
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add_chore(end_suspensions, every=timedelta(minutes=5))
    jobs.add_chore(watch_for_surges, every=timedelta(minutes=10))
    jobs.add_chore(remind_moderators, every=timedelta(days=1))


def end_suspensions(at: datetime) -> None:
    """Let those write again, and their ratings count, whose suspension is over."""
    for user_id in services.suspensions_over(at=at):
        with transaction():
            services.end_suspension(user_id=user_id, at=at)


def remind_moderators(at: datetime) -> None:
    """Tell moderators once a day that something has waited for longer than a day."""
    with transaction():
        services.remind_moderators(at=at)


def watch_for_surges(at: datetime) -> None:
    """Look for books where much more happens than ever before."""
    with transaction():
        surges.watch(at=at)
