"""What every request and every job tells the operator: a line in the log, numbers, a reference.

Nothing here says who a reader is beyond their number, or what they have typed or looked for.
"""

from flask import Flask

from bookreviews.extensions import db
from bookreviews.observing import statements
from bookreviews.observing.backlog import Backlog
from bookreviews.observing.readiness import Examiner
from bookreviews.observing.requests import Who, watch_requests

__all__ = ["watch"]


def watch(app: Flask, *, who: Who) -> None:
    """Watch what `app` does; `who` tells the viewer, if this request has asked for them."""
    app.extensions["backlog"] = Backlog()
    app.extensions["examiner"] = Examiner(app)
    with app.app_context():
        for engine in db.engines.values():
            statements.watch(engine)
    watch_requests(app, who=who)
