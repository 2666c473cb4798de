"""Archives can't write elsewhere, hold only what they list, and may be encrypted."""

import io
import json
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bookreviews.backups.archive import pack, unpack
from bookreviews.backups.manifest import PART_OF, SQLITE, VERSION, Manifest, Part, Table
from bookreviews.backups.refusals import BackupRefused
from tests.conftest import NOON

PART = PART_OF[SQLITE]
# Stands in for age: it turns letters round, and knows one key.
AGE = """#!/bin/sh
case "$1 $2 $3" in
"--encrypt --recipient age1good") printf 'age-encryption.org/v1\\n'; LC_ALL=C exec tr a-z b-za ;;
"--decrypt --identity good.key") head -c 22 >/dev/null; LC_ALL=C exec tr b-za a-z ;;
esac
echo "age: error: wrong key $3" >&2
exit 1
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    (tmp_path / PART).write_bytes(b"rows" * 1000)
    return Manifest(
        made_at=NOON,
        made_by="0.1.0",
        database=SQLITE,
        revision="0001",
        tables={"works": Table.of([b"a", b"b"])},
        parts={PART: Part.of(tmp_path / PART)},
    )


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def crafted(file: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(BackupRefused) as refused:
        act()
    return str(refused.value)


def test_what_was_packed_is_unpacked(manifest: Manifest, tmp_path: Path, into: Path) -> None:
    pack(tmp_path, manifest, tmp_path / "archive", [])
    assert unpack(tmp_path / "archive", into, None) == manifest
    assert (into / PART).read_bytes() == b"rows" * 1000
    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o600


def test_it_is_an_ordinary_tar_that_tells_nothing_of_its_maker(
    manifest: Manifest, tmp_path: Path
) -> None:
    pack(tmp_path, manifest, tmp_path / "archive", [])
    with tarfile.open(tmp_path / "archive") as tar:
        assert tar.getnames() == ["manifest.json", PART]
        assert {(one.uid, one.gid, one.uname, one.gname) for one in tar} == {(0, 0, "", "")}


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "into/../../escaped", "other"])
def test_a_member_that_is_not_listed_is_refused(
    manifest: Manifest, tmp_path: Path, into: Path, name: str
) -> None:
    members = [(tarfile.TarInfo("manifest.json"), manifest.to_json())]
    archive = crafted(tmp_path / "archive", *members, (tarfile.TarInfo(name), b"evil"))
    assert "holds what its manifest doesn't list" in refusal(lambda: unpack(archive, into, None))
    assert not list(into.iterdir())
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "evil"])
def test_a_manifest_that_lists_another_part_is_refused(
    manifest: Manifest, tmp_path: Path, into: Path, name: str
) -> None:
    told = json.loads(manifest.to_json())
    told["parts"] = {name: told["parts"][PART]}
    archive = crafted(
        tmp_path / "archive", (tarfile.TarInfo("manifest.json"), json.dumps(told).encode())
    )
    assert "its manifest can't be read" in refusal(lambda: unpack(archive, into, None))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_part_that_is_no_file_is_refused(
    manifest: Manifest, tmp_path: Path, into: Path, kind: bytes
) -> None:
    link = tarfile.TarInfo(PART)
    link.type, link.linkname = kind, "/etc/passwd"
    archive = crafted(
        tmp_path / "archive",
        (tarfile.TarInfo("manifest.json"), manifest.to_json()),
        (link, b""),
    )
    assert "holds what its manifest doesn't list" in refusal(lambda: unpack(archive, into, None))
    assert not list(into.iterdir())


def test_an_archive_without_its_part_is_refused(
    manifest: Manifest, tmp_path: Path, into: Path
) -> None:
    archive = crafted(tmp_path / "archive", (tarfile.TarInfo("manifest.json"), manifest.to_json()))
    assert f"the checksum of {PART} is wrong" in refusal(lambda: unpack(archive, into, None))


def test_an_archive_of_somebody_else_is_refused(tmp_path: Path, into: Path) -> None:
    for name, content in (("notes.txt", b"hello"), ("manifest.json", b'{"format": "other"}')):
        archive = crafted(tmp_path / name, (tarfile.TarInfo(name), content))
        words = "not a backup that BookReviews made"
        assert words in refusal(lambda archive=archive: unpack(archive, into, None))  # type: ignore[misc]


def test_a_newer_format_is_refused(manifest: Manifest, tmp_path: Path, into: Path) -> None:
    told = {**json.loads(manifest.to_json()), "version": VERSION + 1}
    archive = crafted(
        tmp_path / "archive", (tarfile.TarInfo("manifest.json"), json.dumps(told).encode())
    )
    words = refusal(lambda: unpack(archive, into, None))
    assert words.startswith(f"This backup has format {VERSION + 1}")
    assert "Install the version that made it" in words


def test_more_than_the_disk_holds_is_refused(
    manifest: Manifest, tmp_path: Path, into: Path
) -> None:
    told = json.loads(manifest.to_json())
    told["parts"][PART]["size"] = 2**60
    archive = crafted(
        tmp_path / "archive", (tarfile.TarInfo("manifest.json"), json.dumps(told).encode())
    )
    assert "are free" in refusal(lambda: unpack(archive, into, None))


class TestAge:
    @pytest.fixture
    def age(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program = tmp_path / "bin" / "age"
        program.parent.mkdir()
        program.write_text(AGE)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    @pytest.mark.usefixtures("age")
    def test_an_archive_is_for_who_has_the_key(
        self, manifest: Manifest, tmp_path: Path, into: Path
    ) -> None:
        archive = tmp_path / "archive"
        pack(tmp_path, manifest, archive, ["age1good"])
        assert archive.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        assert "--identity" in refusal(lambda: unpack(archive, into, None))
        words = refusal(lambda: unpack(archive, into, Path("bad.key")))
        assert words == "age could not decrypt the backup: age: error: wrong key bad.key"
        assert unpack(archive, into, Path("good.key")) == manifest

    @pytest.mark.usefixtures("age")
    def test_a_recipient_that_age_refuses_is_told(self, manifest: Manifest, tmp_path: Path) -> None:
        words = refusal(lambda: pack(tmp_path, manifest, tmp_path / "archive", ["nonsense"]))
        assert words.startswith("age could not encrypt the backup: age: error: wrong key")

    def test_without_the_program_it_says_where_to_get_it(
        self, manifest: Manifest, tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        words = refusal(lambda: pack(tmp_path, manifest, tmp_path / "archive", ["age1good"]))
        assert "`age` isn't installed" in words
        assert not (tmp_path / "archive").exists()
        (tmp_path / "archive").write_bytes(b"age-encryption.org/v1\n")
        words = refusal(lambda: unpack(tmp_path / "archive", into, Path("good.key")))
        assert "`age` isn't installed" in words
