"""A process beside the test that takes its turn to write: `python -m tests.lib.writers`.

It says "ready" once it runs (or, to hold, "mine" once it has its turn), then waits for a line.
"""

import sys
from pathlib import Path

from bookreviews.lib import sqlite


def say(word: str) -> None:
    """Tell the test, and wait for its word."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def count_up(database: str, times: int) -> None:
    """Add to the number in a file, in the way that loses what another adds meanwhile."""
    counter = Path(f"{database}-counter")
    say("ready")
    for _ in range(times):
        with sqlite.write_turn(database):
            before = int(counter.read_text())
            counter.write_text("")
            counter.write_text(str(before + 1))


def hold(database: str) -> None:
    """Keep the turn until the test says otherwise."""
    with sqlite.write_turn(database):
        say("mine")


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold(sys.argv[2])
    else:
        count_up(sys.argv[2], int(sys.argv[3]))
