"""Folders for what no test keeps: in memory where there is room, since disks may be slow to write.

To copy a PostgreSQL database takes milliseconds there, and a quarter of a second on some disks.
"""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30  # bytes; all that is kept there at the same time is a tenth of it


def new_folder(name: str) -> Path:
    """Make a folder that whoever asked for it deletes."""
    return Path(tempfile.mkdtemp(prefix=f"bookreviews-{name}-", dir=_place()))


def _place() -> Path | None:
    """Return the folder for folders, None for the usual one."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room else None
