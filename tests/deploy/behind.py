"""Gunicorn with a clock that is an hour behind: `python -m tests.deploy.behind`, and its own words.

Only the time of day: what measures durations goes on, as it does where a real clock is set back.
(libfaketime would do without this, but lets Python's sleep fail or hang.)
"""

import time
from datetime import datetime, timedelta, tzinfo

from gunicorn.app.wsgiapp import run

from bookreviews.lib import clock

_BEHIND = timedelta(hours=1)
_time = time.time


class _Behind(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - _BEHIND


if __name__ == "__main__":
    clock.datetime = _Behind  # type: ignore[misc]
    time.time = lambda: _time() - _BEHIND.total_seconds()
    run()
