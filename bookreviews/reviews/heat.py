"""How much people talk about a work now: each review warms it, and the warmth halves in a week.

Heat is kept so that time alone never changes it (forward decay; Cormode, Shkapenyuk, Srivastava
and Xu, "Forward Decay: A Practical Time Decay Model for Streaming Systems", 2009): a review's
warmth is 2 to the number of half-lives since a fixed day, so later ones weigh more, and the order
of two works stays what it was until somebody says something. Kept is the binary logarithm of the
sum, which fits a float for ever. So a list by heat is an index, and no job need cool anything.
"""

from datetime import UTC, datetime, timedelta
from math import log2

HALF_LIFE = timedelta(days=7)
# What is colder than one bare rating so long ago is not talked about.
LASTS = timedelta(days=90)

_WORDS, _STARS_ALONE = 3.0, 1.0
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# Closer than this, two sums are one: what is left of their difference is rounding.
_ROUNDING = 1e-9


def warmth(posted_at: datetime, *, in_words: bool) -> float:
    """Return the heat of one review on its own."""
    return (posted_at - _BEGINNING) / HALF_LIFE + log2(_WORDS if in_words else _STARS_ALONE)


def warmer(heat: float | None, by: float) -> float:
    """Return the heat after a review of warmth `by` came in."""
    if heat is None:
        return by
    hot, cold = max(heat, by), min(heat, by)
    return hot + log2(1 + 2 ** (cold - hot))


def cooler(heat: float | None, by: float) -> float | None:
    """Return the heat after a review of warmth `by` went; None where nothing is left."""
    if heat is None or heat - by < _ROUNDING:
        return None
    return heat + log2(1 - 2 ** (by - heat))


def least(at: datetime) -> float:
    """Return the heat below which a work is not talked about any more."""
    return warmth(at - LASTS, in_words=False)
