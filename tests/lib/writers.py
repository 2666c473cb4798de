"""A process beside the test that takes its turn to write: `python -m tests.lib.writers`.

It says "ready" once it runs (or, to hold, "mine" once it has its turn), then waits for a line.
"""

import runpy
import sys
from pathlib import Path

# Read by its path, for the package around it takes seconds to start.
_SQLITE = Path(__file__).parents[2] / "bookreviews" / "lib" / "sqlite.py"
write_turn = runpy.run_path(str(_SQLITE))["write_turn"]


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
        with write_turn(database):
            before = int(counter.read_text())
            counter.write_text("")
            counter.write_text(str(before + 1))


def hold(database: str) -> None:
    """Keep the turn until the test says otherwise."""
    with write_turn(database):
        say("mine")


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold(sys.argv[2])
    else:
        count_up(sys.argv[2], int(sys.argv[3]))
