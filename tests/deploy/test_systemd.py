"""systemd understands the services, and finds them well shut in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bookreviews.config import ROOT

_UNITS = sorted((ROOT / "deploy/systemd").glob("bookreviews-*.*"))
_SERVICES = [unit for unit in _UNITS if unit.suffix == ".service"]

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze, of Debian's systemd"
)


@needs_systemd
@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_no_fault_but_that_nothing_is_installed_here(unit: Path) -> None:
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    ).stderr
    told = [line for line in found.splitlines() if "bookreviews" in line]
    assert [line for line in told if "is not executable: No such file" not in line] == []


@pytest.mark.parametrize("service", _SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_not_root_and_can_become_nobody_else(service: Path) -> None:
    text = service.read_text()
    assert re.search(r"^User=(bookreviews|www-data)$", text, re.MULTILINE)
    for wall in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes"):
        assert f"\n{wall}\n" in text


@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.name)
def test_a_unit_names_what_a_release_has(unit: Path) -> None:
    """Programs of our own, by the place where deploy/systemd/release puts them."""
    named = re.findall(r"/srv/bookreviews/current/(\S+)", unit.read_text())
    assert {name for name in named if name} <= {".venv/bin/gunicorn", ".venv/bin/bookreviews"}
