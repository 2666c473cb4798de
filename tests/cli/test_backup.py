"""What operators see of a backup; tests/backups has what becomes of it."""

import re
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.cli.backup import shown_size
from tests.conftest import any_database


@any_database
def test_it_tells_what_it_wrote(app: Flask, alex: Viewer, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "books.tar.gz")])
    assert result.exit_code == 0
    assert re.fullmatch(
        rf"Wrote {tmp_path}/books\.tar\.gz: \d+ kB, \d+ rows of \d+ tables, in \d+\.\d seconds\.\n",
        result.output,
    )


def test_a_refusal_is_one_sentence_and_exit_code_1(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "books").write_text("mine")
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "books")])
    assert result.exit_code == 1
    assert result.output == (f"Error: {tmp_path}/books exists already, and is never overwritten.\n")


def test_a_folder_with_its_slash_is_made(app: Flask, tmp_path: Path) -> None:
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["backup", f"{tmp_path}/nightly/"])
        assert result.exit_code == 0
        (written,) = (tmp_path / "nightly").iterdir()
        written.unlink()
    assert (tmp_path / "nightly").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "books").write_text("mine")
    result = app.test_cli_runner().invoke(args=["backup", f"{tmp_path}/books/"])
    assert result.exit_code == 1
    assert result.output == f"Error: {tmp_path}/books can't be made: File exists.\n"


def test_encryption_needs_age(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    arguments = ["backup", str(tmp_path / "books"), "--encrypt-to", "age1key"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "The program `age` isn't installed" in result.output
    assert list(tmp_path.iterdir()) == []


def test_sizes_are_shown_as_one_says_them() -> None:
    assert [shown_size(size) for size in (1_200, 999_000, 1_250_000)] == [
        "1 kB",
        "999 kB",
        "1.2 MB",
    ]
