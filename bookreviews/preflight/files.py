"""Files that others on this machine may read, and the space that is left for ours."""

import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from bookreviews.preflight.findings import Finding

# Containers mount secrets there, readable by whoever runs in the container, which is us alone.
_MOUNTED = Path("/run/secrets")
_LEAST_SPACE = 500_000_000


def look_at_secrets(files: Mapping[str, Path]) -> Iterator[Finding]:
    """Yield the files of secrets, by the variables that name them, which anybody may read."""
    for variable, file in files.items():
        if is_open_to_others(file) and not file.resolve().is_relative_to(_MOUNTED):
            yield Finding(
                f"{variable} names a file that everyone on this machine may read.",
                f"chmod 600 {file}",
            )


def look_at_database_file(file: Path, *, least: int | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the place of an SQLite database."""
    if is_open_to_others(file):
        yield Finding(
            f"Everyone on this machine may read the database {file}.",
            f"chmod o-rwx {file}*, or better its whole folder: chmod 700 {file.parent}",
        )
    needed = max(_LEAST_SPACE if least is None else least, _size(file))  # a copy must fit
    yield from look_at_space(file.parent, needed=needed)


def look_at_space(folder: Path, *, needed: int = _LEAST_SPACE) -> Iterator[Finding]:
    """Yield a finding where less is free than a bad day needs."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding(
            f"The folder {folder} can't be looked at: {error.strerror}.", "See who owns it."
        )
        return
    if free < needed:
        yield Finding(
            f"Only {free // 1_000_000} MB are free in {folder}; "
            f"{needed // 1_000_000} MB would see it through a bad day.",
            "See docs/operations/backup.md for what may go, or enlarge the disk.",
        )


def is_open_to_others(file: Path) -> bool:
    """Tell whether anybody may read this file, and every folder on the way lets them through."""
    path = file.resolve()
    try:
        return bool(path.stat().st_mode & stat.S_IROTH) and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in path.parents
        )
    except OSError:
        return False


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
