"""How long cases waited, as counts in steps, so that a median needs no list of them all."""

from collections.abc import Sequence
from datetime import timedelta

# The upper end of each step; the last step has none.
STEPS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),
    timedelta(days=7),
    timedelta(days=14),
)


def none() -> list[int]:
    """Return the counts before anything was decided."""
    return [0] * (len(STEPS) + 1)


def with_one_more(waits: Sequence[int], waited: timedelta) -> list[int]:
    """Return the counts with one more case that waited so long."""
    step = sum(waited > end for end in STEPS)
    return [count + (number == step) for number, count in enumerate(waits)]


def median(waits: Sequence[int]) -> timedelta | None:
    """Return the upper end of the step in which half of the cases were decided.

    None where nothing was decided, or where half took longer than the last step tells.
    """
    half, sofar = sum(waits) / 2, 0
    if not half:
        return None
    for count, end in zip(waits, STEPS, strict=False):
        sofar += count
        if sofar >= half:
            return end
    return None
