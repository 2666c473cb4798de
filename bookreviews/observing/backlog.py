"""What waits, asked of the database when Prometheus looks: letters, chores, cases, jobs."""

import threading
from collections.abc import Iterable, Iterator
from time import monotonic

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bookreviews.chores import queries as chores
from bookreviews.extensions import bound
from bookreviews.lib.clock import now
from bookreviews.mail import queries as mail
from bookreviews.moderation import desk, queue

Number = tuple[str, str, dict[str, str], float]

# Two that look in turns, or one who holds the key down, ask the database no more than this often.
LASTS = 5.0


class Backlog(Collector):
    """Collects what waits; where the database can't be asked, it says only that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = -LASTS
        self._known: list[Number] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the numbers, a few seconds old at most; needs an application's context."""
        with self._lock:
            if monotonic() >= self._asked_at + LASTS:
                self._known = [*_of_the_queue(), *_of_the_database()]
                self._asked_at = monotonic()
            return _families(self._known)


def _families(numbers: Iterable[Number]) -> list[GaugeMetricFamily]:
    families: dict[str, GaugeMetricFamily] = {}
    for name, meaning, labels, value in numbers:
        family = families.setdefault(name, GaugeMetricFamily(name, meaning, labels=list(labels)))
        family.add_metric(list(labels.values()), value)
    return list(families.values())


def _of_the_database() -> list[Number]:
    """Return all its numbers or none: half of them would look as if all were well."""
    up = "bookreviews_database_up", "Whether the database answers"
    try:
        return [(*up, {}, 1), *_letters(), *_chores(), *_cases()]
    except Exception:  # each driver fails in its own way, and an alert tells
        return [(*up, {}, 0)]


def _of_the_queue() -> Iterator[Number]:
    up = "bookreviews_queue_up", "Whether the queue of jobs answers"
    try:
        waiting = bound("jobs").count_waiting()
    except Exception:  # each kind of queue fails in its own way
        yield (*up, {}, 0)
        return
    yield (*up, {}, 1)
    yield "bookreviews_jobs_waiting", "Jobs that no worker has taken yet", {}, waiting


def _letters() -> Iterator[Number]:
    name, meaning = "bookreviews_letters", "Letters that wait, and those given up"
    yield name, meaning, {"state": "waiting"}, mail.count_waiting()
    yield name, meaning, {"state": "given_up"}, mail.count_given_up()


def _chores() -> Iterator[Number]:
    for chore in chores.list_chores():
        named, age = {"chore": chore.name}, now() - chore.started_at
        yield "bookreviews_chore_failures", "Failures in a row", named, chore.failures
        yield "bookreviews_chore_age_seconds", "Since its last start", named, age.total_seconds()


def _cases() -> Iterator[Number]:
    oldest = queue.oldest_open_case()
    age = (now() - oldest).total_seconds() if oldest is not None else 0.0
    yield "bookreviews_cases_open", "Cases that wait for moderators", {}, queue.count_open_cases()
    yield "bookreviews_case_age_seconds", "How long the oldest open case waits", {}, age
    yield "bookreviews_appeals_open", "Appeals that wait", {}, desk.count_open_appeals()
