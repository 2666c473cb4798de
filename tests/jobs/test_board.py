"""Jobs by name: each in a context of its own, its failure one line, chores once in a period."""

from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app

from bookreviews.chores import queries
from bookreviews.jobs import board
from bookreviews.jobs.board import Jobs
from bookreviews.jobs.queue import open_queue
from tests.conftest import NOON


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    return Jobs(app, open_queue("memory:"))


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "now", lambda: NOON)


def test_a_job_gets_the_time_and_what_it_was_asked_for_with(jobs: Jobs, noon: None) -> None:
    done = []

    def count(*, number: int, at: datetime) -> None:
        done.append((number, at, current_app.name))

    jobs.add(count)
    jobs.do("count", number=7)
    assert done == [(7, NOON, "bookreviews.app")]


def test_what_is_queued_comes_out_as_it_went_in(jobs: Jobs) -> None:
    done = []

    def count(*, number: int, at: datetime) -> None:
        done.append(number)

    jobs.add(count)
    jobs.put("count", {"number": 7})
    assert done == []
    assert b"pickle" not in jobs.huey.storage.enqueued_items()[0]
    jobs.huey.execute(jobs.huey.dequeue())
    assert done == [7]


def test_a_job_that_fails_is_one_line(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*, at: datetime) -> None:
        raise OSError("no\nreason")

    jobs.add(fail)
    jobs.do("fail")
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.getMessage() == "The job fail failed: OSError: no"
    assert line.exc_info is None


def test_a_chore_is_done_once_in_a_period_and_noted(jobs: Jobs, noon: None) -> None:
    done = []

    def sweep(at: datetime) -> None:
        done.append(at)

    jobs.add_chore(sweep, every=timedelta(minutes=1))
    jobs.do("sweep")
    jobs.do("sweep")
    assert done == [NOON]
    (chore,) = queries.list_chores()
    assert (chore.name, chore.ended_at, chore.failures) == ("sweep", NOON, 0)


def test_a_chore_that_fails_is_noted_with_its_reason(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    def sweep(at: datetime) -> None:
        raise OSError("no broom")

    jobs.add_chore(sweep, every=timedelta(minutes=1))
    jobs.do("sweep")
    (chore,) = queries.list_chores()
    assert (chore.failures, chore.error) == (1, "OSError: no broom")
    assert chore.ended_at is not None
    assert "The job sweep failed: OSError: no broom" in caplog.text


def test_the_applications_chores_have_their_times(app: Flask) -> None:
    huey = app.extensions["jobs"].huey

    def due(minute: int) -> list[str]:
        return sorted(task.name for task in huey.read_periodic(NOON.replace(minute=minute)))

    assert due(1) == ["deliver_due"]
    assert due(5) == ["deliver_due", "end_suspensions"]
    assert due(10) == [
        "check_early_ratings",
        "compare_works",
        "count_works_of_subjects",
        "deliver_due",
        "end_suspensions",
        "refresh_search",
        "remind_moderators",
        "settle_search",
        "sweep_covers",
        "tidy",
        "watch_for_surges",
    ]
