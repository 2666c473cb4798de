"""Jobs tell as requests do: one line each, with their name and a reference."""

import logging
from datetime import datetime

import pytest
from flask import Flask

from bookreviews.jobs.board import Jobs
from bookreviews.jobs.queue import open_queue
from bookreviews.mail import queries as mail
from bookreviews.observing.doings import current


def test_a_job_is_a_line_with_its_cost(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bookreviews.jobs")
    seen = []

    def look(*, at: datetime) -> None:
        mail.count_waiting()
        seen.append(current.get())

    jobs = Jobs(app, open_queue("memory:"))
    jobs.add(look)
    jobs.do("look")
    (line,) = caplog.records
    assert line.getMessage() == "look"
    assert line.facts["statements"] == 1  # type: ignore[attr-defined]
    assert (seen[0].job, len(seen[0].reference)) == ("look", 32)
    assert current.get() is None
