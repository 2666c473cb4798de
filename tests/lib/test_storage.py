"""Files are there whole or not at all, under names of ours."""

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
