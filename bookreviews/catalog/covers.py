"""The cover a work is given when it has no picture: an SVG set from title, byline and subject.

It is drawn in units of a page 200 wide and 300 high. Nobody's browser is asked how wide a text
is: letters are measured here, by a table of the site's two families.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import bidirectional, category, east_asian_width, normalize

from markupsafe import Markup, escape

from bookreviews.catalog.cover_palettes import (
    ANY,
    EMBLEMS,
    FAMILIES,
    MOTIFS,
    PALETTES,
    PATTERNS,
    Lots,
    Palette,
    Plate,
)

# Of a longer text the cover shows the beginning: the whole title stands beside it.
_LARGEST_TITLE = 320  # bytes, escaped
_LARGEST_BYLINE = 150
_LONGEST_CLUSTER = 8
_MOST_COVERS_KEPT = 2048

# ---- Measuring -----------------------------------------------------------------------------
# Advance widths in hundredths of the type size, of Newsreader 600 and Figtree 700.
_SERIF = {
    22: " '", 25: ".,|’‘", 28: "!:;jl", 31: "()[]i{}", 36: "-It", 40: '"/\\_fs', 44: "*r“”",
    48: "?J`acez", 52: "+<=>^gx~–v", 57: "bdkopquyø", 61: "0123456789#$Shn", 65: "FLPZß",
    69: "BE—", 73: "&CRTVY…æ", 77: "AGX", 80: "DNOQUwKHœ", 84: "%", 88: "@m", 104: "MW",
}  # fmt: skip
_SANS = {
    24: " ',.`il|’‘", 29: "Ij!:;", 33: "[]", 40: '1"()-frt{}“”', 45: "/\\_", 48: "*sz",
    53: "?a", 57: "235679$FJLT^cehknouvxy–ø", 61: "8BEPSbdgpqß0", 65: "4#&+<=>RYZ", 69: "KX~",
    73: "ACDGUV…", 77: "HN", 81: "%OQw", 89: "Mmæ", 97: "W", 101: "@œ", 112: "—",
}  # fmt: skip
_WIDE_CYRILLIC = frozenset("жмшщыюфЖМШЩЫЮФ")
_BY_CATEGORY = {"Lu": 0.76, "Mc": 0.3, "Mn": 0.0, "Cf": 0.0}


@dataclass(frozen=True, eq=False)
class Voice:
    """A way of setting type: its class in covers.css, its letters' widths, its leading."""

    name: str
    widths: dict[str, float]
    leading: float

    def known(self, letter: str) -> float:
        """Return a Latin letter's width, with or without its accents, and 0 for any other."""
        return self.widths.get(letter) or self.widths.get(normalize("NFD", letter)[0], 0)


def _table(groups: dict[int, str], scale: float = 1) -> dict[str, float]:
    return {letter: units * scale / 100 for units, some in groups.items() for letter in some}


SERIF = Voice("cover-serif", _table(_SERIF), 1.06)
ITALIC = Voice("cover-italic", _table(_SERIF, 0.92), 1.08)
SANS = Voice("cover-sans", _table(_SANS), 1.08)
SMALL = Voice("cover-byline", _table(_SANS, 0.98), 1.2)


@lru_cache(maxsize=4096)
def _advance(letter: str, voice: Voice) -> float:
    """How far a letter takes the line, in parts of the type size; a guess outside Latin."""
    if known := voice.known(letter):
        return known
    if east_asian_width(letter) in "WF":
        return 1.25 if category(letter) == "So" else 1.0  # emoji are wider than their line
    return 0.95 if letter in _WIDE_CYRILLIC else _BY_CATEGORY.get(category(letter), 0.64)


@lru_cache(maxsize=4096)
def width(text: str, voice: Voice) -> float:
    """Measure a line, in parts of the type size."""
    if text.isascii():
        return sum(_advance(letter, voice) for letter in text)
    return sum(
        _advance(cluster[0], voice) + sum(0.3 for mark in cluster[1:] if category(mark) == "Mc")
        for cluster in _clusters(text)
    )


def _clusters(text: str) -> Iterator[str]:
    """Take a text apart into what readers see as one letter each."""
    cluster = ""
    for letter in text:
        if cluster and not _joins(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


_SKIN_OR_JOINER, _FLAG = re.compile("[🏻-🏿\u200c\u200d]"), re.compile("[🇦-🇿]{2}")


def _joins(cluster: str, letter: str) -> bool:
    if len(cluster) == _LONGEST_CLUSTER:
        return False
    bound = cluster[-1] == "\u200d" or _is_mark(letter) or _SKIN_OR_JOINER.match(letter)
    return bool(bound or _FLAG.fullmatch(cluster + letter))


def _is_mark(letter: str) -> bool:
    return category(letter)[0] == "M"


# ---- Breaking into lines -------------------------------------------------------------------
# Chinese and Japanese break between any two letters, except before what closes and small kana.
_HAN = (
    r"\u2e80-\u2fff\u3003-\u3007\u3012-\u303f\u3040-\u30ff\u31f0-\u31ff"
    r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_CLOSING = "、。，．：；？！）」』】〉》〕・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"
_PIECE = re.compile(f"[「『（【〈《〔]*[{_HAN}][{_CLOSING}]*|[^{_HAN}/–—-]+[/–—-]*|[/–—-]+")
# A line that ends with one of these leaves the reader hanging.
_LEANING = re.compile(
    r"(^| )(an?|and|at|by|d[eiu]|d[ae]s|for|from|if|in|la|les?|of|on|or|the|to|&)$"
)


class Piece(NamedTuple):
    """What stays on one line, and what stands between it and the piece before."""

    text: str
    space: str


def _pieces(text: str) -> list[Piece]:
    return [
        Piece(piece, "" if number else " ")
        for word in text.split(" ")
        for number, piece in enumerate(_PIECE.findall(word))
    ]


def _shred(pieces: Sequence[Piece], room: float, voice: Voice) -> Iterator[Piece]:
    """Break what is wider than a line wherever the line ends; a hyphen would be invented."""
    for piece in pieces:
        part, space = "", piece.space
        for cluster in _clusters(piece.text):
            if part and width(part + cluster, voice) > room:
                yield Piece(part, space)
                part, space = "", ""
            part += cluster
        yield Piece(part, space)


def _joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.space + piece.text for piece in pieces).strip()


def _filled(pieces: Sequence[Piece], room: float, voice: Voice) -> list[str]:
    """Fill line after line: as few lines as can be."""
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + piece.space + piece.text if lines else ""
        if lines and width(longer, voice) <= room:
            lines[-1] = longer
        else:
            lines.append(piece.text)
    return lines


def _balanced(pieces: Sequence[Piece], room: float, count: int, voice: Voice) -> tuple[str, ...]:
    """Set that many lines of like width, broken where the sense breaks."""
    ideal = min(room, width(_joined(pieces), voice) / count)

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[str, ...]]:
        if not left:
            return (0.0 if start == len(pieces) else float("inf")), ()
        found: tuple[float, tuple[str, ...]] = (float("inf"), ())
        for end in range(start + 1, len(pieces) - left + 2):
            line = _joined(pieces[start:end])
            if width(line, voice) > room:
                break
            cost, rest = best(end, left - 1)
            cost += (ideal - width(line, voice)) ** 2 + (_sway(line, room) if rest else 0)
            found = min(found, (cost, (line, *rest)))
        return found

    return best(0, count)[1]


def _sway(line: str, room: float) -> float:
    """Return what it costs to end a line here: much after "of the"; after a comma, it pays."""
    if line.endswith((":", ",", ";", "!", "?")):
        return -((room / 4) ** 2)
    return (room / 3) ** 2 if _LEANING.search(line.lower()) else 0


# ---- Setting a text in a box ---------------------------------------------------------------
_WHOLE, _BROKEN = 17, 22  # words are broken only where they don't fit at 17, and at 22 at most
_CALM = 0.85  # a little smaller is better than a line more


class Box(NamedTuple):
    """Where a text goes: `sits` 0 at the top of the box, 0.5 in the middle, 1 at its foot."""

    x: int
    y: int
    width: int
    height: int
    sits: float = 0
    centred: bool = False


class Setting(NamedTuple):
    """A text that has been set: its lines, its size, and the foot of each line's letters."""

    lines: tuple[str, ...]
    size: int
    baselines: tuple[float, ...]


def set_text(text: str, box: Box, voice: Voice, sizes: range) -> Setting:
    """Set a text as large as its box allows; break words, then leave out the end, at last."""
    pieces = _pieces(text)
    widest = max(width(piece.text, voice) for piece in pieces)
    whole = [s for s in sizes if s >= min(_WHOLE, sizes[0]) and widest * s <= box.width]
    broken = [size for size in sizes if size <= _BROKEN]
    lines, size = (
        _largest(pieces, box, voice, whole)
        or _largest(pieces, box, voice, broken)
        or (_cut(pieces, box, voice, sizes[-1]), sizes[-1])
    )
    height = size * (1 + voice.leading * (len(lines) - 1))
    first = box.y + (box.height - height) * box.sits + size * 0.79
    return Setting(lines, size, tuple(first + size * voice.leading * n for n in range(len(lines))))


def _largest(
    pieces: Sequence[Piece], box: Box, voice: Voice, sizes: Sequence[int]
) -> tuple[tuple[str, ...], int] | None:
    """Find the largest size that fits, or a calm one just below that takes fewer lines."""
    fits: list[tuple[float, int, int, list[Piece]]] = []
    for size in sizes:
        if fits and size < fits[0][1] * _CALM:
            break
        parts = list(_shred(pieces, box.width / size, voice))
        count = len(_filled(parts, box.width / size, voice))
        if count <= _most_lines(box, voice, size):
            fits.append((size / count**0.25, size, count, parts))
    if not fits:
        return None
    _, size, count, parts = max(fits)
    return _balanced(parts, box.width / size, count, voice), size


def _most_lines(box: Box, voice: Voice, size: int) -> int:
    return int((box.height / size - 1) / voice.leading) + 1


def _cut(pieces: Sequence[Piece], box: Box, voice: Voice, size: int) -> tuple[str, ...]:
    """Fill the box and end with an ellipsis."""
    room = box.width / size
    lines = _filled(list(_shred(pieces, room, voice)), room, voice)
    *lines, last = lines[: _most_lines(box, voice, size)]
    clusters = list(_clusters(last))
    while clusters and width("".join(clusters) + "…", voice) > room:
        clusters.pop()
    return (*lines, "".join(clusters).rstrip(" .,:;…") + "…")


def _drawn_text(setting: Setting, box: Box, voice: Voice, ink: str) -> str:
    backward = _reads_backward("".join(setting.lines))
    x = box.x + box.width * (0.5 if box.centred else backward)
    lines = "".join(
        f'<text x="{x:g}" y="{y:.4g}"{_held(line, box, voice, setting.size)}>{escape(line)}</text>'
        for line, y in zip(setting.lines, setting.baselines, strict=True)
    )
    more = ' text-anchor="middle"' * box.centred + ' direction="rtl"' * backward
    return f'<g class="{voice.name}" fill="{ink}" font-size="{setting.size}"{more}>{lines}</g>'


def _held(line: str, box: Box, voice: Voice, size: int) -> str:
    """Hold a line that nearly fills its box to its width, whatever font is at hand.

    Only a Latin line: other widths are guesses on the wide side, and holding would stretch.
    """
    measured = width(line, voice) * size
    if measured < box.width * 0.86 or not all(map(voice.known, line)):
        return ""
    return f' textLength="{measured:.0f}" lengthAdjust="spacingAndGlyphs"'


def _reads_backward(text: str) -> bool:
    ways = (bidirectional(letter) for letter in text)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"


# ---- The cover -----------------------------------------------------------------------------
class Layout(NamedTuple):
    """Where a series puts things; text stands on bare paper, or on the panel over the motif."""

    name: str
    motif: Box
    title: Box
    byline: Box
    voices: tuple[Voice, ...]
    largest: int
    panel: str = ""
    suits: frozenset[str] = frozenset(MOTIFS)
    scale: float = 1


_RULE = '<path fill="none" stroke="{ink}" stroke-width="%s" d="%s"/>'
_PANEL = '<path fill="{ground}" d="%s"/>'
LAYOUTS = (
    Layout("head", Box(0, 142, 200, 158), Box(16, 48, 168, 86), Box(16, 16, 168, 26),
           (SERIF, SANS, ITALIC), 46),
    Layout("foot", Box(0, 0, 200, 148), Box(16, 163, 168, 90), Box(16, 260, 168, 26, 1),
           (SERIF, SANS), 46),
    Layout("label", Box(0, 0, 200, 300), Box(34, 58, 132, 84, 0.5, True),
           Box(34, 148, 132, 26, 1, True), (SERIF, SERIF, ITALIC), 34,
           _PANEL % "M22 46h156v142H22z" + _RULE % (1, "M27 51h146v132H27z"), PATTERNS),
    Layout("belt", Box(0, 0, 200, 300), Box(16, 86, 168, 88, 0.5, True),
           Box(16, 181, 168, 26, 1, True), (SANS, SERIF), 42,
           _PANEL % "M0 72h200v148H0z" + _RULE % (2, "M0 77h200M0 215h200"), PATTERNS),
    Layout("window", Box(22, 22, 156, 128), Box(22, 162, 156, 84, 0.5, True),
           Box(22, 252, 156, 26, 0.5, True), (SERIF, ITALIC), 36,
           _RULE % (1.5, "M10 10h180v280H10z")),
    Layout("strip", Box(0, 0, 58, 300), Box(72, 24, 114, 196), Box(72, 244, 114, 40, 1),
           (SERIF, SANS), 40, "", PATTERNS),
    Layout("poster", Box(0, 206, 200, 94), Box(16, 18, 168, 138), Box(16, 166, 168, 26, 1),
           (SANS, SANS, SERIF), 72),
    Layout("medal", Box(60, 154, 80, 80), Box(26, 30, 148, 112, 0.5, True),
           Box(26, 244, 148, 26, 0.5, True), (SERIF, ITALIC), 46,
           _RULE % (3, "M10 10h180v280H10z") + _RULE % (0.8, "M15 15h170v270H15z"), EMBLEMS, 2),
)  # fmt: skip
TITLE_SIZES, BYLINE_SIZES = range(72, 12, -1), range(12, 8, -1)
_HINGE = '<path opacity=".13" d="M0 0h5v300H0z"/>'


@lru_cache(maxsize=_MOST_COVERS_KEPT)
def cover_svg(*, title: str, byline: str, subject: str | None) -> Markup:
    """Return the cover of a work that has no picture: one inline `<svg>`, safe in a page."""
    return _cover(_clean(title, _LARGEST_TITLE), _clean(byline, _LARGEST_BYLINE), subject)


def _cover(title: str, byline: str, subject: str | None) -> Markup:
    lots, family = Lots(f"{title}\0{byline}"), FAMILIES.get(subject or "", ANY)
    layout, palette = lots.pick(LAYOUTS), PALETTES[lots.pick(family.palettes)]
    voice = lots.pick(layout.voices)
    motif = lots.pick([name for name in family.motifs if name in layout.suits])
    return Markup(  # noqa: S704 - all that readers wrote went through escape()
        f'<svg class="cover cover-{layout.name}" viewBox="0 0 200 300" aria-hidden="true">'
        f'<path fill="{palette.ground}" d="M0 0h200v300H0z"/>'
        f"{_drawn_motif(motif, layout, palette, lots)}"
        f"{layout.panel.format(**palette._asdict())}{_HINGE}"
        f"{_drawn_words(title, byline, layout, voice, palette.ink)}</svg>"
    )


def _drawn_words(title: str, byline: str, layout: Layout, voice: Voice, ink: str) -> str:
    sizes = TITLE_SIZES[TITLE_SIZES.index(layout.largest) :]
    words = ((title, layout.title, voice, sizes), (byline, layout.byline, SMALL, BYLINE_SIZES))
    return "".join(
        _drawn_text(set_text(text, box, voice, sizes), box, voice, ink)
        for text, box, voice, sizes in words
        if text
    )


def _drawn_motif(name: str, layout: Layout, palette: Palette, lots: Lots) -> str:
    """Draw a motif into its place; the inner `<svg>` cuts off what reaches beyond."""
    x, y, *size = layout.motif[:4]
    wide, high = (int(length * layout.scale) for length in size)
    inks = lots.pick(((palette.accent, palette.second), (palette.second, palette.accent)))
    return (
        f'<svg x="{x}" y="{y}" width="{size[0]}" height="{size[1]}" viewBox="0 0 {wide} {high}">'
        f"{MOTIFS[name](Plate(wide, high, palette, inks, lots))}</svg>"
    )


def _clean(text: str, most: int) -> str:
    """Keep what can be printed, on one line, in no more than that many bytes when escaped."""
    kept = "".join(map(_printable, normalize("NFC", text[: 2 * most])))
    clean = ""
    for whole in _clusters(" ".join(kept.split())):
        # A letter keeps three marks; more would climb over the lines above.
        cluster = whole if "\u200d" in whole else whole[:4]
        if len(escape(clean + cluster).encode()) > most:
            return clean + "…"
        clean += "" if _is_mark(cluster[0]) else cluster
    return clean


def _printable(letter: str) -> str:
    kind = category(letter)
    if kind in ("Cf", "Cs", "Cn", "Co"):  # unprintable, or turning the text around
        return letter if letter in "\u200c\u200d" else ""
    return " " if kind[0] in "CZ" else letter
