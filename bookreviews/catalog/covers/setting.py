"""Setting a text in a box: the largest size at which it fits, and its lines at that size."""

from collections.abc import Sequence
from typing import NamedTuple

from bookreviews.catalog.covers.breaking import Piece, balanced, filled, pieces_of, shredded
from bookreviews.catalog.covers.letters import clusters
from bookreviews.catalog.covers.measuring import Voice, width

_SMALLEST_WHOLE = 17  # words are broken only where they don't fit at this size,
_LARGEST_BROKEN = 22  # and a broken word is no larger than this
_CALM = 0.85  # a little smaller is better than a line more
_ASCENT = 0.79  # of the type size, how far the tallest letters rise above the baseline


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


class _Fit(NamedTuple):
    """A size at which the pieces fit, in so many lines."""

    size: int
    lines: int
    pieces: list[Piece]

    def looks(self) -> float:
        """Return how good it looks: large is good, many lines are not."""
        return float(self.size / self.lines**0.25)


def set_text(text: str, box: Box, voice: Voice, sizes: range) -> Setting:
    """Set a text as large as its box allows; break words, then leave out the end, at last."""
    pieces = pieces_of(text)
    widest = max(width(piece.text, voice) for piece in pieces)
    smallest_whole = min(_SMALLEST_WHOLE, sizes[0])
    whole = [size for size in sizes if size >= smallest_whole and widest * size <= box.width]
    broken = [size for size in sizes if size <= _LARGEST_BROKEN]

    fit = _best_fit(pieces, box, voice, whole) or _best_fit(pieces, box, voice, broken)
    if fit:
        size = fit.size
        lines = balanced(fit.pieces, box.width / size, fit.lines, voice)
    else:
        size = sizes[-1]
        lines = _cut(pieces, box, voice, size)
    return Setting(lines, size, _baselines(len(lines), size, box, voice))


def _best_fit(pieces: Sequence[Piece], box: Box, voice: Voice, sizes: Sequence[int]) -> _Fit | None:
    """Find the largest size that fits, or a calm one just below that takes fewer lines."""
    fits: list[_Fit] = []
    for size in sizes:
        if fits and size < fits[0].size * _CALM:
            break
        room = box.width / size
        parts = list(shredded(pieces, room, voice))
        count = len(filled(parts, room, voice))
        if count <= _most_lines(box, voice, size):
            fits.append(_Fit(size, count, parts))
    return max(fits, key=_Fit.looks, default=None)


def _most_lines(box: Box, voice: Voice, size: int) -> int:
    return int((box.height / size - 1) / voice.leading) + 1


def _cut(pieces: Sequence[Piece], box: Box, voice: Voice, size: int) -> tuple[str, ...]:
    """Fill the box and end with an ellipsis."""
    room = box.width / size
    lines = filled(list(shredded(pieces, room, voice)), room, voice)
    *lines, last = lines[: _most_lines(box, voice, size)]
    kept = list(clusters(last))
    while kept and width("".join(kept) + "…", voice) > room:
        kept.pop()
    return (*lines, "".join(kept).rstrip(" .,:;…") + "…")


def _baselines(count: int, size: int, box: Box, voice: Voice) -> tuple[float, ...]:
    height = size * (1 + voice.leading * (count - 1))
    first = box.y + (box.height - height) * box.sits + size * _ASCENT
    return tuple(first + size * voice.leading * line for line in range(count))
