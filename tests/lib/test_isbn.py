"""One spelling for each edition, and nothing that isn't an ISBN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.lib.isbn import is_ismn, isbn13_of

FLUENT_PYTHON = "9781491946008"


@pytest.mark.parametrize(
    "spelling",
    [
        "9781491946008",
        "978-1-4919-4600-8",
        "978 1 4919 4600 8",
        "  978-1491946008\n",
        "978–1–4919–4600–8",
        "９７８１４９１９４６００８",
        "1491946008",
        "1-4919-4600-8",
    ],
)
def test_every_spelling_is_one_number(spelling: str) -> None:
    assert isbn13_of(spelling) == FLUENT_PYTHON


@pytest.mark.parametrize("spelling", ["080442957X", "0 8044 2957 x", "0-8044-2957-X"])
def test_the_check_digit_may_be_an_x(spelling: str) -> None:
    assert isbn13_of(spelling) == "9780804429573"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "978",
        "Fluent Python",
        "9781491946009",
        "1491946009",
        "978149194600",
        "97814919460080",
        "9771491946009",
        "1X91946008",
        "9790060115615",
        "979-0-060-11561-5",
        "978149194600X",
        "\x00" * 13,
        "9" * 10_000,
    ],
)
def test_what_is_no_isbn_is_none(text: str) -> None:
    assert isbn13_of(text) is None


@given(st.text())
def test_any_text_gives_thirteen_digits_or_none(text: str) -> None:
    found = isbn13_of(text)
    assert found is None or (found.isascii() and found.isdigit() and len(found) == 13)


def test_sheet_music_is_no_book() -> None:
    assert is_ismn("979-0-060-11561-5")
    assert isbn13_of("9791032708217")
    assert not is_ismn("9791032708217")
    assert not is_ismn("9790060115616")


@given(st.from_regex(r"97(8[0-9]|9[1-9])[0-9]{8}", fullmatch=True))
def test_of_the_ten_check_digits_one_is_right(twelve: str) -> None:
    valid = [text for text in (f"{twelve}{digit}" for digit in range(10)) if isbn13_of(text)]
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve))
    assert valid == [f"{twelve}{-weighted % 10}"]
