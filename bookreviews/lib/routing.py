"""What can stand in an address at all: anything else leads nowhere, whatever the database."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from bookreviews.lib.orm import LARGEST_INTEGER


class RowId(IntegerConverter):
    """A number that a row could have."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_INTEGER, **options})


class Segment(UnicodeConverter):
    """A text that a column could hold: PostgreSQL's take no NUL."""

    def to_python(self, value: str) -> str:
        """Return the text as it came."""
        if "\0" in value:
            raise ValidationError
        return value


CONVERTERS = {"default": Segment, "string": Segment, "int": RowId}
