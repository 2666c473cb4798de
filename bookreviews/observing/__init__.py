"""What every request and every job tells the operator: a line in the log, numbers, a reference.

Nothing here says who a reader is beyond their number, or what they have typed or looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from bookreviews.config import Settings
from bookreviews.extensions import db
from bookreviews.observing import statements
from bookreviews.observing.backlog import Backlog
from bookreviews.observing.readiness import Examiner
from bookreviews.observing.requests import Who, watch_requests

if TYPE_CHECKING:
    from bookreviews.observing.tracing import Tracing

__all__ = ["watch"]


def watch(app: Flask, *, who: Who) -> None:
    """Watch what `app` does; `who` tells the viewer, if this request has asked for them."""
    app.extensions["backlog"] = Backlog()
    app.extensions["examiner"] = Examiner(app)
    app.extensions["tracing"] = _tracing(app.config["SETTINGS"])
    with app.app_context():
        for engine in db.engines.values():
            statements.watch(engine)
    watch_requests(app, who=who)


def _tracing(settings: Settings) -> Tracing | None:
    """Return where spans go, or None where no collector is set."""
    if not settings.otel_exporter_otlp_endpoint:
        return None
    # Here, for the library takes megabytes of each worker.
    from bookreviews.observing.tracing import Tracing  # noqa: PLC0415

    return Tracing(settings)
