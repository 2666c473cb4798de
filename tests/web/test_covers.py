"""Giving a book a picture as its cover, and everything that may be sent instead."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.images.reading import LARGEST_FILE
from bookreviews.extensions import bound
from bookreviews.moderation.subjects import work_subject
from bookreviews.moderation.vocabulary import COVER
from tests import rulings
from tests.catalog.acts import trust
from tests.catalog.images.pictures import picture
from tests.client import Client, client_of, has_form

BOOK = "/books/python-for-beginners"
FORM = f"{BOOK}/cover"


@pytest.fixture
def as_mo(app: Flask, mo: Viewer, book_id: int) -> Client:
    return client_of(app, mo)


def send(client: Client, content: bytes, *, name: str = "cover.png", **more: Any) -> TestResponse:
    return client.submit(FORM, FORM, picture=(BytesIO(content), name), **more)


def pictures_in(page: str) -> list[str]:
    return re.findall(r'<img class="cover [^>]*src="([^"]+)"', page)


def test_a_picture_takes_the_place_of_the_drawn_cover(as_mo: Client, client: Client) -> None:
    answer = send(as_mo, picture(size=(600, 900)))
    assert (answer.status_code, answer.location) == (303, BOOK)
    page = client.get(BOOK).text
    (address,) = pictures_in(page)
    assert 'width="480" height="720"' in page
    assert '<svg class="cover' not in page.partition("similar-title")[0].partition("<main")[2]
    served = client.get(address)
    assert (served.status_code, served.mimetype) == (200, "image/webp")
    assert "immutable" in served.headers["Cache-Control"]
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(served.data)).size == (480, 720)
    (preview,) = re.findall(r'og:image" content="http://localhost([^"]+)"', page)
    assert client.get(preview).mimetype == "image/jpeg"


def test_the_drawn_cover_comes_back(as_mo: Client, client: Client) -> None:
    send(as_mo, picture())
    assert as_mo.submit(FORM, f"{FORM}/removal").status_code == 303
    assert pictures_in(client.get(BOOK).text) == []


def test_the_history_tells_who_gave_and_who_took_it(as_mo: Client, client: Client) -> None:
    send(as_mo, picture())
    as_mo.submit(FORM, f"{FORM}/removal")
    history = client.get(f"{BOOK}/history").text
    assert history.count("<dt>Cover</dt>") == 2
    assert ">Mo</a>" in history
    assert f"{BOOK}/cover" not in history
    change = as_mo.get("/changes/1").text
    assert "a picture" in change
    assert not has_form(change, "/changes/1/reversal")
    typed = {"csrf_token": as_mo.token, "summary": "Wrong."}
    assert as_mo.post("/changes/1/reversal", data=typed).status_code == 409
    edit = {"title": "Another title"}
    assert as_mo.submit(f"{BOOK}/edit", f"{BOOK}/changes", **edit).status_code == 303


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "cover.png"),
        (b"<script>alert(1)</script>", "cover.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cover.jpg"),
        (picture()[:400], "cover.png"),
        (picture(size=(90, 90)), "../../etc/passwd"),
    ],
)
def test_what_is_no_cover_is_refused_on_the_same_page(
    as_mo: Client, content: bytes, name: str
) -> None:
    answer = send(as_mo, content, name=name)
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.text
    assert list(bound("media").names("")) == []


def test_a_form_without_a_file_is_refused(as_mo: Client) -> None:
    for typed in ("", "a text instead"):
        answer = as_mo.post(FORM, data={"csrf_token": as_mo.token, "picture": typed})
        assert answer.status_code == 422


def test_a_stale_token_saves_nothing(as_mo: Client) -> None:
    assert send(as_mo, picture(), csrf_token="stale").status_code == 422
    assert list(bound("media").names("")) == []


def test_only_this_form_may_be_large(as_mo: Client) -> None:
    noise = BytesIO(bytes(2 * 1024 * 1024))
    data = {"csrf_token": as_mo.token, "picture": (noise, "cover.png")}
    assert as_mo.post(f"{BOOK}/reports", data=dict(data)).status_code == 413
    whole = {"csrf_token": as_mo.token, "picture": (BytesIO(bytes(LARGEST_FILE + 1)), "c.png")}
    assert as_mo.post(FORM, data=whole).status_code == 422
    more = {"csrf_token": as_mo.token, "picture": (BytesIO(bytes(LARGEST_FILE + 100_000)), "c")}
    answer = as_mo.post(FORM, data=more)
    assert answer.status_code == 413
    assert has_form(answer.text, FORM)
    assert f"{LARGEST_FILE // 2**20} MB" in answer.text.partition('id="picture-error"')[2]


def test_readers_are_told_who_may(as_bo: Client, book_id: int) -> None:
    answer = as_bo.get(FORM)
    assert answer.status_code == 403
    assert "You can report a cover" in answer.text


@pytest.mark.parametrize(("reason", "back"), [("wrong_data", 1), ("illegal", 0)])
def test_a_report_can_end_with_the_drawn_cover(
    as_mo: Client, client: Client, mo: Viewer, bo: Viewer, book_id: int, reason: str, back: int
) -> None:
    send(as_mo, picture())
    case_id = rulings.report(bo, work_subject(book_id, kind=COVER), reason=reason)
    action_id = rulings.decide(case_id, mo, "remove", reason=reason)
    assert pictures_in(client.get(BOOK).text) == []
    rulings.take_back(action_id, mo)
    assert len(pictures_in(client.get(BOOK).text)) == back


@pytest.mark.parametrize("name", ["covers/ab/none.webp", "../pyproject.toml", "x.webp", "a.html"])
def test_what_nobody_gave_is_missing(client: Client, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_book_leads_to_it_who_may(
    client: Client, as_alex: Client, as_mo: Client, alex: Viewer
) -> None:
    link = f'href="{FORM}"'
    assert link not in client.get(BOOK).text
    assert link not in as_alex.get(BOOK).text
    trust(alex)
    assert link in as_alex.get(BOOK).text
    assert link in as_mo.get(BOOK).text
