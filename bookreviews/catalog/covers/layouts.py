"""Where covers put things: eight layouts, each like a publisher's series."""

from typing import NamedTuple

from bookreviews.catalog.covers.measuring import ITALIC, SANS, SERIF, Voice
from bookreviews.catalog.covers.motifs import EMBLEMS, MOTIFS
from bookreviews.catalog.covers.patterns import PATTERNS
from bookreviews.catalog.covers.setting import Box

SMALLEST_TITLE = 13
BYLINE_SIZES = range(12, 8, -1)


class Layout(NamedTuple):
    """Where a series puts things; text stands on bare paper, or on the panel over the motif."""

    name: str
    motif: Box
    title: Box
    byline: Box
    voices: tuple[Voice, ...]  # one of these is drawn; who stands twice is drawn more often
    largest: int  # the title's size, at most
    panel: str = ""  # SVG over the motif, with {ground} and {ink} to be filled in
    suits: frozenset[str] = frozenset(MOTIFS)
    scale: float = 1  # of the plate to its place: at 2 the motif is shown at half its size

    @property
    def title_sizes(self) -> range:
        """The sizes a title may have, the largest first."""
        return range(self.largest, SMALLEST_TITLE - 1, -1)


def _panel(path: str) -> str:
    return f'<path fill="{{ground}}" d="{path}"/>'


def _rule(width: float, path: str) -> str:
    return f'<path fill="none" stroke="{{ink}}" stroke-width="{width}" d="{path}"/>'


LAYOUTS = (
    Layout(
        "head",
        motif=Box(0, 142, 200, 158),
        title=Box(16, 48, 168, 86),
        byline=Box(16, 16, 168, 26),
        voices=(SERIF, SANS, ITALIC),
        largest=46,
    ),
    Layout(
        "foot",
        motif=Box(0, 0, 200, 148),
        title=Box(16, 163, 168, 90),
        byline=Box(16, 260, 168, 26, sits=1),
        voices=(SERIF, SANS),
        largest=46,
    ),
    Layout(
        "label",
        motif=Box(0, 0, 200, 300),
        title=Box(34, 58, 132, 84, sits=0.5, centred=True),
        byline=Box(34, 148, 132, 26, sits=1, centred=True),
        voices=(SERIF, SERIF, ITALIC),
        largest=34,
        panel=_panel("M22 46h156v142H22z") + _rule(1, "M27 51h146v132H27z"),
        suits=frozenset(PATTERNS),
    ),
    Layout(
        "belt",
        motif=Box(0, 0, 200, 300),
        title=Box(16, 86, 168, 88, sits=0.5, centred=True),
        byline=Box(16, 181, 168, 26, sits=1, centred=True),
        voices=(SANS, SERIF),
        largest=42,
        panel=_panel("M0 72h200v148H0z") + _rule(2, "M0 77h200M0 215h200"),
        suits=frozenset(PATTERNS),
    ),
    Layout(
        "window",
        motif=Box(22, 22, 156, 128),
        title=Box(22, 162, 156, 84, sits=0.5, centred=True),
        byline=Box(22, 252, 156, 26, sits=0.5, centred=True),
        voices=(SERIF, ITALIC),
        largest=36,
        panel=_rule(1.5, "M10 10h180v280H10z"),
    ),
    Layout(
        "strip",
        motif=Box(0, 0, 58, 300),
        title=Box(72, 24, 114, 196),
        byline=Box(72, 244, 114, 40, sits=1),
        voices=(SERIF, SANS),
        largest=40,
        suits=frozenset(PATTERNS),
    ),
    Layout(
        "poster",
        motif=Box(0, 206, 200, 94),
        title=Box(16, 18, 168, 138),
        byline=Box(16, 166, 168, 26, sits=1),
        voices=(SANS, SANS, SERIF),
        largest=72,
    ),
    Layout(
        "medal",
        motif=Box(60, 154, 80, 80),
        title=Box(26, 30, 148, 112, sits=0.5, centred=True),
        byline=Box(26, 244, 148, 26, sits=0.5, centred=True),
        voices=(SERIF, ITALIC),
        largest=46,
        panel=_rule(3, "M10 10h180v280H10z") + _rule(0.8, "M15 15h170v270H15z"),
        suits=EMBLEMS,
        scale=2,
    ),
)
