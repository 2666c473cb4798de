"""Where a text may be parted into lines, and where it is best parted.

`room` is always the length of a line in parts of the type size, as `measuring` counts.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bookreviews.catalog.covers.letters import clusters
from bookreviews.catalog.covers.measuring import Voice, width

# Chinese and Japanese break between any two letters, except before what closes and small kana.
_HAN = (
    r"\u2e80-\u2fff\u3003-\u3007\u3012-\u303f\u3040-\u30ff\u31f0-\u31ff"
    r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_OPENING = "「『（【〈《〔"
_CLOSING = "、。，．：；？！）」』】〉》〕・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"
_PIECE = re.compile(
    f"[{_OPENING}]*[{_HAN}][{_CLOSING}]*"  # one letter of Chinese or Japanese
    f"|[^{_HAN}/–—-]+[/–—-]*"  # a word, or as much of it as ends with a hyphen
    "|[/–—-]+"  # dashes that follow no word
)
# A line that ends with one of these leaves the reader hanging.
_LEANING = re.compile(
    r"(^| )(an?|and|at|by|d[eiu]|d[ae]s|for|from|if|in|la|les?|of|on|or|the|to|&)$"
)
_PAUSES = (":", ",", ";", "!", "?")
_IMPOSSIBLE = float("inf")


class Piece(NamedTuple):
    """What stays on one line, and what stands between it and the piece before."""

    text: str
    space: str


def pieces_of(text: str) -> list[Piece]:
    """Part a text wherever a line may end."""
    return [
        Piece(piece, "" if number else " ")
        for word in text.split(" ")
        for number, piece in enumerate(_PIECE.findall(word))
    ]


def shredded(pieces: Sequence[Piece], room: float, voice: Voice) -> Iterator[Piece]:
    """Break what is wider than a line wherever the line ends; a hyphen would be invented."""
    for piece in pieces:
        part, space = "", piece.space
        for cluster in clusters(piece.text):
            if part and width(part + cluster, voice) > room:
                yield Piece(part, space)
                part, space = "", ""
            part += cluster
        yield Piece(part, space)


def filled(pieces: Sequence[Piece], room: float, voice: Voice) -> list[str]:
    """Fill line after line: as few lines as can be."""
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + piece.space + piece.text if lines else ""
        if lines and width(longer, voice) <= room:
            lines[-1] = longer
        else:
            lines.append(piece.text)
    return lines


def balanced(pieces: Sequence[Piece], room: float, count: int, voice: Voice) -> tuple[str, ...]:
    """Set that many lines of like width, broken where the sense breaks.

    Every way of breaking has a cost: the squares of what its lines lack or have too much, and
    what `_sway` says of where they end. The cheapest is found from the last line backwards.
    """
    ideal = min(room, width(_joined(pieces), voice) / count)

    @cache  # many beginnings share their rest
    def cheapest(start: int, left: int) -> tuple[float, tuple[str, ...]]:
        """Set the pieces from `start` on in `left` lines: the cost, and the lines."""
        if not left:
            return (0 if start == len(pieces) else _IMPOSSIBLE), ()
        best: tuple[float, tuple[str, ...]] = (_IMPOSSIBLE, ())
        last_end = len(pieces) - (left - 1)  # every line after this one needs a piece
        for end in range(start + 1, last_end + 1):
            line = _joined(pieces[start:end])
            if width(line, voice) > room:
                break
            cost, rest = cheapest(end, left - 1)
            cost += (ideal - width(line, voice)) ** 2
            if rest:
                cost += _sway(line, room)
            best = min(best, (cost, (line, *rest)))
        return best

    return cheapest(0, count)[1]


def _joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.space + piece.text for piece in pieces).strip()


def _sway(line: str, room: float) -> float:
    """Return what it costs to end a line here: much after "of the"; after a comma, it pays."""
    if line.endswith(_PAUSES):
        return -((room / 4) ** 2)
    if _LEANING.search(line.lower()):
        return (room / 3) ** 2
    return 0
