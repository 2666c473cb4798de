"""Files are there whole or not at all, under names of ours."""

import os
from pathlib import Path

import pytest

from bookreviews.lib.storage import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "media")


def test_what_is_put_is_there_until_it_is_deleted(folder: Folder) -> None:
    assert folder.get("covers/ab/one.webp") is None
    folder.put("covers/ab/one.webp", b"1")
    folder.put("covers/ab/one.webp", b"2")
    folder.put("covers/cd/two.webp", b"3")
    assert folder.get("covers/ab/one.webp") == b"2"
    assert [name for name, _ in folder.names("covers/")] == [
        "covers/ab/one.webp",
        "covers/cd/two.webp",
    ]
    folder.delete("covers/ab/one.webp")
    folder.delete("covers/ab/one.webp")
    assert folder.get("covers/ab/one.webp") is None


def test_everybody_may_read_what_is_put(folder: Folder) -> None:
    """As Nginx must, who is somebody else than the site, which keeps to itself under systemd."""
    usual = os.umask(0o077)
    try:
        folder.put("covers/ab/one.webp", b"1")
    finally:
        os.umask(usual)
    found = [folder.root, *sorted(folder.root.rglob("*"))]
    assert [oct(place.stat().st_mode & 0o777) for place in found] == ["0o755"] * 3 + ["0o644"]


@pytest.mark.parametrize(
    "name", ["", "../out", "covers/../../out", "/etc/passwd", "a//b", "A.webp", "a\0b", ".hidden"]
)
def test_no_name_leads_elsewhere(folder: Folder, name: str) -> None:
    for act in (folder.get, folder.delete):
        with pytest.raises(ValueError, match="no name of a file"):
            act(name)
    with pytest.raises(ValueError, match="no name of a file"):
        folder.put(name, b"")


def test_a_write_that_fails_leaves_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("covers/ab/one.webp", b"before")

    def fail(_handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        folder.put("covers/ab/one.webp", b"after")
    assert [name for name, _ in folder.names("covers/")] == ["covers/ab/one.webp"]
    assert folder.get("covers/ab/one.webp") == b"before"
