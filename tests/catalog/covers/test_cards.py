"""Cards: of pixels, from the same words and colours as the drawn cover, in the site's own fonts."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from bookreviews.catalog.covers import Card
from bookreviews.catalog.covers.cards import HEIGHT, WIDTH
from bookreviews.catalog.covers.composing import cover_svg
from bookreviews.catalog.covers.letters import printable
from bookreviews.config import ROOT
from tests.catalog.covers.titles import NASTY, SHELF


def card(
    title: str = "Emma", byline: str = "Jane Austen", subject: str | None = "classics"
) -> Card:
    return Card(title, byline, subject, "BookReviews")


def drawn(which: Card) -> Image.Image:
    return Image.open(BytesIO(which.png))


def test_is_a_picture_of_the_size_that_others_ask_for() -> None:
    for title in ("Emma", "Žižek’s Łódź — čten", *SHELF[-3:]):
        assert card(title).digest
        picture = drawn(card(title))
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))


def test_of_any_title_is_a_picture_or_none() -> None:
    for title in NASTY:
        assert not card(title).digest or drawn(card(title)).size == (WIDTH, HEIGHT)


def test_has_the_colours_of_the_cover() -> None:
    ground = re.findall('fill="(#[0-9a-f]{6})"', cover_svg(**_words("Emma")))[0]
    assert drawn(card()).getpixel((60, 5)) == ImageColor.getrgb(ground)


def _words(title: str) -> dict[str, str]:
    return {"title": title, "byline": "Jane Austen", "subject": "classics"}


def test_words_stay_clear_of_the_tiles() -> None:
    for title in ("W" * 60, "Mmmm " * 30, "Emma"):
        picture = drawn(card(title, byline="WWWW " * 20))
        ground = picture.getpixel((60, 5))
        gap = picture.crop((WIDTH - 280, 0, WIDTH - 254, HEIGHT))
        assert gap.getcolors() == [(gap.width * gap.height, ground)], title


def test_is_named_by_all_it_shows() -> None:
    cards = [card(), card("Ema"), card(byline="J. A."), card(subject=None)]
    cards.append(cards[0]._replace(site="Another"))
    digests = {one.digest for one in cards}
    assert len(digests) == len(cards)
    assert card().digest in digests
    assert card("E\u0301mile").digest != card("Emile").digest


@pytest.mark.parametrize("title", ["三体", "Война и мир", "ألف ليلة", "채식주의자", "Emma 📚"])
def test_is_none_where_the_fonts_have_no_letters(title: str) -> None:
    assert card(title).digest == ""
    assert card(byline=title).digest == ""


def test_the_letters_of_the_fonts_are_those_of_the_style_sheet() -> None:
    """Whoever vendors other subsets changes what cards can be set in."""
    ranges = set(re.findall("unicode-range: ([^;]+);", (ROOT / "static/css/fonts.css").read_text()))
    told = {
        character
        for one in ranges
        for part in one.replace("U+", "").split(", ")
        for character in range(*_ends(part))
    }
    settable = {
        code
        for code in range(0x2100)
        if printable(chr(code), 9) == chr(code) and card(chr(code)).digest
    }
    assert len(settable) > 700
    assert settable <= told


def _ends(part: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    return int(first, 16), int(last or first, 16) + 1
