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


class Year(IntegerConverter):
    """A year in which something could have been written; those before our era have a minus."""

    regex = "[0-9]{1,4}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=-3000, max=2200, signed=True)


class Decade(Year):
    """The first year of ten."""

    def to_python(self, value: str) -> int:
        """Return the year, which ends in 0."""
        year = int(super().to_python(value))
        if year % 10:
            raise ValidationError
        return year


CONVERTERS = {
    "default": Segment,
    "string": Segment,
    "int": RowId,
    "year": Year,
    "decade": Decade,
}
