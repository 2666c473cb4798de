"""Whose picture a book shows, since when, and what is swept out."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.images import covers
from bookreviews.catalog.images.making import MadeCover, files_of, make_cover
from bookreviews.catalog.images.reading import read_cover
from bookreviews.errors import Conflict, NotFound
from bookreviews.lib.storage import Folder
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.transactions import transaction
from tests.catalog.images.pictures import picture
from tests.conftest import NOON, any_database

RED = make_cover(read_cover(picture(colour=(200, 0, 0))))
BLUE = make_cover(read_cover(picture(colour=(0, 0, 200))))
LATER = NOON + covers.KEPT_FOR + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "media")


def give(work_id: int, made: MadeCover, by: Viewer, folder: Folder, *, at: datetime = NOON) -> None:
    with transaction():
        covers.give_cover(work_id=work_id, made=made, storage=folder, uploader_id=by.id, at=at)


def take(work_id: int, *, at: datetime = NOON) -> str | None:
    with transaction():
        return covers.take_cover(work_id=work_id, at=at)


def sweep(folder: Folder, *, at: datetime) -> int:
    with transaction():
        covers.forget_replaced(at=at)
    swept = 0
    for files in covers.old_files(folder, at=at):
        with transaction():
            swept += covers.sweep_files(folder, files)
    return swept


def age(folder: Folder) -> None:
    """Let all files be from long ago."""
    for place in folder.root.rglob("*"):
        os.utime(place, (0, 0))


def shown(work_id: int) -> str | None:
    cover: str | None = get_rated_work_by_id(work_id).cover
    return cover


@any_database
def test_the_last_one_given_shows_and_the_page_is_made_anew(
    mo: Viewer, book_id: int, folder: Folder
) -> None:
    assert shown(book_id) is None
    for made in (RED, RED, BLUE):
        give(book_id, made, mo, folder)
        assert shown(book_id) == made.name
    assert [(row.name, row.left_at) for row in covers.covers_of(book_id)] == [
        (BLUE.name, None),
        (RED.name, NOON),
    ]
    assert all(folder.get(file) for made in (RED, BLUE) for file in made.files)


@any_database
def test_what_was_replaced_long_ago_is_swept_out(
    mo: Viewer, book_id: int, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covers, "_PORTION", 2)
    for made in (RED, BLUE):
        give(book_id, made, mo, folder)
    age(folder)
    assert sweep(folder, at=NOON + timedelta(days=2)) == 0
    assert sweep(folder, at=LATER) == 3
    assert {name for name, _ in folder.names("")} == set(files_of(BLUE.name))


def test_what_no_transaction_has_named_is_swept_out(app: Flask, folder: Folder) -> None:
    folder.put("covers/ab/one.webp", b"")
    assert sweep(folder, at=NOON - timedelta(days=3650)) == 0  # it may be named in a moment
    age(folder)
    assert sweep(folder, at=NOON) == 1


def test_one_that_was_taken_can_be_put_back(mo: Viewer, book_id: int, folder: Folder) -> None:
    give(book_id, RED, mo, folder)
    assert take(book_id) == RED.name
    assert shown(book_id) is None
    with transaction():
        covers.put_cover_back(work_id=book_id, name=RED.name)
    assert shown(book_id) == RED.name
    with pytest.raises(Conflict), transaction():
        covers.put_cover_back(work_id=book_id, name=RED.name)


def test_a_book_that_is_not_there_gets_none(mo: Viewer, folder: Folder) -> None:
    with pytest.raises(NotFound):
        give(4711, RED, mo, folder)
    assert list(folder.names("")) == []
