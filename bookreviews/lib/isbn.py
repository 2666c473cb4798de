"""International Standard Book Numbers: one spelling for each edition (ISO 2108)."""

from stdnum import isbn
from stdnum.exceptions import ValidationError


def isbn13_of(text: str) -> str | None:
    """Return the thirteen digits that `text` names, or None if it is no valid ISBN.

    Takes ISBN-10 and ISBN-13, with or without hyphens and spaces; checks the checksum.
    """
    try:
        return str(isbn.to_isbn13(isbn.validate(text))).replace("-", "").replace(" ", "")
    except ValidationError:
        return None
