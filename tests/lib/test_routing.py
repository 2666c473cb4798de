"""What can stand in an address, tried on a URL map of their own."""

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from bookreviews.lib.routing import CONVERTERS


@pytest.fixture
def addresses() -> MapAdapter:
    rules = [
        Rule("/rows/<int:number>", endpoint="row"),
        Rule("/few/<int(max=9):number>", endpoint="few"),
        Rule("/texts/<name>", endpoint="text"),
        Rule("/marks/<string(length=3):name>", endpoint="mark"),
    ]
    return Map(rules, converters=CONVERTERS).bind("localhost")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/rows/0", 0),
        ("/rows/2147483647", 2147483647),
        ("/few/9", 9),
        ("/texts/a b", "a b"),
        ("/texts/é\ufffd", "é\ufffd"),
        ("/marks/abc", "abc"),
    ],
)
def test_what_a_column_holds_is_taken(addresses: MapAdapter, path: str, value: int | str) -> None:
    _, values = addresses.match(path)
    assert list(values.values()) == [value]


@pytest.mark.parametrize(
    "path",
    [
        "/rows/2147483648",
        "/rows/-1",
        "/rows/1.0",
        "/rows/" + "9" * 5000,
        "/few/10",
        "/texts/a\0b",
        "/texts/\0",
        "/texts/",
        "/marks/a\0c",
        "/marks/abcd",
    ],
)
def test_nothing_else_is(addresses: MapAdapter, path: str) -> None:
    with pytest.raises(NotFound):
        addresses.match(path)


def test_addresses_are_made_as_before(addresses: MapAdapter) -> None:
    assert addresses.build("row", {"number": 7}) == "/rows/7"
    assert addresses.build("text", {"name": "a b"}) == "/texts/a%20b"
