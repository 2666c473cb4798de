"""What couldn't be taken from a file, in a file beside it, for a person to look at."""

import csv
import io
import os
from pathlib import Path
from typing import BinaryIO

from bookreviews.catalog.loading.batches import Written
from bookreviews.catalog.loading.streams import UnreadableFile

LONGEST_RAW = 1000
_HEADER = ("line", "outcome", "reason", "text")
IN_PART = "taken in part"


class Rejects:
    """The rejects of one load: made with the first, and cut back to where a load goes on.

    Each line has where the entry stands, whether it was rejected or taken in part, why, and what
    the file says there, its first thousand characters.
    """

    def __init__(self, path: Path, *, size: int) -> None:
        self.path = path
        self._size = size
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def add(self, written: Written) -> int:
        """Write what a batch rejected to the disk; return how large the file is then.

        What a batch that is undone has written is overwritten by the next.
        """
        rows = [
            (entry.line, outcome if outcome == "rejected" else IN_PART, reason, _shown(entry.raw))
            for entry, outcome, reasons in written.outcomes
            if outcome != "skipped"
            for reason in reasons
        ]
        return self._write(rows) if rows else self._size

    def keep(self, size: int) -> None:
        """Count what was written up to here as there: it has been committed."""
        self._size = size

    def _write(self, rows: list[tuple[int, str, str, str]]) -> int:
        file = self._opened()
        table = io.StringIO(newline="")
        writer = csv.writer(table)
        if not self._size:
            writer.writerow(_HEADER)
        writer.writerows(rows)
        file.seek(self._size)
        file.truncate()
        file.write(table.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
        return file.tell()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            try:
                self._file = self.path.open("r+b" if self.path.exists() else "w+b")
                self._size = min(self._size, self._file.seek(0, os.SEEK_END))
            except OSError as error:
                raise UnreadableFile(
                    f"The rejects can't be written to {self.path}: {error.strerror}. "
                    "Name another file with --rejects."
                ) from error
        return self._file


def place_beside(path: Path) -> Path:
    """Return where the rejects of a file go: beside it, or here if nothing can be written there."""
    beside = path.with_name(f"{path.name}.rejects.csv")
    return beside if os.access(beside.parent, os.W_OK) else Path(beside.name).absolute()


def _shown(raw: bytes) -> str:
    text = raw[: LONGEST_RAW * 4].decode("utf-8", "replace")[:LONGEST_RAW]
    return "".join(character if character.isprintable() else " " for character in text)
