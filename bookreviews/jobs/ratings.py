"""Jobs about ratings: which of them count may change with a setting."""

from datetime import datetime, timedelta

from bookreviews.jobs.board import Jobs
from bookreviews.reviews import services, standing
from bookreviews.site import queries as site
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add(judge_early_ratings)
    jobs.add_chore(check_early_ratings, every=timedelta(days=1))


def judge_early_ratings(*, at: datetime) -> None:
    """Count ratings older than their books, or leave them out, as the site's setting has it now."""
    site.forget()
    for work_id in standing.works_with_misjudged_early_ratings():
        with transaction():
            services.recount(work_id=work_id, at=at)


def check_early_ratings(at: datetime) -> None:
    """Do the same once a day, should the queue have lost it."""
    judge_early_ratings(at=at)
