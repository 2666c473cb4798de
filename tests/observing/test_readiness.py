"""What the site stands on: asked within a short time, and never twice for one that is silent."""

import threading
import time

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews.extensions import bound, session
from bookreviews.observing import readiness
from bookreviews.observing.readiness import Examiner, Readiness
from bookreviews.transactions import transaction
from tests.conftest import any_database


def version(now: str | None) -> None:
    """Let the database say that it is at this revision."""
    with transaction():
        session().execute(text("DELETE FROM alembic_version"))
        if now is not None:
            session().execute(text("INSERT INTO alembic_version VALUES (:now)"), {"now": now})


@any_database
def test_all_is_well(app: Flask) -> None:
    assert Examiner(app).examine() == Readiness("ok", "ok", "ok")


@any_database
def test_tables_of_older_code_are_not(app: Flask) -> None:
    version("0001")
    found = Examiner(app).examine()
    assert not found.is_ready
    assert found.migrations.startswith("at 0001, wanted ")


def test_tables_of_newer_code_are_well_since_both_run_side_by_side(app: Flask) -> None:
    version("9999")
    assert Examiner(app).examine().is_ready


def test_no_tables_are_not(app: Flask) -> None:
    version(None)
    assert "bookreviews db upgrade" in Examiner(app).examine().migrations


def test_without_its_queue_the_site_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise ConnectionError("refused")

    monkeypatch.setattr(bound("jobs"), "count_waiting", fail)
    found = Examiner(app).examine()
    assert found.queue == "ConnectionError: refused"
    assert found.is_ready


def test_what_does_not_answer_is_waited_for_a_short_time_and_asked_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = [], threading.Event()

    def stall() -> str:
        asked.append(1)
        answered.wait(10)
        return "ok"

    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    monkeypatch.setitem(readiness._QUESTIONS, "database", stall)
    examiner, began = Examiner(app), time.monotonic()
    for _ in range(3):
        assert examiner.examine().database == "no answer within 0.1 seconds"
    assert time.monotonic() - began < 5
    assert len(asked) == 1
    answered.set()
    monkeypatch.setattr(readiness, "PATIENCE", 5)
    assert examiner.examine().is_ready
