"""Operators take the audit trail along."""

import csv
import io

from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.services import record
from bookreviews.transactions import transaction
from tests.conftest import NOON


def export(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "export", *arguments])
    return result.exit_code, result.output


def test_the_trail_comes_as_csv(app: Flask, ada: Viewer, bo: Viewer) -> None:
    with transaction():
        record(actor=ada, act="changed a role", person_id=bo.id, details={"after": "é"}, at=NOON)
        record(actor=None, act="=1+1", person_id=None, details={}, at=NOON)
    status, text = export(app)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert status == 0
    assert [(line["by"], line["act"], line["about"]) for line in lines] == [
        ("ada", "changed a role", "bo"),
        ("system", "'=1+1", ""),
    ]
    assert "é" in lines[0]["details"]
    for question in (("--by", "Ada"), ("--about", "bo"), ("--act", "changed a role")):
        status, text = export(app, *question)
        assert (status, text.count("\n")) == (0, 2)


def test_an_empty_trail_has_a_head(app: Flask) -> None:
    assert export(app) == (0, "id,at,by,act,about,details\n")


def test_nobody_has_no_trail(app: Flask) -> None:
    assert export(app, "--by", "nobody") == (1, "Error: There is no account named nobody.\n")
