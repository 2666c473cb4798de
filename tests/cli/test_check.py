"""The look before a start: one line for each thing to mend, and 1 where there is any."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from bookreviews.__main__ import main
from bookreviews.accounts.viewer import Viewer
from bookreviews.config import Settings
from bookreviews.preflight import files
from tests.conftest import any_database, settings_for

GOOD: dict[str, Any] = {
    "secret_key": "vB3xk9TqLw7PzR2mNc8sYd4JhG6fQaUe",
    "site_url": "https://books.example",
    "trusted_proxies": 1,
    "mail_url": "smtp://bo:pw@mail.example:587",
}


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither this machine's settings nor its disk matter."""
    for one in fields(Settings):
        monkeypatch.delenv(one.name.upper(), raising=False)
        monkeypatch.delenv(f"{one.name.upper()}_FILE", raising=False)
    monkeypatch.delenv("BIND", raising=False)
    monkeypatch.setenv("SITE_URL", GOOD["site_url"])
    monkeypatch.setattr(files, "_LEAST_SPACE", 0)


def let_it_be(app: Flask, **changes: Any) -> None:
    url = app.config["SETTINGS"].database_url
    app.config["SETTINGS"] = settings_for(url, **{**GOOD, **changes})
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).chmod(0o600)


@any_database
class TestBothDatabases:
    def test_a_good_site_may_start(self, app: Flask, ada: Viewer) -> None:
        let_it_be(app)
        result = app.test_cli_runner().invoke(args=["check"])
        assert (result.exit_code, result.output) == (0, "All is well: the site may start.\n")

    def test_a_site_that_nobody_runs_is_told(self, app: Flask, alex: Viewer) -> None:
        let_it_be(app)
        result = app.test_cli_runner().invoke(args=["check"])
        assert result.exit_code == 1
        assert result.output == (
            "- Nobody runs the site: it has no admin. Run `bookreviews users create-admin`.\n"
            "One thing needs mending.\n"
        )


def test_each_thing_is_one_line(app: Flask, ada: Viewer) -> None:
    let_it_be(app, demo=True, mail_url="", trusted_proxies=0)
    result = app.test_cli_runner().invoke(args=["check"])
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert [line.split()[1] for line in lines[:-1]] == ["DEMO=1", "MAIL_URL", "TRUSTED_PROXIES"]
    assert lines[-1] == "3 things need mending."


def test_a_queue_that_does_not_answer_is_told_without_its_password(
    app: Flask, ada: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_be(app)

    def fail() -> None:
        raise ConnectionError("no answer\nfrom redis://bo:hunter2@cache")

    monkeypatch.setattr(app.extensions["jobs"].huey, "pending_count", fail)
    result = app.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 1
    assert "The queue of jobs can't be reached: ConnectionError: no answer." in result.output
    assert "hunter2" not in result.output


class TestCommandLine:
    """Through the door that operators use, where no application may be."""

    def run(self, **environ: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["check"], env={**os.environ, **environ})
        return result.exit_code, result.output

    def test_a_setting_that_keeps_it_from_starting_is_told(self) -> None:
        code, output = self.run(SITE_URL="https://books.example")
        assert code == 1
        assert output.startswith("- SECRET_KEY must be set to at least 32 random characters")
        assert "Usage" not in output
        assert "No such command" not in output

    def test_a_new_place_is_told_what_to_do_first(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(GOOD["secret_key"])
        environ = {
            "SECRET_KEY_FILE": str(tmp_path / "key"),
            "SITE_URL": GOOD["site_url"],
            "MAIL_URL": GOOD["mail_url"],
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": f"sqlite:///{tmp_path}/books.sqlite3",
        }
        code, output = self.run(**environ)
        assert code == 1
        assert output.splitlines()[-2:] == [
            f"- There is no database at {tmp_path}/books.sqlite3. Run `bookreviews db upgrade`.",
            "One thing needs mending.",
        ]
        assert not (tmp_path / "books.sqlite3").exists()
