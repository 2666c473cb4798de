"""The command line under the project's own name."""

from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookreviews.__main__ import main
from bookreviews.config import Settings


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a command line in an environment without settings."""
    for one in fields(Settings):
        monkeypatch.delenv(one.name.upper(), raising=False)
    return CliRunner()


def test_a_wrong_setting_ends_it_with_a_sentence(runner: CliRunner) -> None:
    result = runner.invoke(main, ["demo", "load"], env={"SITE_URL": "https://books.example"})
    assert result.exit_code == 1
    assert "SECRET_KEY must be set" in result.output
    assert "No such command" not in result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)


def test_it_has_our_commands_and_those_of_flask(runner: CliRunner, tmp_path: Path) -> None:
    environment = {
        "SECRET_KEY": "k" * 32,
        "SITE_URL": "https://books.example",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'books.sqlite3'}",
    }
    result = runner.invoke(main, ["--help"], env=environment)
    assert result.exit_code == 0
    for command in ("catalog", "db", "demo", "reviews", "users", "routes"):
        assert f"  {command} " in result.output
