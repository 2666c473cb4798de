"""How the door loads a file: one transaction for each batch, each as short as readers need it."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic

import click

from bookreviews.catalog.loading import batches, loads
from bookreviews.catalog.loading.alone import alone
from bookreviews.catalog.loading.disk import Log, written_at_length
from bookreviews.catalog.loading.entries import Entry
from bookreviews.catalog.loading.pace import Pace
from bookreviews.catalog.loading.rejects import Rejects
from bookreviews.catalog.search.indexing import index_works, unindexed_after
from bookreviews.cli.progress import Progress, progress
from bookreviews.errors import DomainError
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.reviews.readership import read_more_elsewhere_after, readership_of
from bookreviews.transactions import AtTheSameMoment, transaction

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator wants of a load: the options of the command, by their names."""

    source: str
    encoding: str
    rejects: Path | None
    again: bool


def load_file(examined: loads.Examined, wishes: Wishes) -> Record:
    """Load a file from where it was left to its end; return its load."""
    with transaction():
        load = loads.start(examined, rejects_file=wishes.rejects, again=wishes.again, at=now())
        load_id, done, size = load.id, load.entries, load.rejects_size
        rejects_file = Path(load.rejects_file)
    if done:
        click.echo(f"Going on after {done:,} entries that are loaded already.")
    source = examined.source
    with (
        Rejects(rejects_file, size=size) as rejects,
        progress(source.path.name, source.size) as bar,
    ):
        _load_rest(examined, load_id=load_id, done=done, rejects=rejects, bar=bar)
    with transaction():
        return loads.finish(load_id, at=now())


def _load_rest(
    examined: loads.Examined, *, load_id: int, done: int, rejects: Rejects, bar: Progress
) -> None:
    pace, log = Pace(), Log()
    rest = islice(examined.recognised.entries(), done, None)
    for batch in pace.batches(rest):
        pace.learn(len(batch), _write(batch, load_id, rejects))
        log.shorten()
        bar.reached(examined.source.position, len(batch))


def _write(batch: Sequence[Entry], load_id: int, rejects: Rejects) -> float:
    """Write a batch, again where somebody added or changed the same at the same moment.

    Return how many seconds of the writers' turn it took.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction():
                began = monotonic()
                written = batches.write(batch, load_id=load_id, at=now())
                size = rejects.add(written)
                loads.record(load_id, written, rejects_size=size, at=now())
        except (batches.Overtaken, AtTheSameMoment):
            if attempt == _ATTEMPTS:
                raise
        else:
            took = monotonic() - began
            rejects.keep(size)
            return took
    raise AssertionError("the last attempt returns or raises")


@contextmanager
def loading() -> Iterator[None]:
    """Be the only load, and let search find what is loaded, also where a file is cut off.

    Who is killed before, or stops it, leaves that to the next load or the worker's next sweep.
    """
    gc.freeze()  # or what the application is made of is looked through each time, a tenth of all
    with alone(), written_at_length():
        try:
            yield
        except DomainError:
            _tell_search()
            raise
        _tell_search()


def _tell_search() -> None:
    """Let search find the works that are new, and know which are read more elsewhere."""
    for next_after in (unindexed_after, read_more_elsewhere_after):
        _index_all(next_after)


def _index_all(next_after: Callable[[int], Sequence[int]]) -> None:
    pace, log, last = Pace(), Log(), 0
    while ids := next_after(last):
        for part in pace.parts(ids):
            with transaction():
                began = monotonic()
                index_works(part, readership_of(part))
            pace.learn(len(part), monotonic() - began)
            log.shorten()
        last = ids[-1]


def summary_of(load: Record) -> str:
    """Return what became of the entries of a file, and why of those that weren't taken whole."""
    counts = ", ".join(f"{getattr(load, name):,} {name}" for name in loads.OUTCOMES)
    lines = [f"{load.file_name} ({load.format}): {load.entries:,} entries; {counts}."]
    for reason, count in sorted(load.reasons.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"  {count:,} {reason}")
    if load.rejects_file and Path(load.rejects_file).exists():
        lines.append(f"  Which they are is in {load.rejects_file}")
    return "\n".join(lines)
