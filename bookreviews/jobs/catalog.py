"""Jobs about the catalogue: what is counted now and then."""

from datetime import datetime, timedelta

from bookreviews.catalog import listings
from bookreviews.jobs.board import Jobs
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add_chore(count_works_of_subjects, every=timedelta(hours=1))


def count_works_of_subjects(_at: datetime) -> None:
    """Count how many books each subject has, which its place among others goes by."""
    for rows in listings.miscounted_subjects():
        with transaction():
            listings.set_counts(rows)
