"""What is kept of an error: one line, and nothing of what a statement was asked with."""

import pytest
from sqlalchemy.exc import IntegrityError

from bookreviews.lib.failures import LONGEST, words_of


def test_class_and_message() -> None:
    assert words_of(ValueError("no such day")) == "ValueError: no such day"
    assert words_of(ValueError()) == "ValueError"


def test_only_the_first_line() -> None:
    error = IntegrityError("INSERT …", {"email": "bo@example.org"}, Exception("locked"))
    assert words_of(error) == "IntegrityError: (builtins.Exception) locked"


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\x00b"])
def test_nothing_that_a_terminal_would_obey(text: str) -> None:
    assert words_of(ValueError(text)).isprintable()


def test_no_more_than_fits() -> None:
    assert len(words_of(ValueError("x" * 1000))) == LONGEST
