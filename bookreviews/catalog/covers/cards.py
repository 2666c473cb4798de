"""The card that other sites show where somebody names a book: its drawn cover's words and colours.

They take pictures of pixels only, so it is drawn here by Pillow, with the site's own fonts, on a
page 400 wide and 210 high, three pixels to the unit. What those fonts can't set gets no card:
the title stands beside it everywhere anyway.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from bookreviews.catalog.covers.composing import Design, design_of
from bookreviews.catalog.covers.measuring import SERIF, SMALL, Voice
from bookreviews.catalog.covers.plates import Lots
from bookreviews.catalog.covers.setting import Box, set_text
from bookreviews.config import ROOT

WIDTH, HEIGHT = 1200, 630  # pixels: what other sites ask for
_SCALE = 3
_DRAWN = "1"  # raised when cards come to look otherwise, so that their addresses change
_MOST_KEPT = 32


class _Place(NamedTuple):
    """Where words stand, and how they are set."""

    box: Box
    voice: Voice
    sizes: range


_SITE = _Place(Box(26, 20, 260, 12), SMALL, range(10, 9, -1))
_TITLE = _Place(Box(26, 46, 264, 112), SERIF, range(40, 12, -1))
_BYLINE = _Place(Box(26, 162, 264, 30, sits=1), SMALL, range(15, 8, -1))
_HINGE = 8
_CELL, _COLUMNS, _ROWS = 42, 2, 5
_FINER = 4  # times, for what Pillow draws with steps

# The characters of each subset that static/fonts holds (static/css/fonts.css says the same).
_LATIN = re.compile(
    r"[\u0000-\u00ff\u0131\u0152\u0153\u02c6\u02da\u02dc\u2000-\u206f\u20ac\u2122]+"
)
_EXTENDED = re.compile(r"[\u0100-\u02ba\u02bd-\u02c5\u1e00-\u1e9f\u1ef2-\u1eff]+")
_FONTS = ROOT / "static" / "fonts"
_FACES = {
    SERIF.name: ("newsreader-{}-600-normal.woff2", None),
    SMALL.name: ("figtree-{}-wght-normal.woff2", 500),
}


class Card(NamedTuple):
    """What a card says, and of which kind of book; `site` is the name of this one."""

    title: str
    byline: str
    subject: str | None
    site: str

    @property
    def digest(self) -> str:
        """Return what names the card by what it shows; "" where it can't be set."""
        return _digest_of(self)

    @property
    def png(self) -> bytes:
        """Return the picture."""
        return _png_of(self)


@lru_cache(maxsize=2048)
def _digest_of(card: Card) -> str:
    design = _design_of(card)
    words = design.title, design.byline, card.site
    if not all(map(_can_set, words)):
        return ""
    return sha256("\0".join((_DRAWN, str(card.subject), *words)).encode()).hexdigest()[:16]


def _design_of(card: Card) -> Design:
    return design_of(title=card.title, byline=card.byline, subject=card.subject)


@lru_cache(maxsize=_MOST_KEPT)
def _png_of(card: Card) -> bytes:
    design = _design_of(card)
    picture = Image.new("RGB", (WIDTH, HEIGHT), design.palette.ground)
    picture.paste(_tiles(design.lots, *design.palette), (WIDTH - _COLUMNS * _CELL * _SCALE, 0))
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.rectangle((0, 0, _HINGE * _SCALE, HEIGHT), fill=(0, 0, 0, 33))
    for text, place in ((card.site, _SITE), (design.title, _TITLE), (design.byline, _BYLINE)):
        _write(draw, text, place, design.palette.ink)
    file = BytesIO()
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _tiles(lots: Lots, ground: str, _ink: str, accent: str, second: str) -> Image.Image:
    """Draw quarters of discs, one in each cell, each turned as the book's lots say."""
    side = _CELL * _SCALE * _FINER
    tiles = Image.new("RGB", (side * _COLUMNS, side * _ROWS), second)
    draw = ImageDraw.Draw(tiles)
    for number in range(_COLUMNS * _ROWS):
        row, column = divmod(number, _COLUMNS)
        right, down = lots.pick((0, 1)), lots.pick((0, 1))
        x, y = (column + right) * side, (row + down) * side
        start = {(0, 0): 0, (1, 0): 90, (1, 1): 180, (0, 1): 270}[right, down]
        circle = (x - side, y - side, x + side, y + side)
        draw.pieslice(circle, start, start + 90, fill=lots.pick((accent, ground)))
    return tiles.reduce(_FINER)


def _write(draw: ImageDraw.ImageDraw, text: str, place: _Place, ink: str) -> None:
    if not text:
        return
    setting = set_text(text, *place)
    for line, baseline in zip(setting.lines, setting.baselines, strict=True):
        x = float(place.box.x * _SCALE)
        for subset, run in _runs(line):
            font = _font(place.voice, subset, setting.size)
            draw.text((x, baseline * _SCALE), run, fill=ink, font=font, anchor="ls")
            x += font.getlength(run)


def _font(voice: Voice, subset: str, size: int) -> ImageFont.FreeTypeFont:
    """Open a font anew for each use: threads may not share one."""
    file, weight = _FACES[voice.name]
    font = ImageFont.truetype(_FONTS / file.format(subset), size * _SCALE)
    if weight is not None:
        font.set_variation_by_axes([weight])
    return font


def _runs(line: str) -> Iterator[tuple[str, str]]:
    """Part a line by the subset that has its letters."""
    at = 0
    while at < len(line):
        for subset, letters in (("latin", _LATIN), ("latin-ext", _EXTENDED)):
            if found := letters.match(line, at):
                yield subset, found[0]
                at = found.end()
                break
        else:
            return


def _can_set(text: str) -> bool:
    return sum(len(run) for _subset, run in _runs(text)) == len(text)
