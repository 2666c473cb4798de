"""Ratings of other sites' readers: kept beside our own, never counted into them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import aliased

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.loading.entries import Tally
from bookreviews.catalog.loading.volumes import Volume
from bookreviews.catalog.models import CatalogLoad, RatingsElsewhere
from bookreviews.extensions import read, session
from bookreviews.lib.among import among

_STARS = ("ones", "twos", "threes", "fours", "fives")
_VALUES = ("ratings_count", "average", *_STARS, "load_id")
_KNOWN = select(
    RatingsElsewhere.work_id,
    RatingsElsewhere.source,
    *(getattr(RatingsElsewhere, one) for one in _VALUES),
).where(among(RatingsElsewhere.work_id))
_this = aliased(CatalogLoad)
_EARLIER_LOADS = (
    select(CatalogLoad.id)
    .join(_this, _this.digest == CatalogLoad.digest)
    .where(_this.id == bindparam("load_id"))
    .where(CatalogLoad.id < _this.id, CatalogLoad.finished_at.is_not(None))
)
_PUT = text(
    f"INSERT INTO ratings_elsewhere (work_id, source, {', '.join(_VALUES)})"  # noqa: S608
    f" VALUES (:work_id, :source, {', '.join(f':{name}' for name in _VALUES)})"
    " ON CONFLICT (work_id, source) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _VALUES)
)

Key = tuple[Volume, str]


class Elsewhere:
    """What a batch tells of ratings at other sites.

    A file with a line for each rating is counted from nought: the first line about a work that a
    load comes upon replaces what an earlier load counted. Only what was counted from the very same
    file stays as it is.
    """

    def __init__(self, work_ids: Iterable[int], *, load_id: int) -> None:
        self._load_id = load_id
        rows = bulk.found_by(_KNOWN, list(work_ids))
        self._known: dict[tuple[int, str], Any] = {(row.work_id, row.source): row for row in rows}
        self._told: dict[Key, dict[str, Any]] = {}
        self._earlier_loads = set(read(_EARLIER_LOADS, load_id=load_id).scalars())
        self._counted: dict[Key, list[int]] = defaultdict(lambda: [0] * 5)

    def take(self, volume: Volume, tally: Tally) -> bool:
        """Take the ratings of a book as a file sums them up; tell whether that is news."""
        values = {
            "ratings_count": tally.ratings_count,
            "average": round(tally.average, 4),
            **dict(zip(_STARS, tally.counts, strict=True)),
        }
        known = self._known.get((volume.id, tally.source))
        if known is not None and all(getattr(known, name) == values[name] for name in values):
            return False
        self._told[volume, tally.source] = {**values, "load_id": self._load_id}
        return True

    def count(self, volume: Volume, source: str, stars: int) -> bool:
        """Count one rating; tell whether it is news."""
        known = self._known.get((volume.id, source))
        if known is not None and known.load_id in self._earlier_loads:
            return False
        self._counted[volume, source][stars - 1] += 1
        return True

    def write(self) -> dict[int, int]:
        """Write what is new; return how many ratings each work that it is about has in all."""
        for (volume, source), counts in self._counted.items():
            self._told[volume, source] = self._sum(self._known.get((volume.id, source)), counts)
        rows = [
            {"work_id": volume.id, "source": source, **values}
            for (volume, source), values in self._told.items()
        ]
        if rows:
            session().connection().execute(_PUT, rows)
        return self._totals({volume.id for volume, _source in self._told})

    def _totals(self, work_ids: set[int]) -> dict[int, int]:
        counts = {key: row.ratings_count for key, row in self._known.items()}
        counts |= {
            (volume.id, source): values["ratings_count"]
            for (volume, source), values in self._told.items()
        }
        totals = dict.fromkeys(work_ids, 0)
        for (work_id, _source), count in counts.items():
            if work_id in totals:
                totals[work_id] += count
        return totals

    def _sum(self, known: Any, counts: list[int]) -> dict[str, Any]:
        if known is not None and known.load_id == self._load_id:
            counts = [
                getattr(known, name) + more for name, more in zip(_STARS, counts, strict=True)
            ]
        total = sum(counts)
        average = sum(stars * number for stars, number in enumerate(counts, start=1)) / total
        return {
            "ratings_count": total,
            "average": round(average, 4),
            **dict(zip(_STARS, counts, strict=True)),
            "load_id": self._load_id,
        }
