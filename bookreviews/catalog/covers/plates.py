"""What motifs are drawn on and with: the plate, the lots, and four pens."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple, TypeVar

from bookreviews.catalog.covers.palettes import Palette

Option = TypeVar("Option")


class Lots:
    """Choices drawn from a book's own words: the same words always draw the same.

    Every draw uses up a part of the hash, so whatever is drawn later depends on it: to add,
    leave out or exchange a draw gives new covers to books that had theirs.
    """

    def __init__(self, words: str) -> None:
        self._left = int.from_bytes(sha256(words.encode()).digest())

    def pick(self, options: Sequence[Option]) -> Option:
        """Draw one of the options, and use up the part of the hash that chose it."""
        self._left, chosen = divmod(self._left, len(options))
        return options[chosen]


class Plate(NamedTuple):
    """The part of a cover that carries the motif: its size, its inks, and the book's lots."""

    width: int
    height: int
    palette: Palette
    inks: tuple[str, str]  # the main one, and the other
    lots: Lots

    @property
    def shorter(self) -> int:
        """The shorter of its two sides."""
        return min(self.width, self.height)


def area(ink: str, path: str) -> str:
    """Fill a path."""
    return f'<path fill="{ink}" d="{path}"/>'


def line(ink: str, width: float, path: str, more: str = "") -> str:
    """Draw along a path; `more` are further attributes, such as dashes."""
    return f'<path fill="none" stroke="{ink}" stroke-width="{width:.3g}"{more} d="{path}"/>'


def disc(ink: str, x: float, y: float, radius: float) -> str:
    """Fill a circle about x, y."""
    return f'<circle fill="{ink}" cx="{x:.4g}" cy="{y:.4g}" r="{radius:.3g}"/>'


def ring(ink: str, width: float, x: float, y: float, radius: float, more: str = "") -> str:  # noqa: PLR0917
    """Draw along a circle about x, y."""
    return (
        f'<circle fill="none" stroke="{ink}" stroke-width="{width:.3g}"{more}'
        f' cx="{x:.4g}" cy="{y:.4g}" r="{radius:.3g}"/>'
    )


def dashed(pattern: float | str) -> str:
    """Return the attribute that parts a line into dashes: one length, or dashes and gaps."""
    lengths = pattern if isinstance(pattern, str) else f"{pattern:g}"
    return f' stroke-dasharray="{lengths}"'


ROUND = ' stroke-linecap="round"'
