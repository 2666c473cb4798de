"""What waits, as Prometheus sees it: asked for rarely; a database that is down is told apart."""

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import bound, session
from bookreviews.mail.services import write_letter
from bookreviews.moderation.subjects import profile_subject
from bookreviews.observing.backlog import Backlog
from bookreviews.transactions import transaction
from tests import rulings
from tests.conftest import NOON


def numbers(backlog: Backlog) -> dict[str, float]:
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in backlog.collect()
        for sample in family.samples
    }


def test_of_a_new_site_is_nothing(app: Flask) -> None:
    assert numbers(Backlog()) == {
        "bookreviews_queue_up": 1,
        "bookreviews_jobs_waiting": 0,
        "bookreviews_database_up": 1,
        "bookreviews_letters waiting": 0,
        "bookreviews_letters given_up": 0,
        "bookreviews_cases_open": 0,
        "bookreviews_case_age_seconds": 0,
        "bookreviews_appeals_open": 0,
    }


def test_counts_letters_chores_and_cases(app: Flask, alex: Viewer, bo: Viewer) -> None:
    with transaction():
        write_letter(address="a@b.example", template="x", details={}, at=NOON)
        session().execute(
            text("INSERT INTO chores (name, started_at, failures) VALUES ('sweep', :at, 2)"),
            {"at": NOON.replace(tzinfo=None).isoformat(sep=" ")},
        )
    rulings.report(bo, profile_subject(alex.id))
    found = numbers(Backlog())
    assert found["bookreviews_letters waiting"] == 1
    assert found["bookreviews_chore_failures sweep"] == 2
    assert found["bookreviews_chore_age_seconds sweep"] > 0
    assert found["bookreviews_cases_open"] == 1
    assert found["bookreviews_jobs_waiting"] == 1


def test_is_known_for_some_seconds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    backlog = Backlog()
    before = numbers(backlog)
    with transaction():
        write_letter(address="a@b.example", template="x", details={}, at=NOON)
    assert numbers(backlog) == before
    monkeypatch.setattr("bookreviews.observing.backlog.LASTS", 0)
    assert numbers(backlog)["bookreviews_letters waiting"] == 1


def test_of_a_database_that_is_broken_is_that(app: Flask) -> None:
    with transaction():
        session().execute(text("DROP TABLE letters"))
    assert numbers(Backlog()) == {
        "bookreviews_queue_up": 1,
        "bookreviews_jobs_waiting": 0,
        "bookreviews_database_up": 0,
    }


def test_of_a_queue_that_is_down_is_that(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise ConnectionError

    monkeypatch.setattr(bound("jobs"), "count_waiting", fail)
    found = numbers(Backlog())
    assert found["bookreviews_queue_up"] == 0
    assert "bookreviews_jobs_waiting" not in found
    assert found["bookreviews_database_up"] == 1
