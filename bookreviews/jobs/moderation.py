"""Jobs about moderation: suspensions that end, books where something is unusual."""

from datetime import datetime, timedelta

from bookreviews.jobs.board import Jobs
from bookreviews.moderation import services, surges
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add_chore(end_suspensions, every=timedelta(minutes=5))
    jobs.add_chore(watch_for_surges, every=timedelta(minutes=10))


def end_suspensions(at: datetime) -> None:
    """Let those write again, and their ratings count, whose suspension is over."""
    with transaction():
        services.end_suspensions(at=at)


def watch_for_surges(at: datetime) -> None:
    """Look for books where much more happens than ever before."""
    with transaction():
        surges.watch(at=at)
