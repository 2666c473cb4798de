"""International Standard Book Numbers: one spelling for each edition (ISO 2108)."""

import re

from stdnum import isbn
from stdnum.exceptions import ValidationError

_SHORTEST_WITHOUT_NOUGHTS = 7
_THIRTEEN = re.compile(r"97[89][0-9]{10}")
_SHEET_MUSIC = "9790"  # an ISMN (ISO 10957), whose checksum is that of an ISBN


def isbn13_of(text: str) -> str | None:
    """Return the thirteen digits that `text` names, or None if it is no valid ISBN.

    Takes ISBN-10 and ISBN-13, with or without hyphens and spaces; checks the checksum. Numbers of
    sheet music, 979-0, are none.
    """
    digits = _thirteen_of(text)
    return None if digits.startswith(_SHEET_MUSIC) else digits or None


def is_ismn(text: str) -> bool:
    """Tell whether `text` is a valid number of sheet music in thirteen digits."""
    return _thirteen_of(text).startswith(_SHEET_MUSIC)


def _thirteen_of(text: str) -> str:
    """Return the digits of a number whose checksum holds, or ""."""
    if _THIRTEEN.fullmatch(text):  # as most are written; the library takes ten times as long
        return text if _holds(text) else ""
    try:
        return str(isbn.to_isbn13(isbn.validate(text))).replace("-", "").replace(" ", "")
    except ValidationError:
        return ""


def _holds(digits: str) -> bool:
    numbers = [int(digit) for digit in digits]
    return (sum(numbers[::2]) + 3 * sum(numbers[1::2])) % 10 == 0


def isbn10_of(isbn13: str) -> str | None:
    """Return the ten characters that the same edition had before 2007; None for those since."""
    try:
        return str(isbn.compact(isbn.to_isbn10(isbn13)))
    except ValidationError:
        return None


def hyphenated(isbn13: str) -> str:
    """Return an ISBN as it is printed: by country, publisher, title, check digit."""
    return str(isbn.format(isbn13))


def as_isbn10(text: str) -> str:
    """Return digits that a spreadsheet may have taken the leading noughts from with ten again.

    What has fewer than seven or more than nine comes back as it is. The checksum isn't looked at.
    """
    return text.zfill(10) if _SHORTEST_WITHOUT_NOUGHTS <= len(text) < 10 else text
