"""The door for work that runs later, in the worker; one module for each noun.

`bookreviews worker` runs it. A job does its work again without harm: it may come twice, or
never, in which case a sweep finds what is left to do (docs/decisions/0006).
"""

from flask import Flask

from bookreviews.jobs import catalog, covers, letters, moderation, ratings, search, tidying
from bookreviews.jobs.board import Jobs
from bookreviews.jobs.queue import open_queue


def open_door(app: Flask) -> None:
    """Let jobs be queued, and the worker know them by name."""
    jobs = Jobs(app, open_queue(app.config["SETTINGS"].queue_url))
    for noun in (catalog, covers, letters, moderation, ratings, search, tidying):
        noun.post_on(jobs)
    app.extensions["jobs"] = jobs
