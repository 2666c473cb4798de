"""The bytes of forms as text: damage shows, and nothing else changes."""

import pytest
from werkzeug.exceptions import BadRequest
from werkzeug.test import EnvironBuilder

from bookreviews.moderation.vocabulary import MOST_AT_ONCE
from bookreviews.web.decoding import Utf8Request

FORM = "application/x-www-form-urlencoded"


def request_of(body: bytes, kind: str = FORM) -> Utf8Request:
    return Utf8Request(EnvironBuilder(method="POST", data=body, content_type=kind).get_environ())


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("a", "3"), ("b", "2")]),
        (b"a=caf%C3%A9+%26+tea", [("a", "café & tea")]),
        ("a=café".encode(), [("a", "café")]),
        (b"a=&b", [("a", ""), ("b", "")]),
        (b"a=%zz%", [("a", "%zz%")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a=caf%E9", [("a", "caf\ufffd")]),
        (b"a=caf\xe9&b=2", [("a", "caf\ufffd"), ("b", "2")]),
        (b"%FF=x", [("\ufffd", "x")]),
        (b"a=%00", [("a", "\0")]),
    ],
)
def test_of_one_text(body: bytes, fields: list[tuple[str, str]]) -> None:
    assert list(request_of(body).form.items(multi=True)) == fields


def test_of_so_many_fields_that_a_bulk_can_spare_each_and_no_more() -> None:
    assert MOST_AT_ONCE + 10 < 600
    assert len(request_of(b"&".join([b"a=1"] * 600)).form.getlist("a")) == 600
    with pytest.raises(BadRequest):
        _ = request_of(b"&".join([b"a=1"] * 601)).form


def test_of_many_parts() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ncaf\xe9\r\n--x--\r\n'
    request = request_of(body, "multipart/form-data; boundary=x")
    assert request.form["a"] == "caf\ufffd"


def test_of_other_types_are_no_forms() -> None:
    assert not request_of(b"a=1", "text/plain").form
