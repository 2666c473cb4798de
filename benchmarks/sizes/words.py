"""Made-up words that look like words, so that errors in them are like errors."""

from collections.abc import Iterator
from itertools import islice
from random import Random

# The most frequent ones, as in real titles.
LITTLE = ("the", "of", "and", "in", "to", "for", "on", "with", "from", "by")

_ONSETS = ("", "b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w")
_RESTS = ("a", "al", "an", "ar", "e", "el", "en", "er", "i", "in", "o", "on", "or", "ur")
_SYLLABLES = [onset + rest for onset in _ONSETS for rest in _RESTS]


def words(count: int) -> list[str]:
    """Return so many different words, always the same, the most frequent first."""
    return [*LITTLE, *islice(_made_up(Random(count)), count - len(LITTLE))]


def _made_up(dice: Random) -> Iterator[str]:
    seen = set(LITTLE)
    while True:
        word = "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4)))
        if word not in seen:
            seen.add(word)
            yield word
