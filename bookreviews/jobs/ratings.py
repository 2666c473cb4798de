"""Jobs about ratings: which of them count, and what they say of works that are alike."""

from datetime import datetime, timedelta

from bookreviews.jobs.board import Jobs
from bookreviews.reviews import services, standing
from bookreviews.site import queries as site
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add(judge_early_ratings)
    jobs.add_chore(check_early_ratings, every=timedelta(days=1))
    jobs.add_chore(compare_works, every=timedelta(days=1))


def judge_early_ratings(*, at: datetime) -> None:
    """Count ratings older than their books, or leave them out, as the site's setting has it now."""
    site.forget()
    for work_id in standing.works_with_misjudged_early_ratings():
        with transaction():
            services.recount(work_id=work_id, at=at)


def check_early_ratings(at: datetime) -> None:
    """Do the same once a day, should the queue have lost it."""
    judge_early_ratings(at=at)


def compare_works(_at: datetime) -> None:
    """Find out anew which works are rated alike; takes minutes where there are millions."""
    # Imported where it is needed: NumPy would cost each web worker a third of its memory more.
    from bookreviews.reviews import similar, similarity  # noqa: PLC0415

    for found in similar.ranges(similarity.alike(similar.ratings())):
        with transaction():
            similar.keep(found)
