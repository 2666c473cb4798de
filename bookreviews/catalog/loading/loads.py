"""How far the loading of each file has come: what a load goes on by, and what is told of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bookreviews.catalog.loading import rejects
from bookreviews.catalog.loading.batches import Written
from bookreviews.catalog.loading.recognising import Recognised, recognise
from bookreviews.catalog.loading.streams import Source
from bookreviews.catalog.models import CatalogLoad
from bookreviews.errors import Conflict
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Record

MOST_LISTED = 50
OUTCOMES = ("added", "changed", "unchanged", "rejected", "skipped")

_LATEST = select(
    CatalogLoad.id,
    CatalogLoad.file_name,
    CatalogLoad.format,
    CatalogLoad.started_at,
    CatalogLoad.last_at,
    CatalogLoad.finished_at,
    CatalogLoad.entries,
    *(getattr(CatalogLoad, name) for name in OUTCOMES),
    CatalogLoad.reasons,
    CatalogLoad.rejects_file,
).order_by(CatalogLoad.id.desc())


class AlreadyLoaded(Conflict):
    """Every entry of this very file is in already."""


@dataclass(frozen=True, slots=True)
class Examined:
    """An open file that is known by its content."""

    source: Source
    digest: str
    owner: str
    recognised: Recognised


def examine(path: Path, *, encoding: str = "", owner: str = "") -> Examined:
    """Open a file and say what it is, or refuse it; `owner` is whose its ids are."""
    source = Source(path, encoding)
    digest = source.digest()
    return Examined(source, digest, owner, recognise(source, owner=owner, digest=digest))


def start(
    examined: Examined, *, rejects_file: Path | None, again: bool, at: datetime
) -> CatalogLoad:
    """Return the load of a file: the one that was interrupted, or a new one.

    A file whose load came to its end is refused, unless it is to be loaded `again`.
    """
    latest = _latest_of(examined)
    if latest is not None and latest.finished_at is None:
        return latest
    if latest is not None and not again:
        raise AlreadyLoaded(
            f"{examined.source.path} was loaded on {latest.finished_at:%d %B %Y}, so nothing "
            "changes. Use --again to go through it once more."
        )
    beside = rejects_file or rejects.place_beside(examined.source.path)
    load = CatalogLoad(
        file_name=examined.source.path.name[:255],
        digest=examined.digest,
        source=examined.owner,
        encoding=examined.source.encoding,
        format=examined.recognised.format,
        started_at=at,
        last_at=at,
        reasons={},
        rejects_file=str(beside.resolve()),
    )
    session().add(load)
    session().flush()
    return load


def record(load_id: int, written: Written, *, rejects_size: int, at: datetime) -> None:
    """Count a batch that is written into its load."""
    load = session().get_one(CatalogLoad, load_id, populate_existing=True)
    counts = written.counts()
    load.entries += len(written.outcomes)
    for name in OUTCOMES:
        setattr(load, name, getattr(load, name) + counts[name])
    load.reasons = dict(Counter(load.reasons) + _reasons(written))
    load.rejects_size = rejects_size
    load.last_at = at


def finish(load_id: int, *, at: datetime) -> Record:
    """Say that a load came to its end; return it as `get_load` does."""
    session().get_one(CatalogLoad, load_id, populate_existing=True).finished_at = at
    session().flush()
    return get_load(load_id)


def get_load(load_id: int) -> Record:
    """Return a load: its file, when it was, and what became of the entries."""
    return read(_LATEST.where(CatalogLoad.id == load_id)).one()


def list_loads() -> Sequence[Record]:
    """Return the latest loads, the newest first, each as `get_load` does."""
    return read(_LATEST.limit(MOST_LISTED)).all()


def _latest_of(examined: Examined) -> CatalogLoad | None:
    return session().scalar(
        select(CatalogLoad)
        .where(
            CatalogLoad.digest == examined.digest,
            CatalogLoad.source == examined.owner,
            CatalogLoad.encoding == examined.source.encoding,
        )
        .order_by(CatalogLoad.id.desc())
        .limit(1)
    )


def _reasons(written: Written) -> Counter[str]:
    """Count reasons; what follows a colon in one is of one entry alone."""
    return Counter(
        f"{outcome if outcome in {'rejected', 'skipped'} else rejects.IN_PART}: "
        f"{reason.partition(': ')[0]}"
        for _entry, outcome, reasons in written.outcomes
        for reason in reasons
    )
