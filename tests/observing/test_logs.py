"""The forms of the log: JSON for programs, text for people, and nothing that was asked with."""

import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bookreviews.config import Settings
from bookreviews.extensions import session
from bookreviews.observing import logs
from bookreviews.observing.doings import Doing, current
from tests.conftest import settings_for

PLACE = ("bookreviews.there", logging.WARNING, __file__, 1)


def form(**changes: object) -> logging.Formatter:
    settings: Settings = settings_for("sqlite:///:memory:", **changes)
    made: logging.Formatter = logs.plan(settings)["formatters"]["ours"]["()"]()
    return made


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(*PLACE, message, values, exc_info)


def test_json_is_one_object_on_one_line() -> None:
    line = form().format(record("two\nlines of %s", "書評"))
    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == "two\nlines of 書評"
    assert (told["level"], told["logger"]) == ("warning", "bookreviews.there")
    assert told["time"].endswith("Z")


def test_text_can_not_be_made_to_look_like_two_lines() -> None:
    line = form(log_format="text").format(record("one %s", "way\n2026-03-14 ERROR forged"))
    assert "\n" not in line
    assert "WARNING one way 2026-03-14" in line


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_what_is_being_done_is_named(log_format: str) -> None:
    token = current.set(Doing("a-reference", job="deliver"))
    try:
        line = form(log_format=log_format).format(record("late"))
    finally:
        current.reset(token)
    assert "a-reference" in line
    assert "deliver" in line


@pytest.mark.usefixtures("app")
def test_an_error_of_the_database_does_not_repeat_the_values() -> None:
    address = "@".join(("cleo", "example.org"))  # a traceback quotes the source
    insert = text("INSERT INTO users (username, name) VALUES (:name, 'Cleo Patra')")
    with pytest.raises(IntegrityError) as raised:
        session().execute(insert, {"name": address})
    told = json.loads(form().format(record("broke", error=raised.value)))
    assert "in test_an_error_of_the_database" in told["traceback"]
    assert "from which came" in told["traceback"]
    assert "IntegrityError" in told["traceback"]
    assert address not in told["traceback"]


@pytest.mark.parametrize(
    ("environment", "level"), [("production", "INFO"), ("development", "WARNING")]
)
def test_development_is_quiet(environment: str, level: str) -> None:
    plan = logs.plan(settings_for("sqlite:///:memory:", bookreviews_env=environment))
    assert plan["loggers"]["bookreviews"]["level"] == level


def test_development_is_for_people() -> None:
    assert not settings_for("sqlite:///x.sqlite3", bookreviews_env="development").writes_json
    assert settings_for("sqlite:///x.sqlite3", bookreviews_env="production").writes_json
