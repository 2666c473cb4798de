"""How the log is written: one JSON object a line for programs, or plain text for people.

Web server and worker write the same form to standard error. Each line that belongs to a request or
a job carries its reference.
"""

import json
import logging
import logging.config
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bookreviews.config import Settings
from bookreviews.lib.failures import words_of
from bookreviews.observing.doings import current

# Made once: `json.dumps` would make one for each line.
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def begin(settings: Settings) -> None:
    """Let this process log as the settings say."""
    logging.config.dictConfig(plan(settings))


def plan(settings: Settings) -> dict[str, Any]:
    """Return the settings of `logging`: warnings of everybody, and what we tell of our own."""
    form = _Json if settings.writes_json else _Text
    told = "WARNING" if settings.is_development else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "bookreviews": {"level": told},
            "gunicorn.error": {"level": told, "handlers": ["stderr"], "propagate": False},
        },
    }


class _Json(logging.Formatter):
    """A line for programs: time, level, logger, message, and the facts that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        return _encode(told | _facts(record))


class _Text(logging.Formatter):
    """A line for people, with the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        failure = facts.pop("traceback", None) if record.levelno >= logging.ERROR else None
        told = " ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        message = record.getMessage().replace("\n", " ")
        line = f"{_time(record)} {record.levelname} {message} {told}".rstrip()
        return f"{line}\n{failure}" if failure else line


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record tells beyond its message, with the reference of what is being done."""
    facts: dict[str, Any] = {}
    doing = current.get()
    if doing is not None:
        facts["request_id"] = doing.reference
        if doing.job is not None:
            facts["job"] = doing.job
    facts.update(getattr(record, "facts", ()))
    if record.exc_info and record.exc_info[1] is not None:
        facts["traceback"] = traceback_of(record.exc_info[1])
    return facts


def traceback_of(error: BaseException) -> str:
    """Return where `error` and what led to it came from, with the first line of what each says.

    The lines after the first are often what a statement was asked with: an address, a review.
    """
    return "\nfrom which came\n".join(reversed([_told(one) for one in _and_its_causes(error)]))


def _told(error: BaseException) -> str:
    return "".join(traceback.format_tb(error.__traceback__)) + words_of(error)


def _and_its_causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
