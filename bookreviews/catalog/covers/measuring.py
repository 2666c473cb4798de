"""How wide a text is: advance widths, in parts of the type size."""

from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, east_asian_width, normalize

from bookreviews.catalog.covers.letters import clusters

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
# Outside Latin widths are guesses, rather too wide than too narrow.
_WIDE_CYRILLIC = frozenset("жмшщыюфЖМШЩЫЮФ")
_IDEOGRAPH, _EMOJI = 1.0, 1.25  # emoji are wider than their line is high
_SPACING_MARK = 0.3  # the vowel signs of Indian scripts
_BY_CATEGORY = {"Lu": 0.76, "Mc": _SPACING_MARK, "Mn": 0.0, "Cf": 0.0}
_ANY_OTHER = 0.64


@dataclass(frozen=True, eq=False)  # compared and hashed as itself: caches look voices up often
class Voice:
    """A way of setting type: its class in covers.css, its letters' widths, its leading."""

    name: str
    widths: dict[str, float]
    leading: float

    def known(self, letter: str) -> float:
        """Return a Latin letter's width, with or without its accents, and 0 for any other."""
        return self.widths.get(letter) or self.widths.get(normalize("NFD", letter)[0], 0)


def _widths(groups: dict[int, str], scale: float = 1) -> dict[str, float]:
    return {
        letter: hundredths * scale / 100
        for hundredths, letters in groups.items()
        for letter in letters
    }


SERIF = Voice("cover-serif", _widths(_SERIF), 1.06)
ITALIC = Voice("cover-italic", _widths(_SERIF, 0.92), 1.08)
SANS = Voice("cover-sans", _widths(_SANS), 1.08)
SMALL = Voice("cover-byline", _widths(_SANS, 0.98), 1.2)


@lru_cache(maxsize=4096)
def width(text: str, voice: Voice) -> float:
    """Measure a line, in parts of the type size."""
    return sum(_cluster_advance(cluster, voice) for cluster in clusters(text))


@lru_cache(maxsize=4096)
def _cluster_advance(cluster: str, voice: Voice) -> float:
    """Return the first letter's advance; of what joined it only spacing marks take room."""
    spacing = sum(_SPACING_MARK for letter in cluster[1:] if category(letter) == "Mc")
    return _advance(cluster[0], voice) + spacing


def _advance(letter: str, voice: Voice) -> float:
    if known := voice.known(letter):
        return known
    if east_asian_width(letter) in ("W", "F"):
        return _EMOJI if category(letter) == "So" else _IDEOGRAPH
    if letter in _WIDE_CYRILLIC:
        return 0.95
    return _BY_CATEGORY.get(category(letter), _ANY_OTHER)
