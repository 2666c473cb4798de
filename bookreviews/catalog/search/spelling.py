"""Words that were meant by words with typing errors: one or two letters wrong, or two swapped.

A word with one letter left out equals what another makes when one of its letters is left out,
wherever they differ by one edit: that finds nearly all errors by a few keys of one index, the same
on both databases. What is left, two errors in a word that no work has, is looked for by trigrams.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from rapidfuzz.distance import OSA
from sqlalchemy import bindparam, select

from bookreviews.catalog.search.folding import is_unspaced
from bookreviews.catalog.search.looking import native
from bookreviews.catalog.search.tables import SearchSpelling, SearchWord
from bookreviews.extensions import read

_SHORTEST = 3  # letters of a word that may be misspelt
_SHORTEST_KEPT = 2  # letters of a word that may be half of another: le guin
_TWO_EDITS_FROM = 6  # letters of one that may be so twice
_MOST = 8  # words that one may stand for
_MOST_COMPARED = 2  # words of a question that are compared with all like them, which takes long

_BY_KEYS = select(SearchWord.word, SearchWord.works_count).where(
    SearchWord.word.in_(
        select(SearchSpelling.word).where(SearchSpelling.key.in_(bindparam("keys", expanding=True)))
    )
)
_KNOWN = select(SearchWord.word).where(SearchWord.word.in_(bindparam("words", expanding=True)))


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that may have been meant, so many edits away, and in how many works it is.

    It is `times_commoner` than the typed word; 0 where no work has that, so that it may be the
    beginning of one.
    """

    word: str
    works_count: int
    edits: int
    times_commoner: float


def is_kept(word: str) -> bool:
    """Tell whether a word belongs into the vocabulary."""
    return len(word) >= _SHORTEST_KEPT and word.isalpha() and not is_unspaced(word)


def keys_of(word: str) -> set[int]:
    """Return the keys under which a word is kept: of itself, and with one letter left out."""
    return {_key(spelling) for spelling in (word, *_shortened(word))}


def meant_by(words: Sequence[str]) -> dict[str, list[Meant]]:
    """Return for each word those that it may stand for, the nearest and commonest first."""
    wanted = [word for word in dict.fromkeys(words) if is_kept(word) and len(word) >= _SHORTEST]
    keys = {key for word in wanted for key in _asked_keys(word)}
    known = read(_BY_KEYS, keys=list(keys)).all() if keys else []
    meant = {word: _nearest(word, known) if word in wanted else [] for word in words}
    here = {word for word, _count in known}
    lost = [word for word in wanted if not meant[word] and word not in here]
    for word in [word for word in lost if len(word) >= _TWO_EDITS_FROM][:_MOST_COMPARED]:
        meant[word] = _nearest(word, native().words_like(word))
    return meant


def halves_of(words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return for each word the two that it may be, written as one: "leguin" is le guin."""
    pairs = {
        word: [(word[:at], word[at:]) for at in range(_SHORTEST_KEPT, len(word) - 1)]
        for word in words
        if is_kept(word)
    }
    parts = {part for halves in pairs.values() for pair in halves for part in pair}
    known = set(read(_KNOWN, words=list(parts)).scalars()) if parts else set()
    return {
        word: [pair for pair in halves if known.issuperset(pair)] for word, halves in pairs.items()
    }


def _nearest(word: str, known: Iterable[tuple[str, int]]) -> list[Meant]:
    most = 1 if len(word) < _TWO_EDITS_FROM else 2
    counts = dict(known)
    own = counts.pop(word, 0)
    found = [
        Meant(other, count, edits, count / own if own else 0)
        for other, count in counts.items()
        if (edits := OSA.distance(word, other, score_cutoff=most)) <= most
    ]
    return sorted(found, key=lambda one: (one.edits, -one.works_count, one.word))[:_MOST]


def _asked_keys(word: str) -> set[int]:
    """Return the keys that lead to what a word may stand for."""
    shortened = _shortened(word)
    if len(word) >= _TWO_EDITS_FROM:
        shortened |= {shorter for one in shortened for shorter in _shortened(one)}
    return {_key(spelling) for spelling in (word, *shortened)}


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _key(spelling: str) -> int:
    """Return a checksum that an INTEGER column holds."""
    return crc32(spelling.encode()) - 2**31
