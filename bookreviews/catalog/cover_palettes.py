"""What drawn covers are printed with: paper and ink, motifs, and which subject takes which."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from math import isqrt, pi
from typing import NamedTuple, TypeVar

Option = TypeVar("Option")


class Lots:
    """Choices drawn from a book's own words: the same words always draw the same."""

    def __init__(self, words: str) -> None:
        self._left = int.from_bytes(sha256(words.encode()).digest())

    def pick(self, options: Sequence[Option]) -> Option:
        """Draw one of the options, and use up the part of the hash that chose it."""
        self._left, chosen = divmod(self._left, len(options))
        return options[chosen]


class Palette(NamedTuple):
    """Paper, the ink all text is set in (4.5:1 or more on the paper), two inks for the motif."""

    ground: str
    ink: str
    accent: str
    second: str


PALETTES = {
    "vermilion": Palette("#b93a26", "#fff3df", "#f3b562", "#82221a"),
    "bottle": Palette("#1f4f41", "#f6ecd6", "#e9916b", "#3d7d66"),
    "indigo": Palette("#2b3a66", "#f5ead6", "#eeb3a0", "#5168a8"),
    "ochre": Palette("#dfa63c", "#2c1c10", "#b1402a", "#f5da9a"),
    "sand": Palette("#e3d0ab", "#3a2418", "#b8552d", "#c5a36f"),
    "rose": Palette("#e8b3a8", "#4a1526", "#a8304a", "#f6d9cf"),
    "sky": Palette("#a6c6d3", "#15304a", "#cb4a31", "#dfeae9"),
    "oxblood": Palette("#6e1f29", "#f7e8d4", "#e09468", "#9c3c43"),
    "plum": Palette("#51305a", "#f5e6dc", "#e3a7a4", "#80568a"),
    "olive": Palette("#59602c", "#f8f0d8", "#dcc566", "#848b4a"),
    "celadon": Palette("#b5cdb0", "#1b3b2d", "#2f7259", "#e3ebcd"),
    "charcoal": Palette("#413b38", "#f3e9d8", "#e05c40", "#6d635d"),
    "teal": Palette("#1c6470", "#f8f0de", "#f2b684", "#46949b"),
    "cream": Palette("#f0dfb8", "#22304f", "#d4553a", "#35579a"),
    "lilac": Palette("#c7badb", "#2c2146", "#6b4a9e", "#e9e0ee"),
    "brick": Palette("#9c4527", "#fff1de", "#f0b98d", "#6f2c17"),
}


class Plate(NamedTuple):
    """The part of a cover that carries the motif: its size, its inks, and the book's lots."""

    width: int
    height: int
    palette: Palette
    inks: tuple[str, str]
    lots: Lots


def _fill(ink: str, path: str) -> str:
    return f'<path fill="{ink}" d="{path}"/>'


def _line(ink: str, width: float, path: str, more: str = "") -> str:
    return f'<path fill="none" stroke="{ink}" stroke-width="{width:.3g}"{more} d="{path}"/>'


def _disc(ink: str, x: float, y: float, radius: float) -> str:
    return f'<circle fill="{ink}" cx="{x:.4g}" cy="{y:.4g}" r="{radius:.3g}"/>'


def _ring(ink: str, width: float, x: float, y: float, radius: float, more: str = "") -> str:  # noqa: PLR0917
    return (
        f'<circle fill="none" stroke="{ink}" stroke-width="{width:.3g}"{more}'
        f' cx="{x:.4g}" cy="{y:.4g}" r="{radius:.3g}"/>'
    )


def _bands(plate: Plate) -> str:
    """Lay bands that grow towards the foot, like a shore."""
    inks, part = plate.inks, plate.height / 100
    paths, top = ["", ""], plate.lots.pick((4, 8, 12)) * part
    for band, thickness in enumerate((3, 5, 9, 14, 22)):
        paths[band % 2] += f"M0 {top:.0f}h{plate.width}v{thickness * part:.0f}H0z"
        top += (thickness + 8) * part
    return _fill(inks[0], paths[0]) + _fill(inks[1], paths[1])


def _suns(plate: Plate) -> str:
    """Let one disc pass before another."""
    inks, radius = plate.inks, min(plate.width, plate.height) * 0.42
    x, y = plate.width * plate.lots.pick((0.3, 0.5, 0.72)), plate.height * 0.47
    beside = x + plate.lots.pick((-0.9, 0.9)) * radius
    return _disc(inks[1], beside, y + radius / 2, radius * 0.62) + _disc(inks[0], x, y, radius)


def _arcs(plate: Plate) -> str:
    """Draw rings about a corner or the middle of the foot."""
    inks, rings = plate.inks, plate.lots.pick((4, 5, 6))
    x = plate.lots.pick((0, plate.width // 2, plate.width))
    step = min(plate.height, 190) * 0.94 / rings
    return "".join(
        _ring(inks[ring % 3 == 1], step * 0.62, x, plate.height, step * (ring + 0.6))
        for ring in range(rings)
    )


def _dots(plate: Plate) -> str:
    """Print a grid of dots, with one great one out of line."""
    inks, step = plate.inks, plate.lots.pick((20, 25))
    rows = range(step // 2, plate.height - step // 3, step)
    path = "".join(f"M{step // 2} {y}h{plate.width}" for y in rows)
    dashes = f' stroke-linecap="round" stroke-dasharray="0 {step}"'
    x, y = (plate.lots.pick((2, 3, 5)) * step, min(3, len(rows) // 2) * step)
    return _line(inks[1], step * 0.42, path, dashes) + _disc(inks[0], x, y, step * 1.1)


def _stripes(plate: Plate) -> str:
    """Upright stripes, with a band across."""
    inks, dash = plate.inks, plate.lots.pick(("10 10", "4 12", "18 7", "3 5 14 5"))
    path = f"M5 {plate.height / 2:g}h{plate.width}"
    top = int(plate.height * plate.lots.pick((0.25, 0.55, 0.7)))
    return _line(inks[1], plate.height, path, f' stroke-dasharray="{dash}"') + _fill(
        inks[0], f"M0 {top}h{plate.width}v{plate.height // 6}H0z"
    )


def _diagonal(plate: Plate) -> str:
    """Slant stripes behind a corner."""
    inks, dash, reach = plate.inks, plate.lots.pick(("7 9", "10 14", "14 6")), sum(plate[:2])
    side, foot = min(*plate[:2], 130), plate.height
    corners = (f"M0 {foot - side}v{side}h{side}z", f"M{plate.width} {foot}v-{side}l-{side} {side}z")
    stripes = _line(inks[1], 2 * reach, f"M0 0l{reach} {reach}", f' stroke-dasharray="{dash}"')
    return stripes + _fill(inks[0], plate.lots.pick(corners))


def _waves(plate: Plate) -> str:
    """Let a long swell run in rows."""
    inks, length = plate.inks, plate.lots.pick((40, 50))
    step = max(18, plate.height // 9)
    swell = f"q{length // 2}-{length // 2} {length} 0" + f"t{length} 0" * (
        plate.width // length + 1
    )
    tops = range(step, plate.height + step, step)
    rows = [f"M-{row % 2 * length // 2} {top}{swell}" for row, top in enumerate(tops)]
    far, near = "".join(rows[: len(rows) // 2]), "".join(rows[len(rows) // 2 :])
    return _line(inks[0], 5, far) + _line(inks[1], 9, near)


def _tiles(plate: Plate) -> str:
    """Quarter discs on a grid, each turned its own way."""
    inks, side = plate.inks, -(-plate.width // (plate.width // max(47, min(plate[:2]) // 3)))
    turns = (
        f"h{side}a{side} {side} 0 0 1-{side} {side}z",
        f"v{side}h{side}a{side} {side} 0 0 0-{side}-{side}",
        f"h{side}v{side}a{side} {side} 0 0 1-{side}-{side}",
        f"m{side} 0v{side}h-{side}a{side} {side} 0 0 1 {side}-{side}",
    )
    paths = ["", ""]
    for y in range(0, plate.height - side // 2, side):
        for x in range(0, plate.width, side):
            paths[plate.lots.pick((0, 0, 1))] += f"M{x} {y}{plate.lots.pick(turns)}"
    return _fill(inks[0], paths[0]) + _fill(inks[1], paths[1])


def _hills(plate: Plate) -> str:
    """Ridges, one before the other, and a sun or moon above."""
    height, rise = plate.height, plate.lots.pick((-30, 24, 40))
    near, far = plate.palette.accent, plate.palette.second
    x = plate.width * plate.lots.pick((0.26, 0.5, 0.74))
    ridges = "".join(
        _fill(ink, f"M0 {height * part:g}q50 {-rise - lift} 100 0t100 0V{height}H0z")
        for ink, part, lift in ((far, 0.58, 0), (near, 0.8, 6))
    )
    return _disc(plate.palette.ink, x, height * 0.28, height * 0.13) + ridges


def _rays(plate: Plate) -> str:
    """Spread rays about a disc."""
    inks, rays = plate.inks, plate.lots.pick((18, 24, 36))
    x = plate.width * plate.lots.pick((0.5, 0.5, 0.2, 0.8))
    y = plate.height * plate.lots.pick((0.5, 0.97))
    reach = isqrt(plate.width**2 + plate.height**2)
    dashes = f' stroke-dasharray="{pi * reach / 2 / rays:g}"'
    disc = _disc(inks[0], x, y, min(plate.width, plate.height) * 0.3)
    return _ring(inks[1], reach, x, y, reach / 2, dashes) + disc


def _orbits(plate: Plate) -> str:
    """Fine circles with something travelling on each."""
    inks, step = plate.inks, min(plate.width, plate.height) / 6
    x, y = plate.width * plate.lots.pick((0.5, 0.3, 0.7)), plate.height * 0.5
    rings = "".join(_ring(plate.palette.ink, 1, x, y, step * ring) for ring in (1.4, 2, 2.6))
    ways = ((0.6, -0.8), (-0.8, -0.6), (-0.6, 0.8), (0.8, 0.6))
    turn = plate.lots.pick((0, 1, 2, 3))
    for out, way in ((1.4, 0), (2, 2), (2.6, 1)):
        across, down = ways[(way + turn) % 4]
        rings += _disc(inks[way % 2], x + across * step * out, y + down * step * out, step * 0.3)
    return rings + _disc(inks[0], x, y, step * 0.8)


def _code(plate: Plate) -> str:
    """Print a listing seen from afar: lines of words, indented."""
    inks, paths, indent = plate.inks, ["", ""], 0
    for y in range(14, plate.height, max(14, plate.height // 11)):
        indent = max(0, indent + plate.lots.pick((0, 1, 1, -1))) % 5
        x, length = 18 + indent * 18, plate.lots.pick((20, 36, 52, 70))
        paths[0] += f"M{x} {y}h{length}"
        paths[1] += f"M{x + length + 16} {y}h{plate.lots.pick((0, 14, 32))}"
    more = ' stroke-linecap="round"'
    return _line(inks[0], 7, paths[0], more) + _line(inks[1], 7, paths[1], more)


def _bars(plate: Plate) -> str:
    """Uprights of unequal height: a chart, a skyline, a shelf."""
    inks, paths = plate.inks, ["", ""]
    for number, x in enumerate(range(11, plate.width + 11, 20)):
        tall = plate.lots.pick((0.25, 0.4, 0.5, 0.62, 0.75, 0.9)) * plate.height
        paths[number % 3 == 1] += f"M{x} {plate.height}v-{tall:.0f}"
    return _line(inks[0], 14, paths[0]) + _line(inks[1], 14, paths[1])


def _leaves(plate: Plate) -> str:
    """Grow a stem with leaves to both sides."""
    inks, x = plate.inks, int(plate.width * plate.lots.pick((0.5, 0.5, 0.4, 0.6)))
    long, high, paths = min(70, plate.width // 2), plate.height // 4, ["", ""]
    for number, y in enumerate(range(plate.height, high // 2, -high // 2)):
        side = (long, -long)[number % 2]
        leaf = f"q{side // 6}-{high} {side}-{high}q{-side // 6} {high} {-side} {high}"
        paths[number % 4 == 1] += f"M{x} {y}{leaf}"
    stem = _line(inks[0], 3, f"M{x} {plate.height}V{high // 3}")
    return stem + _fill(inks[0], paths[0]) + _fill(inks[1], paths[1])


def _doors(plate: Plate) -> str:
    """Open a door within a door within a door."""
    inks, ground = plate.inks, plate.palette.ground
    step, sill = plate.lots.pick((9, 12, 15)), plate.lots.pick((0, 1)) * 8
    shapes = ""
    for number, ink in enumerate((inks[1], ground, inks[0], ground, inks[1])):
        inset = step * number + plate.width // 10
        wide = max(4, plate.width - 2 * inset)
        top, foot = inset * 2 // 3, plate.height - sill * number
        arch = f"a{wide / 2:g} {wide / 2:g} 0 0 1 {wide} 0"
        shapes += _fill(ink, f"M{inset} {foot}V{top + wide // 2}{arch}V{foot}z")
    return shapes


def _checks(plate: Plate) -> str:
    """Lay a chequered floor, one square of it lit."""
    inks, side = plate.inks, plate.lots.pick((20, 25, 40))
    rows = range(plate.height // side + 1)
    path = "".join(f"M{row % 2 * side} {row * side + side // 2}h{plate.width}" for row in rows)
    x, y = plate.lots.pick((1, 2, 3)) * side, (len(rows) // 2 - 1) * side
    return _line(inks[1], side, path, f' stroke-dasharray="{side}"') + _fill(
        inks[0], f"M{x} {y}h{2 * side}v{2 * side}h-{2 * side}z"
    )


def _moon(plate: Plate) -> str:
    """Hang a crescent and a few stars."""
    radius = min(plate.width, plate.height) * 0.36
    x, y = plate.width * plate.lots.pick((0.4, 0.5, 0.6)), plate.height * 0.5
    shift = plate.lots.pick((-0.4, 0.4)) * radius
    stars = plate.lots.pick(("M30 24h0M172 40h0M150 132h0", "M24 70h0M60 18h0M178 104h0"))
    return (
        _disc(plate.palette.accent, x, y, radius)
        + _disc(plate.palette.ground, x + shift, y - radius * 0.2, radius * 0.84)
        + _line(plate.palette.ink, 5, stars, ' stroke-linecap="round"')
    )


MOTIFS: dict[str, Callable[[Plate], str]] = {
    "arcs": _arcs, "bands": _bands, "bars": _bars, "checks": _checks, "code": _code,
    "diagonal": _diagonal, "doors": _doors, "dots": _dots, "hills": _hills, "leaves": _leaves,
    "moon": _moon, "orbits": _orbits, "rays": _rays, "stripes": _stripes, "suns": _suns,
    "tiles": _tiles, "waves": _waves,
}  # fmt: skip
# Motifs that may be covered in part, and those that stay whole when they are small.
PATTERNS = frozenset(MOTIFS) - {"arcs", "bars", "code", "doors", "hills", "moon", "orbits", "suns"}
EMBLEMS = frozenset(MOTIFS) - {"bands", "bars", "code", "dots", "stripes", "suns", "waves"}


class Family(NamedTuple):
    """The likeness of a subject's covers: palettes and motifs, by name."""

    palettes: tuple[str, ...]
    motifs: tuple[str, ...]


def _family(palettes: str, motifs: str) -> Family:
    return Family(tuple(palettes.split()), tuple(motifs.split()))


ANY = Family(tuple(PALETTES), tuple(MOTIFS))
_MACHINES = _family(
    "teal cream indigo vermilion sky ochre", "code bars tiles dots stripes diagonal"
)
_NUMBERS = _family("cream sky ochre indigo charcoal lilac", "arcs tiles orbits checks dots rays")
_LIVING = _family("celadon olive bottle sand sky ochre", "leaves hills waves suns bands")
_PAST = _family("sand oxblood brick olive ochre indigo", "bands stripes doors rays checks hills")
_MINDS = _family("lilac rose celadon cream plum teal", "suns arcs doors orbits waves tiles")
_CLASSICS = _family(
    "oxblood bottle cream sand indigo rose", "stripes checks leaves rays bands arcs"
)
_NOVELS = _family("rose teal ochre plum vermilion celadon", "suns waves doors tiles bands arcs")
_SPACE = _family("indigo plum charcoal teal vermilion lilac", "orbits suns moon rays dots arcs")
_MAGIC = _family("bottle plum indigo oxblood ochre olive", "moon hills leaves rays waves doors")
_NIGHT = _family("charcoal oxblood vermilion cream plum", "doors diagonal moon stripes bars checks")
_PLAY = _family("sky ochre vermilion rose cream teal", "dots suns hills checks waves rays")

FAMILIES = {
    "programming": _MACHINES, "software-engineering": _MACHINES, "computer-science": _MACHINES,
    "mathematics": _NUMBERS, "science": _NUMBERS, "design": _NUMBERS, "nature": _LIVING,
    "food": _LIVING, "history": _PAST, "historical-fiction": _PAST, "biography-memoir": _NOVELS,
    "philosophy": _MINDS, "psychology": _MINDS, "society": _PAST, "essays": _MINDS,
    "classics": _CLASSICS, "literary-fiction": _NOVELS, "science-fiction": _SPACE,
    "fantasy": _MAGIC, "crime-mystery": _NIGHT, "horror": _NIGHT, "romance": _NOVELS,
    "young-adult": _PLAY, "children": _PLAY, "poetry": _LIVING, "comics": _PLAY,
    "short-stories": _NOVELS, "in-translation": _CLASSICS, "humour": _PLAY,
}  # fmt: skip
