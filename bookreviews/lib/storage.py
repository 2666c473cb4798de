"""Where files that people give us are kept: a folder, or a bucket (`buckets.py`).

Names are ours (`covers/3f/3f9a….webp`), never a reader's. A file is there whole or not at all, and
what has a name never changes: names are made from contents.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[a-z0-9]+(?:[/.-][a-z0-9]+)*")
_UNFINISHED = ".unfinished-"


class Storage(Protocol):
    """What can keep files."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a file; one of this name is replaced."""

    def get(self, name: str) -> bytes | None:
        """Return a file's content, or None where there is no such file."""

    def delete(self, name: str) -> None:
        """Forget a file, if it is there."""

    def names(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the names that begin so, each with the moment it was put."""


def is_name(name: str) -> bool:
    """Tell whether this could be the name of a file of ours; no other leads anywhere."""
    return bool(_NAME.fullmatch(name))


def _make_open(folder: Path) -> None:
    """Make a folder that everybody may look into, whatever is usual here: Nginx is another."""
    if folder.exists():
        return
    _make_open(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)


class Folder:
    """Files in a folder of this machine, or of one that it shares with others."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: bytes) -> None:
        """Write beside its place, then move it there: nobody ever reads half a file."""
        place = self._place(name)
        _make_open(place.parent)
        handle, draft = tempfile.mkstemp(prefix=_UNFINISHED, dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)  # Nginx reads it as somebody else
            Path(draft).replace(place)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes | None:
        """Read it whole; covers are small."""
        try:
            return self._place(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def delete(self, name: str) -> None:
        """Unlink it; its folder stays."""
        self._place(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Walk the folders, unfinished files of who was interrupted included."""
        for place in sorted(self.root.rglob("*")):
            name = place.relative_to(self.root).as_posix()
            if name.startswith(prefix) and place.is_file():
                yield name, datetime.fromtimestamp(place.stat().st_mtime, UTC)

    def _place(self, name: str) -> Path:
        if not is_name(name) and not Path(name).name.startswith(_UNFINISHED):
            raise ValueError(f"{name!r} is no name of a file of ours")
        return self.root / name
