"""Packing and unpacking: a gzipped tar, encrypted by `age` where that is asked for.

Nothing is extracted by the names in an archive: a part's content goes into a file that we name,
and any other member is refused. So no archive can write anywhere else.
"""

import gzip
import io
import os
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from bookreviews.backups.manifest import Manifest, Part
from bookreviews.backups.refusals import BackupRefused

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1024 * 1024
_GZIP = b"\x1f\x8b"
_AGE = (b"age-encryption.org/", b"-----BEGIN AGE")
_BLOCK = 1024 * 1024
_DAMAGED = "This backup is damaged or cut off: {}. Nothing was changed."


def pack(folder: Path, manifest: Manifest, file: Path, recipients: Sequence[str]) -> None:
    """Write the parts in `folder` with their manifest into a new file that only we may read."""
    if recipients:
        _find_age()
    with (
        open(file, "xb", opener=_private) as out,
        _encrypted(out, recipients) as stream,
        gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        text = manifest.to_json()
        head = tarfile.TarInfo(_MANIFEST)
        head.size, head.mode = len(text), 0o600
        head.mtime = int(manifest.made_at.timestamp())
        tar.addfile(head, io.BytesIO(text))
        for name in manifest.parts:
            tar.add(folder / name, arcname=name, filter=_anonymous)
    _keep(file)


def unpack(archive: Path, into: Path, identity: Path | None) -> Manifest:
    """Put the parts of an archive into a folder, all checked, and return their manifest."""
    try:
        with (
            archive.open("rb", buffering=0) as file,  # age reads on where we stand
            _decrypted(file, identity) as stream,
            gzip.GzipFile(fileobj=stream, mode="rb") as packed,
        ):
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                manifest = _unpack(tar, into)
            while packed.read(_BLOCK):  # gzip's own checksum comes last
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupRefused(_DAMAGED.format("it can't be read to its end")) from error
    for name, part in manifest.parts.items():
        if not (into / name).exists() or Part.of(into / name) != part:
            raise BackupRefused(_DAMAGED.format(f"the checksum of {name} is wrong"))
    return manifest


def _unpack(tar: tarfile.TarFile, into: Path) -> Manifest:
    members = iter(tar)
    first = next(members, None)
    if first is None or first.name != _MANIFEST or not first.isreg():
        raise BackupRefused("This is an archive, but not a backup that BookReviews made.")
    if first.size > _LARGEST_MANIFEST:
        raise BackupRefused(_DAMAGED.format("its manifest is too large"))
    manifest = Manifest.from_json(_content(tar, first).read())
    _check_space(into, sum(part.size for part in manifest.parts.values()))
    for member in members:
        part = manifest.parts.get(member.name)
        if part is None or not member.isreg() or member.size != part.size:
            raise BackupRefused(_DAMAGED.format("it holds what its manifest doesn't list"))
        with (into / member.name).open("xb") as file:
            shutil.copyfileobj(_content(tar, member), file, _BLOCK)
    return manifest


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    assert content is not None  # it is a regular file
    return content


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupRefused(
            f"The backup needs {needed // 2**20} MB in {folder}, where {free // 2**20} are free."
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owns the file on this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _keep(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(file: Path, target: Path) -> None:
    """Give a finished file its name, unless something has it already."""
    try:
        os.link(file, target)
    except FileExistsError:
        raise BackupRefused(f"{target} exists already, and is never overwritten.") from None
    except OSError:  # a file system without links
        if target.exists():
            raise BackupRefused(f"{target} exists already, and is never overwritten.") from None
        file.rename(target)
    _keep(target.parent)


# ---- age ----------------------------------------------------------------------------------------
def _find_age() -> str:
    program = shutil.which("age")
    if program is None:
        raise BackupRefused(
            "The program `age` isn't installed, which encrypts backups and opens those it "
            "encrypted: apt install age, or see https://age-encryption.org."
        )
    return program


@contextmanager
def _encrypted(out: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """Give what writes to `out`, through age if it is for somebody."""
    if not recipients:
        yield out
        return
    to = [word for recipient in recipients for word in ("--recipient", recipient)]
    command = [_find_age(), "--encrypt", *to]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE
    ) as age:
        assert age.stdin is not None
        try:
            yield age.stdin
            age.stdin.close()
        except BrokenPipeError:  # age has ended before us, and says why
            with suppress(BrokenPipeError):
                age.stdin.close()
        if age.wait() != 0:
            raise BackupRefused(f"age could not encrypt the backup: {_words_of(age)}")


@contextmanager
def _decrypted(file: IO[bytes], identity: Path | None) -> Iterator[IO[bytes]]:
    """Give what reads the gzipped tar in `file`, or refuse what is no backup."""
    start = file.read(32)
    file.seek(0)
    if start.startswith(_GZIP):
        yield file
        return
    if not start.startswith(_AGE):
        raise BackupRefused("This isn't a backup that BookReviews made.")
    if identity is None:
        raise BackupRefused("This backup is encrypted; name the key's file with --identity.")
    command = [_find_age(), "--decrypt", "--identity", str(identity)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as age:
        assert age.stdout is not None
        try:
            yield age.stdout
        except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error):
            age.stdout.close()
            if age.wait() == 0:
                raise
        if age.wait() != 0:
            raise BackupRefused(f"age could not decrypt the backup: {_words_of(age)}")


def _words_of(age: "subprocess.Popen[bytes]") -> str:
    assert age.stderr is not None
    lines = age.stderr.read().decode(errors="replace").strip().splitlines()
    return lines[0] if lines else f"it ended with {age.returncode}"
