"""The daily job that sweeps out pictures no book shows any more."""

from datetime import datetime, timedelta

from bookreviews.catalog.images import covers
from bookreviews.extensions import bound
from bookreviews.jobs.board import Jobs
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put this job on the board."""
    jobs.add_chore(sweep_covers, every=timedelta(days=1))


def sweep_covers(at: datetime) -> None:
    """Forget pictures that were replaced long ago, and files that nothing names."""
    with transaction():
        covers.sweep(bound("media"), at=at)
