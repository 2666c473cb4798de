"""What this thread is doing at the moment, a request or a job, and what it has cost so far."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

# What a proxy may call a request: anything else could forge lines of a log.
_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,64}")


class Asked(NamedTuple):
    """A statement that was sent: its text with placeholders, when, and how long it took."""

    text: str
    began_at: float
    seconds: float


@dataclass(slots=True)
class Doing:
    """A request or a job that runs: its reference, and what it has asked of the database."""

    reference: str
    job: str | None = None
    statements: int = 0
    sql_seconds: float = 0.0
    began_at: float = field(default_factory=perf_counter)
    asked_at: float = 0.0  # when the statement that runs now was sent
    has_failed: bool = False
    asked: list[Asked] | None = None  # all statements, where somebody wants to see each
    traceparent: str | None = None  # what it is part of, in the form of W3C's Trace Context

    @property
    def seconds(self) -> float:
        """Return how long it has taken until now."""
        return perf_counter() - self.began_at


current: ContextVar[Doing | None] = ContextVar("doing", default=None)


def reference() -> str:
    """Return what an operator finds this request or job by, or "" outside of one."""
    doing = current.get()
    return doing.reference if doing is not None else ""


def new_reference(given: str | None = None) -> str:
    """Return the reference that a proxy has `given` if it looks like one, or a new one."""
    if given is not None and _REFERENCE.fullmatch(given):
        return given
    return secrets.token_hex(16)
