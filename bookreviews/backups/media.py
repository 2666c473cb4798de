"""Files that people gave us, as one part of an archive: a tar of them by their names."""

import io
import tarfile
from pathlib import Path

from bookreviews.backups.refusals import BackupRefused
from bookreviews.lib.storage import Storage, is_name


def dump(storage: Storage, part: Path) -> None:
    """Write all files into a new tar, each as it is now; one that goes meanwhile is left out."""
    with tarfile.open(part, "x") as tar:
        for name, put_at in storage.names(""):
            content = storage.get(name) if is_name(name) else None
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(content), 0o600
                member.mtime = int(put_at.timestamp())
                tar.addfile(member, io.BytesIO(content))


def load(storage: Storage, part: Path) -> None:
    """Put the files of a tar where they belong; what has such a name already has that content."""
    with tarfile.open(part, "r") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not is_name(member.name):
                raise BackupRefused(
                    "This backup is damaged: it holds a file under a name that none of ours has."
                )
            storage.put(member.name, content.read())
