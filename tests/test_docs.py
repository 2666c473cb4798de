"""The documents say what is so: every setting is told of, and every link leads somewhere."""

import re
import runpy
import sys
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from bookreviews.config import ROOT, Settings

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
_FILE = re.compile(r"`((?:bookreviews|templates|static|tests|migrations|docs|web|api)/[\w./-]+)`")


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_configuration_tells_of_each_setting(setting: "Field[Any]") -> None:
    table = (ROOT / "docs/configuration.md").read_text()
    (row,) = re.findall(rf"^\| `{setting.name.upper()}` \|.*$", table, re.MULTILINE)
    assert setting.metadata["meaning"] in row


def test_the_table_of_settings_is_what_the_code_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # In this process: to start another takes seconds.
    monkeypatch.setattr(sys, "path", [*sys.path])  # the script adds to it
    script = runpy.run_path(str(ROOT / "scripts" / "configuration"))
    assert (script["main"](["--check"]), capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_files_exist(document: Path) -> None:
    text = document.read_text()
    missing = [link for link in _LINK.findall(text) if not (document.parent / link).exists()]
    missing += [
        name
        for name in _FILE.findall(text)
        if not (ROOT / name).exists() and not (ROOT / "bookreviews" / name).exists()
    ]
    assert not missing
