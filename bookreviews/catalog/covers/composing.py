"""The whole cover: paper, motif, panel, words."""

from functools import lru_cache
from typing import NamedTuple
from unicodedata import bidirectional

from markupsafe import Markup, escape

from bookreviews.catalog.covers.families import family_of
from bookreviews.catalog.covers.layouts import BYLINE_SIZES, LAYOUTS, Layout
from bookreviews.catalog.covers.letters import printable
from bookreviews.catalog.covers.measuring import SMALL, Voice, width
from bookreviews.catalog.covers.motifs import MOTIFS
from bookreviews.catalog.covers.palettes import PALETTES, Palette
from bookreviews.catalog.covers.plates import Lots, Plate
from bookreviews.catalog.covers.setting import Box, set_text

_LARGEST_TITLE = 320  # bytes, escaped: a page shows many covers and carries each of them
_LARGEST_BYLINE = 150
_MOST_COVERS_KEPT = 2048
_HINGE = '<path opacity=".13" d="M0 0h5v300H0z"/>'
_NEARLY_FULL = 0.86


class Design(NamedTuple):
    """What a book's cover and its card have in common: its words as printed, and what was drawn."""

    title: str
    byline: str
    layout: Layout
    palette: Palette
    lots: Lots


def design_of(*, title: str, byline: str, subject: str | None) -> Design:
    """Return how a book looks, with the lots that are left to draw all else by."""
    title, byline = printable(title, _LARGEST_TITLE), printable(byline, _LARGEST_BYLINE)
    lots = Lots(f"{title}\0{byline}")
    layout = lots.pick(LAYOUTS)
    palette = PALETTES[lots.pick(family_of(subject).palettes)]
    return Design(title, byline, layout, palette, lots)


@lru_cache(maxsize=_MOST_COVERS_KEPT)
def cover_svg(*, title: str, byline: str, subject: str | None) -> Markup:
    """Return the cover of a work that has no picture: one inline `<svg>`, safe in a page."""
    title, byline, layout, palette, lots = design_of(title=title, byline=byline, subject=subject)
    voice = lots.pick(layout.voices)
    motif = lots.pick([name for name in family_of(subject).motifs if name in layout.suits])

    drawing = (
        f'<path fill="{palette.ground}" d="M0 0h200v300H0z"/>'
        + _motif(motif, layout, palette, lots)
        + layout.panel.format(ground=palette.ground, ink=palette.ink)
        + _HINGE
        + _words(title, layout.title, voice, layout.title_sizes, palette.ink)
        + _words(byline, layout.byline, SMALL, BYLINE_SIZES, palette.ink)
    )
    return Markup(  # noqa: S704 - all that readers wrote went through escape()
        f'<svg class="cover cover-{layout.name}" viewBox="0 0 200 300" aria-hidden="true">'
        f"{drawing}</svg>"
    )


def _motif(name: str, layout: Layout, palette: Palette, lots: Lots) -> str:
    """Draw a motif into its place; the inner `<svg>` cuts off what reaches beyond."""
    place = layout.motif
    wide, high = int(place.width * layout.scale), int(place.height * layout.scale)
    inks = lots.pick(((palette.accent, palette.second), (palette.second, palette.accent)))
    return (
        f'<svg x="{place.x}" y="{place.y}" width="{place.width}" height="{place.height}"'
        f' viewBox="0 0 {wide} {high}">'
        f"{MOTIFS[name](Plate(wide, high, palette, inks, lots))}</svg>"
    )


def _words(text: str, box: Box, voice: Voice, sizes: range, ink: str) -> str:
    """Draw a text into its box, line by line."""
    if not text:
        return ""
    setting = set_text(text, box, voice, sizes)
    backward = _reads_backward("".join(setting.lines))
    x: float = box.x + box.width if backward else box.x
    more = ""
    if box.centred:
        x = box.x + box.width * 0.5
        more += ' text-anchor="middle"'
    if backward:
        more += ' direction="rtl"'
    lines = "".join(
        f'<text x="{x:g}" y="{y:.4g}"{_held(line, box, voice, setting.size)}>{escape(line)}</text>'
        for line, y in zip(setting.lines, setting.baselines, strict=True)
    )
    return f'<g class="{voice.name}" fill="{ink}" font-size="{setting.size}"{more}>{lines}</g>'


def _held(line: str, box: Box, voice: Voice, size: int) -> str:
    """Hold a line that nearly fills its box to its width, whatever font is at hand.

    Only a Latin line: other widths are guesses on the wide side, and holding would stretch.
    """
    measured = width(line, voice) * size
    if measured < box.width * _NEARLY_FULL or not all(map(voice.known, line)):
        return ""
    return f' textLength="{measured:.0f}" lengthAdjust="spacingAndGlyphs"'


def _reads_backward(text: str) -> bool:
    """Whether the first letter that has a direction, as digits and stops have none, runs left."""
    for letter in text:
        if (way := bidirectional(letter)) in ("L", "R", "AL"):
            return way != "L"
    return False
