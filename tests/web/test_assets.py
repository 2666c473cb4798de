"""Files whose address names their content."""

import gzip
import os
import re
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.config import ROOT
from bookreviews.web.assets import Assets, lay_out
from tests.client import Client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    for place in ("css", "img"):
        (folder / place).mkdir(parents=True)
    (folder / "css" / "a.css").write_text('a { mask: url("../img/a.svg") } b { color: red }')
    (folder / "css" / "b.css").write_text("b { mask: url(data:image/png;base64,AA) url(/x.svg) }")
    (folder / "img" / "a.svg").write_text("<svg/>")
    return folder


class TestDigests:
    def test_are_twelve_digits_and_the_same_again(self, folder: Path) -> None:
        digests = Assets(folder).digests
        assert set(digests) == {"css/a.css", "css/b.css", "img/a.svg"}
        assert all(re.fullmatch("[0-9a-f]{12}", digest) for digest in digests.values())
        assert Assets(folder).digests == digests

    def test_change_with_the_file_and_with_what_a_style_sheet_names(self, folder: Path) -> None:
        before = Assets(folder).digests
        (folder / "img" / "a.svg").write_text("<svg><path/></svg>")
        after = Assets(folder).digests
        assert {path for path in before if before[path] != after[path]} == {
            "img/a.svg",
            "css/a.css",
        }

    def test_of_what_is_not_there_are_none(self, folder: Path) -> None:
        assert Assets(folder).address_of("css/gone.css") == "/static/css/gone.css"

    def test_stand_in_style_sheets(self, folder: Path) -> None:
        assets = Assets(folder)
        sheet = assets.content_of("css/a.css").decode()
        assert f"url({assets.address_of('img/a.svg')})" in sheet
        assert assets.content_of("css/b.css") == (folder / "css" / "b.css").read_bytes()


class TestLayingOut:
    def test_writes_each_file_where_its_address_says(self, folder: Path, tmp_path: Path) -> None:
        assets, place = Assets(folder), tmp_path / "static"
        lay_out(assets, place)
        for path in assets.digests:
            written = tmp_path / assets.address_of(path).removeprefix("/")
            assert written.read_bytes() == assets.content_of(path)
            assert gzip.decompress(Path(f"{written}.gz").read_bytes()) == written.read_bytes()
        assert not list(place.rglob("*.new"))

    def test_leaves_what_is_there(self, folder: Path, tmp_path: Path) -> None:
        before, place = Assets(folder), tmp_path / "static"
        lay_out(before, place)
        (folder / "img" / "a.svg").write_text("<svg><path/></svg>")
        lay_out(Assets(folder), place)
        old = tmp_path / before.address_of("img/a.svg").removeprefix("/")
        assert old.read_text() == "<svg/>"
        assert len(list(place.rglob("a.svg"))) == 2

    @pytest.mark.parametrize(("days", "stays"), [(6, True), (8, False)])
    def test_removes_what_no_start_has_needed_for_a_week(
        self, folder: Path, tmp_path: Path, days: int, stays: bool
    ) -> None:
        before, place = Assets(folder), tmp_path / "static"
        lay_out(before, place)
        (folder / "img" / "a.svg").write_text("<svg><path/></svg>")
        after = Assets(folder)
        lay_out(after, place)
        for mark in place.glob("v-*/.left"):
            then = mark.stat().st_mtime - days * 24 * 60 * 60
            os.utime(mark, (then, then))
        lay_out(after, place)
        kept = [tmp_path / one.address_of("img/a.svg").removeprefix("/") for one in (before, after)]
        assert [file.exists() for file in kept] == [stays, True]

    def test_of_who_rolls_back_stay_again(self, folder: Path, tmp_path: Path) -> None:
        before, place = Assets(folder), tmp_path / "static"
        lay_out(before, place)
        (folder / "img" / "a.svg").write_text("<svg><path/></svg>")
        lay_out(Assets(folder), place)
        lay_out(before, place)
        left = {mark.parent.name for mark in place.glob("v-*/.left")}
        assert left.isdisjoint(f"v-{digest}" for digest in before.digests.values())
        assert left


class TestServing:
    @pytest.mark.usefixtures("book_id")
    def test_every_file_a_page_names_is_there(self, as_alex: Client, client: Client) -> None:
        for browser, path in (
            (client, "/"),
            (as_alex, "/books/python-for-beginners"),
            (as_alex, "/settings"),
        ):
            files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', browser.get(path).text))
            assert len(files) > 5
            for file in files:
                assert browser.get(file).status_code == 200, file

    def test_every_file_of_a_style_sheet_is_there(self, app: Flask, client: Client) -> None:
        asset = app.jinja_env.globals["asset"]
        sheets = sorted((ROOT / "static" / "css").glob("*.css"))
        named = [
            (sheet.name, file)
            for sheet in sheets
            for file in re.findall(
                r"url\([\"']?(?!data:)([^\"')]+)", client.get(asset(f"css/{sheet.name}")).text
            )
        ]
        assert named
        for sheet, file in named:
            answer = client.get(file)
            assert answer.status_code == 200, f"{sheet}: {file}"
            assert answer.cache_control.immutable, f"{sheet}: {file}"

    def test_is_kept_for_ever_by_everyone(self, app: Flask, as_alex: Client) -> None:
        answer = as_alex.get(app.jinja_env.globals["asset"]("css/base.css"))
        kept = answer.cache_control
        assert (kept.max_age, kept.public, kept.immutable) == (31536000, True, True)
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize("folder", ["/static", "/static/v-0123456789ab"])
    def test_of_no_version_or_another_asks_again(self, client: Client, folder: str) -> None:
        answer = client.get(f"{folder}/css/base.css")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize(
        "path",
        [
            "nothing.css",
            "../pyproject.toml",
            "..%2Fpyproject.toml",
            "%2e%2e/pyproject.toml",
            "css/..%5C..%5Cpyproject.toml",
            "a%00b",
            "css",
            "css/",
            "%FF",
        ],
    )
    def test_of_no_file_is_missing(self, client: Client, path: str) -> None:
        for folder in ("/static/v-0123456789ab/", "/static/"):
            assert client.get(folder + path).status_code == 404
