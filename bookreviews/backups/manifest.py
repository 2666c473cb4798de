"""What a backup says of itself: where it comes from, and what must be in it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bookreviews.backups.refusals import BackupRefused

FORMAT = "bookreviews backup"
VERSION = 2  # since 2 there may be files besides the database
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
# The part that holds the database.
PART_OF = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}
# The part that holds what people gave us as files.
MEDIA = "media.tar"
_MODULUS = 2**256
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """What a table holds: so many rows, and a digest of them whatever their order."""

    rows: int
    digest: str

    @classmethod
    def of(cls, rows: Iterable[bytes]) -> "Table":
        """Count and digest rows; a sum has no order, so the database needn't sort."""
        count = total = 0
        for row in rows:
            count += 1
            total += int.from_bytes(sha256(row).digest(), "big")
        return cls(count, f"{total % _MODULUS:064x}")


Census = dict[str, Table]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive."""

    size: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> "Part":
        """Measure a file and take its checksum."""
        digest = sha256()
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        return cls(file.stat().st_size, digest.hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself."""

    made_at: datetime
    made_by: str
    database: str
    revision: str
    tables: Census
    parts: dict[str, Part]

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> bytes:
        """Write it down."""
        told = {"format": FORMAT, "version": VERSION, **asdict(self)}
        told["made_at"] = self.made_at.isoformat(timespec="seconds")
        return json.dumps(told, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read it, or refuse what isn't ours, too new for us, or damaged."""
        try:
            told = json.loads(text)
            is_ours = told["format"] == FORMAT
            version = int(told["version"])
        except (ValueError, TypeError, KeyError):
            is_ours, version = False, 0
        if not is_ours:
            raise BackupRefused(
                "This is an archive, but not a backup that BookReviews made, or a damaged one."
            )
        if version > VERSION:
            raise BackupRefused(
                f"This backup has format {version}, and this BookReviews knows formats up to "
                f"{VERSION}. Install the version that made it, or a newer one."
            )
        try:
            return cls._read(told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupRefused("This backup is damaged: its manifest can't be read.") from error

    @classmethod
    def _read(cls, told: dict[str, Any]) -> "Manifest":
        database = told["database"]
        parts = {name: Part(int(p["size"]), str(p["sha256"])) for name, p in told["parts"].items()}
        if set(parts) - {MEDIA} != {PART_OF[database]}:
            raise ValueError("it lists other parts than we know")
        return cls(
            made_at=datetime.fromisoformat(told["made_at"]),
            made_by=str(told["made_by"]),
            database=database,
            revision=str(told["revision"]),
            tables={
                name: Table(int(t["rows"]), str(t["digest"])) for name, t in told["tables"].items()
            },
            parts=parts,
        )

    def check_tables(self, found: Census) -> None:
        """Refuse tables that aren't, row for row, what was backed up."""
        wrong = sorted(
            name
            for name in self.tables.keys() | found.keys()
            if self.tables.get(name) != found.get(name)
        )
        if wrong:
            raise BackupRefused(
                "What was restored isn't what was backed up, and was taken back. It differs in: "
                + ", ".join(wrong)
            )
