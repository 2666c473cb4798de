"""What operators see of restoring; tests/backups has what comes back."""

from pathlib import Path

from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.backups.services import back_up
from bookreviews.extensions import engine
from tests.backups.places import empty_place
from tests.conftest import NOON, any_database


@any_database
def test_it_tells_what_came_back(app: Flask, alex: Viewer, tmp_path: Path) -> None:
    written = back_up(tmp_path / "books.tar.gz", at=NOON)
    with empty_place(engine().dialect.name, tmp_path) as place, place.app_context():
        result = place.test_cli_runner().invoke(args=["restore", str(written.file)])
        engine().dispose()
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Restored {written.manifest.rows} rows of ")
    assert "as they were at 2026-03-14 12:00:00 UTC" in result.output


def test_a_refusal_is_one_sentence_and_exit_code_1(app: Flask, tmp_path: Path) -> None:
    written = back_up(tmp_path / "books.tar.gz", at=NOON)
    result = app.test_cli_runner().invoke(args=["restore", str(written.file)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "has tables, and a backup is only restored into an empty place" in result.output
    assert result.output.count("\n") == 1
