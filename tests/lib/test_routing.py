"""What can't stand in an address leads nowhere, whatever the database."""

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from bookreviews.lib.routing import CONVERTERS

_ADDRESSES = Map(
    [
        Rule("/books/<slug>", endpoint="book"),
        Rule("/readers/<string:name>", endpoint="reader"),
        Rule("/reviews/<int:review_id>", endpoint="review"),
        Rule("/pages/<int(max=9):page>", endpoint="page"),
    ],
    converters=CONVERTERS,
).bind("localhost")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/books/emma", {"slug": "emma"}),
        ("/books/émile", {"slug": "émile"}),
        ("/readers/bo", {"name": "bo"}),
        ("/reviews/0", {"review_id": 0}),
        ("/reviews/2147483647", {"review_id": 2**31 - 1}),
        ("/pages/9", {"page": 9}),
    ],
)
def test_what_a_row_could_have_leads_on(path: str, values: dict[str, object]) -> None:
    assert _ADDRESSES.match(path)[1] == values


@pytest.mark.parametrize(
    "path",
    [
        "/books/em\x00ma",
        "/readers/\x00",
        "/reviews/2147483648",
        "/reviews/9223372036854775808",
        f"/reviews/{'9' * 4_000}",
        "/reviews/-1",
        "/reviews/one",
        "/reviews/1.0",
        "/pages/10",
    ],
    ids=lambda path: ascii(path)[:30],
)
def test_what_no_row_has_leads_nowhere(path: str) -> None:
    with pytest.raises(NotFound):
        _ADDRESSES.match(path)
