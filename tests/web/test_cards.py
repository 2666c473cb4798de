"""The card that other sites show where somebody names a book."""

import re
from io import BytesIO

from flask import Flask
from PIL import Image

from tests.client import Client
from tests.reviews.acts import add_work

BOOK = "/books/python-for-beginners"


def test_other_sites_are_shown_a_card_of_a_drawn_cover(book_id: int, client: Client) -> None:
    page = client.get(BOOK).text
    (path,) = re.findall(r'og:image" content="http://localhost(/cards/[^"]+)"', page)
    assert 'name="twitter:card" content="summary_large_image"' in page
    served = client.get(path)
    assert (served.status_code, served.mimetype) == (200, "image/png")
    assert "immutable" in served.headers["Cache-Control"]
    assert Image.open(BytesIO(served.data)).size == (1200, 630)


def test_a_card_that_said_something_else_leads_to_that_of_today(
    book_id: int, client: Client
) -> None:
    (path,) = re.findall(r"/cards/[^\"]+", client.get(BOOK).text)
    answer = client.get("/cards/1-0123456789abcdef.png")
    assert (answer.status_code, answer.location) == (302, path)
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_book_that_cannot_be_set_has_no_card(app: Flask, client: Client) -> None:
    work_id = add_work("三体")
    assert "og:image" not in client.get("/books/book").text
    assert client.get(f"/cards/{work_id}-0123456789abcdef.png").status_code == 404
