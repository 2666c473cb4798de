"""The two things one does with backups: make one, and restore it into an empty place."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

from bookreviews.backups import archive, media, postgresql, sqlite
from bookreviews.backups.manifest import MEDIA, PART_OF, SQLITE, Manifest, Part
from bookreviews.backups.refusals import BackupRefused, told_as_refusals
from bookreviews.config import ROOT
from bookreviews.extensions import bound, engine
from bookreviews.lib import revisions

_MIGRATIONS = ROOT / "migrations"


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that was made."""

    file: Path
    size: int
    manifest: Manifest


def back_up(target: Path, *, encrypt_to: Sequence[str] = (), at: datetime) -> Written:
    """Write the whole database, as it is at one moment, and all covers, into a new file.

    Where `target` is a folder, the file in it is named after the moment. It gets its name when
    it is complete, so whatever has the name of a backup is one.
    """
    with told_as_refusals():
        file = target / _name(at, is_encrypted=bool(encrypt_to)) if target.is_dir() else target
        if file.exists():
            raise BackupRefused(f"{file} exists already, and is never overwritten.")
        if not file.parent.is_dir():
            raise BackupRefused(f"There is no folder {file.parent}.")
        with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as name:
            folder = Path(name)
            manifest = _dump(folder, at)
            archive.pack(folder, manifest, folder / "archive", encrypt_to)
            archive.put_in_place(folder / "archive", file)
        return Written(file, file.stat().st_size, manifest)


def restore(file: Path, *, identity: Path | None = None) -> Manifest:
    """Restore a backup into the empty database, whole or not at all."""
    with told_as_refusals():
        kind = engine().dialect.name
        database = _database(kind)
        database.check_empty(engine())
        # A finished SQLite file is moved into place, which only works on the same disk.
        beside = sqlite.file_of(engine()).parent if kind == SQLITE else None
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
            folder = Path(name)
            manifest = archive.unpack(file, folder, identity)
            _check_fits(manifest, kind)
            if MEDIA in manifest.parts:  # files first: what a row names is there when it is
                media.load(bound("media"), folder / MEDIA)
            database.load(engine(), folder / PART_OF[kind], manifest)
        return manifest


def _dump(folder: Path, at: datetime) -> Manifest:
    kind = engine().dialect.name
    part = folder / PART_OF[kind]
    revision, tables = _database(kind).dump(engine(), part)
    if revision is None:
        raise BackupRefused("This database has no tables yet; there is nothing to back up.")
    media.dump(bound("media"), folder / MEDIA)  # after the rows that name the files
    return Manifest(
        made_at=at,
        made_by=_own_version(),
        database=kind,
        revision=revision,
        tables=tables,
        parts={name: Part.of(folder / name) for name in (part.name, MEDIA)},
    )


def _check_fits(manifest: Manifest, kind: str) -> None:
    """Refuse a backup of the other database, or of tables that we don't know."""
    if manifest.database != kind:
        raise BackupRefused(
            f"This is a backup of {manifest.database}, and DATABASE_URL names {kind}. A backup is "
            "restored into the kind of database it comes from."
        )
    if manifest.revision not in revisions.known(_MIGRATIONS):
        raise BackupRefused(
            f"This backup's tables are at {manifest.revision}, which this BookReviews "
            f"({_own_version()}) doesn't know. Version {manifest.made_by} made it: install that, "
            "or a newer one."
        )


def _database(kind: str) -> ModuleType:
    return sqlite if kind == SQLITE else postgresql


def _name(at: datetime, *, is_encrypted: bool) -> str:
    return f"bookreviews-{at:%Y%m%dT%H%M%SZ}.tar.gz" + (".age" if is_encrypted else "")


def _own_version() -> str:
    try:
        return version("bookreviews")
    except PackageNotFoundError:
        return "unknown"
