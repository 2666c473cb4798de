"""Which works are rated alike by the same readers: numbers alone, no database.

Each work is the vector of what its readers gave it, beyond what they give on the mean and it gets
on the mean: neither a strict reader nor a good book makes a likeness. How alike two works are is
the cosine between them (Sarwar et al., "Item-Based Collaborative Filtering Recommendation
Algorithms", 2001), shrunk where few readers know both, since that is chance.

Five million ratings are three arrays of 60 megabytes together, and a work is compared with what
its readers rated, never with all others. What is bounded below bounds time and memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_ALIKE = 12
# Of whom or what there is more, the latest are asked.
_MOST_RATERS = 500
_MOST_RATINGS_OF_A_READER = 300
_FEWEST_IN_COMMON = 3
_SHRINKAGE = 25.0  # of so many readers in common the numbers are believed by half
_LEAST = 0.05
_READ_IT = 0.5  # stars that it says of a work and a reader that they met at all

Ids = NDArray[np.int32]
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings as three arrays of one length, the oldest first."""

    readers: Ids
    works: Ids
    stars: Numbers


@dataclass(frozen=True, slots=True)
class Alike:
    """The works rated most like one, and how much (0 to 1), the most first."""

    work_id: int
    others: list[int]
    scores: list[float]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Ratings grouped by who gave or got them: those of number n stand from starts[n] on."""

    starts: NDArray[np.int64]
    members: NDArray[np.int64]
    weights: Numbers

    @classmethod
    def of(
        cls, owners: NDArray[np.int64], members: NDArray[np.int64], weights: Numbers
    ) -> "_Shelf":
        order = np.argsort(owners, kind="stable")
        counts = np.bincount(owners, minlength=int(owners.max()) + 1)
        starts = np.concatenate(([0], np.cumsum(counts)))
        return cls(starts, members[order], weights[order])


def alike(ratings: Ratings) -> Iterator[Alike]:
    """Yield what is alike for each work where the ratings say something, in the order of ids."""
    if not len(ratings.stars):
        return
    work_ids, works = np.unique(ratings.works, return_inverse=True)
    readers = np.unique(ratings.readers, return_inverse=True)[1]
    weights = _measured(readers, works, ratings.stars)
    by_work = _Shelf.of(works, readers, weights)
    by_reader = _Shelf.of(readers, works, weights)
    lengths = np.sqrt(np.bincount(works, weights=weights.astype(np.float64) ** 2))
    for number, work_id in enumerate(work_ids):
        others, scores = _most_alike(number, by_work, by_reader, lengths)
        if len(others):
            yield Alike(int(work_id), work_ids[others].tolist(), scores.tolist())


def _measured(readers: NDArray[np.int64], works: NDArray[np.int64], stars: Numbers) -> Numbers:
    """Return what each rating says beyond the reader's mean and, after that, the work's."""
    beyond = stars - _means(readers, stars)[readers]
    return (beyond - _means(works, beyond)[works] + _READ_IT).astype(np.float32)


def _means(owners: NDArray[np.int64], values: NDArray[Any]) -> NDArray[np.float64]:
    return np.bincount(owners, weights=values) / np.bincount(owners)


def _most_alike(
    number: int, by_work: _Shelf, by_reader: _Shelf, lengths: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the numbers and scores of the works most like this one."""
    end = by_work.starts[number + 1]
    raters = slice(max(by_work.starts[number], end - _MOST_RATERS), end)
    places, rater = _ratings_of(by_work.members[raters], by_reader.starts)
    rated = by_reader.members[places]
    products = by_reader.weights[places] * by_work.weights[raters][rater]
    others, which, common = np.unique(rated, return_inverse=True, return_counts=True)
    sums = np.bincount(which, weights=products, minlength=len(others))
    scores = sums / np.maximum(lengths[others] * lengths[number], 1e-9)
    scores *= common / (common + _SHRINKAGE)
    good = (others != number) & (common >= _FEWEST_IN_COMMON) & (scores >= _LEAST)
    others, scores = others[good], scores[good]
    best = np.lexsort((others, -scores))[:MOST_ALIKE]
    return others[best], scores[best]


def _ratings_of(
    readers: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the ratings of these readers stand, and for each, which of them gave it."""
    ends = starts[readers + 1]
    begins = np.maximum(starts[readers], ends - _MOST_RATINGS_OF_A_READER)
    counts = ends - begins
    rater = np.repeat(np.arange(len(readers)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return begins[rater] + offsets, rater
