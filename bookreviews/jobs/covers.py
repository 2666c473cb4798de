"""Jobs that sweep out pictures no book shows any more, daily or at once."""

from datetime import datetime, timedelta

from bookreviews.catalog.images import covers
from bookreviews.extensions import bound
from bookreviews.jobs.board import Jobs
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add(delete_cover)
    jobs.add_chore(sweep_covers, every=timedelta(days=1))


def delete_cover(at: datetime, cover: str) -> None:
    """Delete the files of a picture that is against the law."""
    with transaction():
        covers.delete_files(bound("media"), cover)


def sweep_covers(at: datetime) -> None:
    """Forget pictures that were replaced long ago, and files that nothing names."""
    media = bound("media")
    with transaction():
        covers.forget_replaced(at=at)
    for files in covers.old_files(media, at=at):
        with transaction():
            covers.sweep_files(media, files)
