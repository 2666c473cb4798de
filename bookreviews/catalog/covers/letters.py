"""What readers see as one letter, and what of a text can be printed on a cover."""

from collections.abc import Iterator
from unicodedata import category, normalize

from markupsafe import escape

_LONGEST_CLUSTER = 8
_MOST_MARKS = 3  # on one letter; more would climb over the lines above
_JOINER = "\u200d"  # makes one emoji of several, or joins letters of Arabic and Indian scripts
_NON_JOINER = "\u200c"
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")


def clusters(text: str) -> Iterator[str]:
    """Take a text apart into what readers see as one letter each."""
    if text.isascii():  # most texts are, and nothing in ASCII joins
        yield from text
        return
    cluster = ""
    for letter in text:
        if cluster and not _joins(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _joins(cluster: str, letter: str) -> bool:
    if len(cluster) == _LONGEST_CLUSTER:
        return False
    if _is_mark(letter) or letter in _SKIN_TONES or letter in (_JOINER, _NON_JOINER):
        return True
    if cluster[-1] == _JOINER:
        return True
    return len(cluster) == 1 and _is_half_a_flag(cluster) and _is_half_a_flag(letter)


def _is_mark(letter: str) -> bool:
    return category(letter).startswith("M")


def _is_half_a_flag(letter: str) -> bool:
    return "🇦" <= letter <= "🇿"


def printable(text: str, most: int) -> str:
    """Keep what can be printed, on one line, in no more than that many bytes when escaped.

    Of a longer text the beginning is kept: the whole title stands beside the cover.
    """
    # Cut first, roughly: nobody should wait for a megabyte to be normalised.
    letters = "".join(map(_printed, normalize("NFC", text[: 2 * most])))
    kept, size = "", 0
    for whole in clusters(" ".join(letters.split())):
        cluster = whole if _JOINER in whole else whole[: 1 + _MOST_MARKS]
        more = len(escape(cluster).encode())
        if size + more > most:
            return kept + "…"
        if not _is_mark(cluster[0]):  # else a mark that has no letter to stand on
            kept += cluster
            size += more
    return kept


def _printed(letter: str) -> str:
    """Return the letter, a space for what only parts words, or nothing."""
    if letter in (_JOINER, _NON_JOINER):
        return letter
    kind = category(letter)
    if kind in ("Cf", "Cs", "Cn", "Co"):  # unprintable, or turning the text around
        return ""
    return " " if kind[0] in "CZ" else letter
