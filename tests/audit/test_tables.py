"""The export is CSV that a spreadsheet shows and never runs."""

import csv
from types import SimpleNamespace
from typing import Any

import pytest

from bookreviews.audit.tables import HEAD, as_csv
from tests.conftest import NOON


def entry(**changes: Any) -> Any:
    said = {
        "id": 7,
        "at": NOON,
        "actor_username": "ada",
        "actor_kind": "person",
        "act": "kept",
        "person_username": None,
        "details": {},
    }
    return SimpleNamespace(**said | changes)


def test_each_entry_is_a_line_under_the_head() -> None:
    lines = list(
        csv.reader(
            as_csv(
                [
                    entry(person_username="bo", details={"note": 'a "b",\nc'}),
                    entry(actor_username=None, actor_kind="command"),
                ]
            )
        )
    )
    assert lines == [
        list(HEAD),
        ["7", "2026-03-14T12:00:00+00:00", "ada", "kept", "bo", '{"note": "a \\"b\\",\\nc"}'],
        ["7", "2026-03-14T12:00:00+00:00", "command", "kept", "", ""],
    ]


@pytest.mark.parametrize("act", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(act: str) -> None:
    _, line = csv.reader(as_csv([entry(act=act)]))
    assert line[3] == f"'{act}"
