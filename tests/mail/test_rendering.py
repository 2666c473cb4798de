"""All templates are there in both forms; a letter is never sent with a hole in it."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from bookreviews.config import ROOT
from bookreviews.mail import rendering
from bookreviews.mail.rendering import render

FOLDER = ROOT / "templates" / "mail"
TEMPLATES = sorted({file.stem for file in FOLDER.iterdir()} - {"layout"})
SITE = {"site_name": "Bo & Friends", "site_url": "https://books.example"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for templates of a test's own."""
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    monkeypatch.setattr(rendering, "ROOT", tmp_path)
    rendering._templates.cache_clear()
    yield tmp_path / "templates" / "mail"
    rendering._templates.cache_clear()


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_is_there_as_text_with_a_subject_and_in_the_sites_layout(template: str) -> None:
    text = (FOLDER / f"{template}.txt").read_text()
    assert text.startswith("Subject: ")
    assert '{% extends "mail/layout.html" %}' in (FOLDER / f"{template}.html").read_text()


def test_a_letter_has_a_subject_text_and_html() -> None:
    words = render("test", SITE)
    assert words.subject == "A test from Bo & Friends"
    assert words.text.startswith("Mail from Bo & Friends arrives")
    assert words.html.startswith("<!doctype html>")
    assert "Mail from Bo &amp; Friends arrives" in words.html
    assert '<p style="margin:0 0 18px;">' in words.html


def test_a_missing_variable_is_an_error_where_it_would_be_printed(folder: Path) -> None:
    (folder / "note.html").write_text("{% if words %}{{ words }}{% endif %}")
    (folder / "note.txt").write_text("Subject: {{ title }}\n\nHello")
    with pytest.raises(UndefinedError, match="title"):
        render("note", {})
    assert render("note", {"title": "On\nBooks"} | SITE).html == ""


def test_a_subject_is_one_line_whatever_is_in_it(folder: Path) -> None:
    (folder / "note.html").write_text("{{ name }}, {{ at|day }}")
    (folder / "note.txt").write_text("Subject: {{ name }}, {{ at|day }}\n\nHello")
    words = render("note", {"name": "<b>\tBo", "at": "2026-03-14T12:00:00+00:00"})
    assert words.subject == "<b> Bo, 14 March 2026"
    assert words.html == "&lt;b&gt;\tBo, 14 March 2026"


def test_a_template_without_subject_is_an_error(folder: Path) -> None:
    (folder / "note.html").write_text("")
    (folder / "note.txt").write_text("Hello")
    with pytest.raises(ValueError, match="subject"):
        render("note", {})
