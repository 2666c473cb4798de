"""How many entries or works are written at once: as many as the site's writers can wait for."""

from collections.abc import Iterable, Iterator, Sequence

from bookreviews.catalog.loading.entries import Entry
from bookreviews.extensions import engine

# Writers of reviews wait for their turn on SQLite meanwhile, so a batch takes as long as they don't
# notice. On PostgreSQL they wait only for works that the batch changes.
AIM = {"sqlite": 0.15, "postgresql": 2.0}  # seconds
FEWEST, MOST = 100, 5000
MOST_BYTES = 16 * 1024 * 1024  # of what is held at once


class Pace:
    """The size of the next batch, after how long the last one took."""

    def __init__(self) -> None:
        self.size = FEWEST
        self._aim = AIM[engine().dialect.name]

    def learn(self, entries: int, seconds: float) -> None:
        """Go nearer to the aim, at most to twice or half the size at once.

        `seconds` are those for which nobody else could write, not those of waiting for one's turn.
        """
        fitting = int(entries * self._aim / max(seconds, 0.001))
        wanted = min(max(fitting, self.size // 2), self.size * 2)
        self.size = min(max(wanted, FEWEST), MOST)

    def batches(self, entries: Iterable[Entry]) -> Iterator[list[Entry]]:
        """Yield entries in batches of the size that is right by then, and not too many bytes."""
        batch: list[Entry] = []
        length = 0
        for entry in entries:
            batch.append(entry)
            length += len(entry.raw)
            if len(batch) >= self.size or length > MOST_BYTES:
                yield batch
                batch, length = [], 0
        if batch:
            yield batch

    def parts(self, ids: Sequence[int]) -> Iterator[Sequence[int]]:
        """Yield ids in parts of the size that is right by then."""
        at = 0
        while at < len(ids):
            part = ids[at : at + self.size]
            yield part
            at += len(part)
