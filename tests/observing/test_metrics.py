"""The numbers: right in one process, right across workers, of few series."""

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bookreviews.config import ROOT
from bookreviews.observing import metrics
from tests.client import Client

# Two workers, the first of which is followed by another in its place.
_WORKERS = """
import os, sys
from bookreviews.observing import metrics
for place in (1, 2, 1):
    child = os.fork()
    if not child:
        metrics.take_place(place)
        metrics.in_flight.inc()
        metrics.note(route="/books", method="GET", status=200, seconds=0.02, asked=(3, 0.01))
        os._exit(0)
    os.waitpid(child, 0)
    if place == 1:
        metrics.leave_place(place)
sys.stdout.write(metrics.exposition().decode())
"""


def numbers(exposition: str) -> dict[tuple[str, ...], float]:
    """Return the value of each series, by its name and labels."""
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


def test_add_up_across_workers_and_those_that_follow_them(tmp_path: Path) -> None:
    environment = os.environ | {metrics.FOLDER: str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", _WORKERS],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = numbers(told.stdout)
    labels = ("method=GET", "route=/books", "status=2xx")
    assert found["bookreviews_requests_total", *labels] == 3
    assert found["bookreviews_sql_statements_total", "route=/books"] == 9
    assert found["bookreviews_request_seconds_count", "route=/books"] == 3
    assert found["bookreviews_request_seconds_bucket", "le=0.025", "route=/books"] == 3
    assert found["bookreviews_request_seconds_bucket", "le=0.01", "route=/books"] == 0
    assert found["bookreviews_requests_in_flight",] == 1  # those of who has ended are forgotten
    assert len(list(tmp_path.glob("counter_*.db"))) == 2  # one for each place


def test_of_made_up_methods_and_addresses_are_of_one_series(client: Client) -> None:
    before = set(numbers(metrics.exposition().decode()))
    for number in range(5):
        client.open(f"/made-up-{number}", method=f"MAKEUP{number}")
    after = numbers(metrics.exposition().decode())
    new = {series for series in set(after) - before if series[0] == "bookreviews_requests_total"}
    assert new <= {("bookreviews_requests_total", "method=other", "route=none", "status=4xx")}
