"""What a distribution of stars amounts to: its average, its bars, and a score to rank by.

A distribution is a list of ten counts: how many gave 0.5, 1.0, … 5.0 stars.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

STARS = tuple(halves / 2 for halves in range(1, 11))

# How sure a rank is to be: so many standard deviations below the mean. The rules of counting
# tell readers of it.
SURENESS = 1.65


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: ratings that round to `stars` (4.5 rounds up to 5)."""

    stars: int
    count: int
    percent: int


def empty() -> list[int]:
    """Return the distribution of a work that nobody has rated."""
    return [0] * len(STARS)


def average(distribution: Sequence[int]) -> float | None:
    """Return the mean of the stars, or None where there are none."""
    count = sum(distribution)
    if not count:
        return None
    return sum(stars * n for stars, n in zip(STARS, distribution, strict=True)) / count


def score(distribution: Sequence[int]) -> float:
    """Return the stars a work has at least, most probably; a few raptures don't top a classic.

    The lower bound of Evan Miller's "Ranking Items With Star Ratings": the mean with one
    imagined rating of each kind, less z posterior standard deviations. 0 where nobody rated.
    """
    count = sum(distribution)
    if not count:
        return 0.0
    weights = [(n + 1) / (count + len(STARS)) for n in distribution]
    mean = sum(stars * weight for stars, weight in zip(STARS, weights, strict=True))
    squares = sum(stars * stars * weight for stars, weight in zip(STARS, weights, strict=True))
    return mean - SURENESS * sqrt((squares - mean * mean) / (count + len(STARS) + 1))


def bars(distribution: Sequence[int]) -> list[Bar]:
    """Return the five bars of the chart, most stars first; percentages of all ratings."""
    total = sum(distribution) or 1
    counts = [distribution[2 * n - 2] + distribution[2 * n - 1] for n in range(1, 6)]
    return [Bar(n, counts[n - 1], round(100 * counts[n - 1] / total)) for n in range(5, 0, -1)]
