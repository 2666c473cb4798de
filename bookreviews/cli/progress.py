"""How far a long command has come: a bar with rate and time left, or plain lines in a log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import click

_SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Tells of something of which `size` bytes are to be read."""

    def __init__(self, what: str, size: int) -> None:
        self._what = what
        self._size = max(size, 1)
        self._began = monotonic()
        self._done = 0
        self._first: tuple[int, float] | None = None

    def reached(self, position: int, done: int) -> None:
        """Tell that the bytes up to `position` are read, and so many entries done since before."""
        self._done += done
        if self._first is None:  # what an earlier run has done took no time now
            self._first = (position, monotonic())
        self._show(position)

    def rate(self) -> float:
        """Return how many entries a second are done."""
        return self._done / max(monotonic() - self._began, 0.001)

    def left(self, position: int) -> str:
        """Return how long the rest will take, or nothing while that isn't known."""
        first, since = self._first or (position, monotonic())
        if position <= first:
            return ""
        seconds = (monotonic() - since) * (self._size - position) / (position - first)
        minutes, seconds = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02} left"

    def words(self, position: int) -> str:
        """Return rate and time left."""
        return ", ".join(
            filter(None, [f"{self.rate():,.0f} entries a second", self.left(position)])
        )

    def _show(self, position: int) -> None:
        raise NotImplementedError


class _Bar(Progress):
    def __init__(
        self, what: str, size: int, bar: "click._termui_impl.ProgressBar[str | None]"
    ) -> None:
        super().__init__(what, size)
        self._bar = bar

    def _show(self, position: int) -> None:
        self._bar.update(max(position - self._bar.pos, 0), self.words(position))


class _Lines(Progress):
    def __init__(self, what: str, size: int) -> None:
        super().__init__(what, size)
        self._last = monotonic()

    def _show(self, position: int) -> None:
        if monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = monotonic()
            click.echo(f"{self._what}: {position / self._size:.0%}, {self.words(position)}")


@contextmanager
def progress(what: str, size: int) -> Iterator[Progress]:
    """Tell how far something has come, as fits where the output goes."""
    if not sys.stdout.isatty():
        yield _Lines(what, size)
        return
    with click.progressbar(
        length=max(size, 1), label=what, show_eta=False, item_show_func=lambda words: words or ""
    ) as bar:
        yield _Bar(what, size, bar)
