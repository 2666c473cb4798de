"""Which characters are kept, what counts as empty, and how text is tidied."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.lib.text import has_hidden_characters, is_blank, is_readable, tidy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Émile",
        "日本語",
        "שלום",
        "emoji 👩\u200d👩\u200d👧",
        "tab\t, line\n, and\r\n",
        "e\u0301",
        "\U0010fffd",
    ],
)
def test_what_people_write_is_readable(text: str) -> None:
    assert is_readable(text)


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x08",
        "\x0b",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9f",
        chr(0xD800),
        chr(0xDFFF),
        "\ufffd",
    ],
)
def test_what_no_page_can_show_is_not_readable(character: str) -> None:
    assert not is_readable(f"good{character}words")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t\r\n",
        "\u00a0",
        "\u3000",
        "\u200b\u200d\ufeff",
        "\u2060",
        "\u2800",
        "\u3164",
        "\uffa0",
        "\u202e",
    ],
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", " a ", "\u200bx", "0", "！", "🎉", "\u0301"])
def test_what_shows_anything_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\u2060"])
def test_what_changes_the_look_of_others_is_hidden(character: str) -> None:
    assert has_hidden_characters(f"good{character}words")


@pytest.mark.parametrize(
    "text", ["", "Zoë O'Hara", "می\u200cخواهم", "क्\u200dष", "👩\u200d🚀", "a\tb\n"]
)
def test_what_scripts_are_written_with_is_not_hidden(text: str) -> None:
    assert not has_hidden_characters(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a  ", "a"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("cafe\u0301", "caf\u00e9"),
        ("\n\n a\n b \n\n", "a\n b"),
        ("ﬁne", "ﬁne"),
    ],
)
def test_tidy_keeps_the_words(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "\r" not in once
    assert unicodedata.is_normalized("NFC", once)
    assert is_blank(once) == is_blank(text)
