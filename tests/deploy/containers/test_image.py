"""What is in the image, and what isn't."""

import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from tests.deploy.containers.conftest import PLANTED
from tests.deploy.containers.engine import HARDENED, docker

_SECRETS = re.compile(r"(^|/)(\.env|\.git|secret_key|old_key)(/|$)|^data/(?!(static|media)$).")
_ASSIGNED = re.compile(r"(KEY|TOKEN|PASSWORD|SECRET)\w*=\S|://[^\s/]+:[^\s/]+@")


def inside(image: str, *command: str) -> str:
    """Run one command in a container that can write nowhere and reach nobody."""
    return docker("run", "--rm", *HARDENED, "--network=none", image, *command)


def python(image: str, code: str) -> str:
    """Run Python in such a container."""
    return inside(image, "python", "-c", code)


def test_nobody_in_it_is_root_or_may_change_the_site(image: str) -> None:
    user = docker("inspect", "--format={{.Config.User}}", image)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert inside(image, "id", "-u") == user.split(":")[0]
    writable = "find / -xdev -not -type l -writable -not -path '/tmp*' -not -path '/data' 2>&1"
    found = inside(image, "sh", "-c", f"{writable} || true").splitlines()
    assert [path for path in found if "Permission denied" not in path] == []


def test_it_installs_and_compiles_nothing(image: str) -> None:
    programs = ["pip", "pip3", "cc", "gcc", "make", "uv"]
    assert python(image, f"import shutil; print([*filter(shutil.which, {programs})])") == "[]"
    modules = ["pip", "ensurepip", "flit_core"]
    find = f"from importlib.util import find_spec; print([*filter(find_spec, {modules})])"
    assert python(image, find) == "[]"


def test_it_has_the_packages_of_the_lock_file_and_no_others(image: str) -> None:
    """Whatever the day on which it is built: the same commit has the same packages."""
    listed = python(
        image,
        "from importlib.metadata import distributions as d; "
        "print(*(f'{one.name}=={one.version}' for one in d()))",
    )
    locked = inside(image, "cat", "requirements.txt")
    pinned = {
        name.lower().replace("_", "-") for name in re.findall(r"^[\w.-]+==[\w.+-]+", locked, re.M)
    }
    packages = {name.lower().replace("_", "-") for name in listed.split()}
    assert len(packages) > 20
    assert {name for name in packages if not name.startswith("bookreviews==")} <= pinned


def _plain(pin: str) -> str:
    return pin.lower().replace("_", "-")


def test_no_layer_holds_a_secret_that_lay_about(image: str) -> None:
    names = []
    for name, content in _files_of(image):
        names.append(name)
        assert PLANTED.encode() not in content, name
    assert "app/bookreviews/config/settings.py" in names
    assert [name for name in names if _SECRETS.search(name)] == []


def test_its_history_and_settings_hold_no_secret(image: str) -> None:
    history = docker("history", "--no-trunc", "--format={{.CreatedBy}}", image)
    settings = json.loads(docker("inspect", "--format={{json .Config.Env}}", image))
    assert "PORT=8000" in settings
    assert not _ASSIGNED.search("\n".join([history, *settings]))


def _files_of(image: str) -> Iterator[tuple[str, bytes]]:
    """Yield each file of each layer, those that a later layer hides included."""
    saving = subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE)
    with saving, tarfile.open(fileobj=saving.stdout, mode="r|") as saved:
        for part in saved:
            packed = saved.extractfile(part)
            if packed is not None and part.size > 0:
                yield from _files_in(packed)
    assert saving.returncode == 0


def _files_in(packed: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one layer; what else the engine tells of an image is no archive."""
    with suppress(tarfile.ReadError), tarfile.open(fileobj=packed, mode="r|*") as layer:
        for member in layer:
            content = layer.extractfile(member) if member.isfile() else None
            yield member.name, content.read() if content is not None else b""
