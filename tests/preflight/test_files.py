"""Who may read a file depends on it and on every folder above it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookreviews.preflight import files
from bookreviews.preflight.files import (
    is_open_to_others,
    look_at_database_file,
    look_at_secrets,
    look_at_space,
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def secret(open_folder: Path) -> Path:
    file = open_folder / "secret"
    file.write_text("hunter2")
    file.chmod(0o644)
    return file


def test_a_file_is_open_until_it_or_a_folder_above_is_closed(
    open_folder: Path, secret: Path
) -> None:
    assert is_open_to_others(secret)
    open_folder.chmod(0o750)
    assert not is_open_to_others(secret)
    open_folder.chmod(0o755)
    secret.chmod(0o640)
    assert not is_open_to_others(secret)
    assert not is_open_to_others(open_folder / "nothing")


def test_a_secret_that_everyone_may_read_is_told_and_not_shown(secret: Path) -> None:
    (finding,) = look_at_secrets({"SECRET_KEY_FILE": secret})
    assert finding.problem.startswith("SECRET_KEY_FILE names a file that everyone")
    assert finding.mend == f"chmod 600 {secret}"
    assert "hunter2" not in str(finding)
    secret.chmod(0o600)
    assert [*look_at_secrets({"SECRET_KEY_FILE": secret})] == []


def test_what_a_container_mounts_is_not_told(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MOUNTED", secret.parent.resolve())
    assert [*look_at_secrets({"SECRET_KEY_FILE": secret})] == []


def test_a_database_that_everyone_may_read_is_told(secret: Path) -> None:
    (finding,) = look_at_database_file(secret, least=0)
    assert finding.problem == f"Everyone on this machine may read the database {secret}."
    secret.chmod(0o600)
    assert [*look_at_database_file(secret, least=0)] == []


def test_little_space_is_told(open_folder: Path) -> None:
    assert [*look_at_space(open_folder, needed=0)] == []
    (finding,) = look_at_space(open_folder, needed=2**60)
    assert "MB are free in" in finding.problem
    (finding,) = look_at_space(open_folder / "nothing")
    assert "can't be looked at: No such file or directory." in finding.problem
