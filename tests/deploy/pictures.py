"""Giving a book a picture, as a browser sends it."""

import re
from io import BytesIO
from urllib.request import Request

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.catalog.images.pictures import picture
from tests.client import fields_of
from tests.walkthrough.visitor import Visitor

_COVER = re.compile(r'<img class="cover [^>]*src="(/media/[^"]+)"')


def give_cover(moderator: Visitor, book: str) -> str:
    """Give a book a cover; return the address at which its page shows it."""
    form = f"{book}/cover"
    fields = fields_of(moderator.get(form).text, form)
    file = FileStorage(BytesIO(picture()), "cover.png", "picture")
    boundary, body = encode_multipart({**fields, "picture": file})
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = moderator.ask(Request(moderator.address + form, body, kind))
    assert (answer.status, answer.headers["Location"]) == (303, book)
    found = _COVER.search(moderator.get(book).text)
    assert found, "the page shows no picture"
    return found[1]
