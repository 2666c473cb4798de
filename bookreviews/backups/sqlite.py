"""SQLite: copied by its online backup, restored as a finished file that is moved into place."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine

from bookreviews.backups.manifest import Census, Manifest, Table
from bookreviews.backups.refusals import BackupRefused
from bookreviews.lib.sqlite import write_turn


def file_of(engine: Engine) -> Path:
    """Return the database's file."""
    if engine.url.database in (None, "", ":memory:"):
        raise BackupRefused("This database is in memory alone; it has nothing to back up.")
    return Path(str(engine.url.database))


def dump(engine: Engine, into: Path) -> tuple[str | None, Census]:
    """Copy the database as it is at one moment; return the copy's revision and what it holds.

    One step copies all pages from one snapshot, and in WAL mode writers go on meanwhile.
    """
    file = file_of(engine)
    if not file.exists():
        raise BackupRefused(f"There is no database at {file}.")
    with closing(_open(file, "ro")) as source, closing(sqlite3.connect(into)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file
        revision = None
        if "alembic_version" in _tables(copy):
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or [
                None
            ]
    return revision, census(into)


def census(file: Path) -> Census:
    """Return what a file holds, or refuse one that is damaged."""
    with closing(_open(file, "ro")) as connection:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise BackupRefused(f"The database is damaged: {verdict}")
        connection.text_factory = bytes  # also what isn't UTF-8
        return {name: Table.of(_rows(connection, name)) for name in _tables(connection)}


def check_empty(engine: Engine) -> None:
    """Refuse to restore where there are tables, or what is left of another database."""
    file = file_of(engine)
    if file.exists():
        with closing(_open(file, "rw")) as connection:
            if _tables(connection):
                raise BackupRefused(
                    f"{file} has tables, and a backup is only restored into an empty place. Stop "
                    f"the site and move that file away, with {file.name}-wal and -shm beside it; "
                    "or let DATABASE_URL name another."
                )
    for other in (Path(f"{file}-wal"), Path(f"{file}-journal")):
        # SQLite would take it for changes to what we put there.
        if other.exists() and other.stat().st_size:
            raise BackupRefused(
                f"{other} is left of another database, or that is still in use. Stop the site, "
                "then move the file away."
            )


def load(engine: Engine, part: Path, manifest: Manifest) -> None:
    """Check the copy row by row, then move it to where the database belongs."""
    manifest.check_tables(census(part))
    file = file_of(engine)
    part.chmod(0o600)  # reviews that wait and addresses are in it
    _belong_to_folder(part, file.parent)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    with write_turn(str(file)):
        check_empty(engine)
        part.replace(file)
    turn = Path(f"{file}-turn")
    if turn.exists():
        _belong_to_folder(turn, file.parent)


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, isolation_level=None)


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT CAST(name AS BLOB) FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [name.decode() for (name,) in found]


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    name = table.replace('"', '""')
    for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608
        yield repr(row).encode()


def _belong_to_folder(file: Path, folder: Path) -> None:
    """Give a file that root has made to whom the folder belongs: the site doesn't run as root."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
