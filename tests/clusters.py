"""PostgreSQL clusters on Unix sockets: made, copied, started and stopped as their operators do."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.scratch import new_folder


@dataclass(frozen=True)
class Cluster:
    """A cluster in a folder of its own; its socket, data and log lie there."""

    folder: Path

    @classmethod
    def new(cls, name: str) -> "Cluster":
        """Return an empty folder for a cluster, which belongs to who will run it."""
        folder = new_folder(name)
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        return cls(folder)

    @property
    def data(self) -> Path:
        """Return where its files are."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """Return the address of its first database."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def create(self) -> None:
        """Make it new."""
        rights = ("-A", "trust", "-U", "postgres")
        run("initdb", "-D", self.data, *rights, "-N", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self, **settings: object) -> None:
        """Start it and wait until it takes connections."""
        quiet = {"unix_socket_directories": self.folder, "listen_addresses": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in (quiet | settings).items())
        log = self.folder / "log"
        run("pg_ctl", "-D", self.data, "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is as if its power were cut, `fast` as an operator does it."""
        run("pg_ctl", "-D", self.data, "-m", mode, "stop")

    def remove(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def programs() -> Path | None:
    """Return the folder of the newest server that is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent  # some are linked into a folder that has not all
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return versions[-1].parent if versions else None


def run(program: str, *arguments: object) -> None:
    """Run a program of PostgreSQL's, as the account that may."""
    folder = programs()
    assert folder is not None, "PostgreSQL's server is not installed; `make test` installs it."
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_whom, str(folder / program), *map(str, arguments)]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)
