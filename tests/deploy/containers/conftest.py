"""The image under test, built once, from a checkout in which somebody has left secrets about."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookreviews.config import ROOT
from tests.deploy.containers.engine import docker, new_name, require_engine

# What stands in files that must not travel: found nowhere in the image, unless they did.
PLANTED = "planted-here-and-to-be-found-nowhere"
_LEFT_LYING = (
    ".env",
    ".git/config",
    "secrets/old_key",
    "var/secret_key",
    "var/bookreviews.sqlite3",
    "bookreviews/.env",
    "scripts/private-key.pem",
)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project as it is checked out, with secrets in all the usual places."""
    require_engine()
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in _LEFT_LYING:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"LEFT={PLANTED}\n")
    return folder


@pytest.fixture(scope="session")
def image(checkout: Path) -> Iterator[str]:
    """Return the name of the image that the Dockerfile makes, with a tag that nobody has."""
    name = f"bookreviews:{new_name('image')}"
    docker("build", "--quiet", f"--tag={name}", str(checkout))
    yield name
    docker("image", "rm", "--force", name)
