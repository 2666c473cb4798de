"""The files for Prometheus and Grafana speak of numbers that there are, and lead to a page."""

import json
import re

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews.config import ROOT
from bookreviews.extensions import session
from bookreviews.observing import metrics
from bookreviews.observing.backlog import Backlog
from bookreviews.transactions import transaction

FOLDER = ROOT / "docs" / "monitoring"
_OF_OURS = re.compile(r"\bbookreviews_[a-z_]+")


@pytest.mark.parametrize("file", ["alerts.yml", "dashboard.json"])
def test_all_numbers_they_ask_for_exist(app: Flask, file: str) -> None:
    with transaction():
        session().execute(
            text(
                "INSERT INTO chores (name, started_at, failures)"
                " VALUES ('deliver_due', '2026-03-14 12:00:00', 0)"
            )
        )
    metrics.note(route="/", method="GET", status=200, seconds=1, asked=(1, 0.1))
    there = set(_OF_OURS.findall(metrics.exposition(Backlog()).decode()))
    assert set(_OF_OURS.findall((FOLDER / file).read_text("utf-8"))) - there == set()


def test_each_alert_has_its_reason_and_its_section() -> None:
    rules = (FOLDER / "alerts.yml").read_text("utf-8").split("- alert: ")[1:]
    sections = (ROOT / "docs/operations/monitoring.md").read_text("utf-8")
    assert len(rules) > 10
    for rule in rules:
        name, reason = rule.splitlines()[:2]
        assert reason.lstrip().startswith("# "), name
        assert f"\n### {name}\n" in sections
        assert f"docs/operations/monitoring.md#{name.lower()}\n" in rule


def test_the_dashboard_can_be_read() -> None:
    panels = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))["panels"]
    assert all(panel["targets"] for panel in panels)
    assert len({panel["id"] for panel in panels}) == len(panels)
