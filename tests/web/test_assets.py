"""Files whose address names their content."""

import re
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.config import ROOT
from bookreviews.web.assets import digest_of
from tests.client import Client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a { color: red }")
    (tmp_path / "b.js").write_text("b()")
    return tmp_path


class TestDigest:
    def test_is_twelve_digits_and_the_same_again(self, folder: Path) -> None:
        assert re.fullmatch("[0-9a-f]{12}", digest_of(folder))
        assert digest_of(folder) == digest_of(folder)

    def test_changes_with_bytes_names_and_files(self, folder: Path) -> None:
        digests = [digest_of(folder)]
        (folder / "b.js").write_text("b(1)")
        digests.append(digest_of(folder))
        (folder / "b.js").rename(folder / "c.js")
        digests.append(digest_of(folder))
        (folder / "c.js").rename(folder / "css" / "c.js")
        digests.append(digest_of(folder))
        (folder / "empty").write_text("")
        digests.append(digest_of(folder))
        assert len(set(digests)) == len(digests)


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
        with app.test_request_context():
            asset = app.jinja_env.globals["asset"]
        sheets = sorted((ROOT / "static" / "css").glob("*.css"))
        named = [
            (sheet.name, file)
            for sheet in sheets
            for file in re.findall(r"url\([\"']?(?!data:)([^\"')]+)", sheet.read_text())
        ]
        assert named
        for sheet, file in named:
            path = asset(f"css/{file}")
            assert client.get(path).status_code == 200, f"{sheet}: {file}"

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
