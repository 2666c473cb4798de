"""Subjects and series: found by their names, made where they are new."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.models import Series, Subject
from bookreviews.catalog.naming import name_key, name_slug, numbered
from bookreviews.lib.among import among
from bookreviews.lib.orm import Statement


@dataclass(slots=True, eq=False)
class Label:
    """A subject or a series that is here, or will be; `id` is 0 until then."""

    id: int
    slug: str
    name: str


class Labels:
    """The subjects, or the series, that a batch names."""

    def __init__(self, kind: type[Subject] | type[Series], names: Iterable[str]) -> None:
        self._kind = kind
        self._new: list[Label] = []
        self._by_name: dict[str, Label] = {}
        self._by_key: dict[str, Label] = {}
        self._look_up(set(names))

    def take(self, name: str) -> Label:
        """Return what is called so but for capitals, accents and marks; new if nothing is."""
        key = name_key(name)
        found = self._by_name.get(name) or (self._by_key.get(key) if key else None)
        if found is None:
            found = Label(0, name_slug(name), name)
            self._new.append(found)
            self._remember(found, as_name=name)
        return found

    def write(self) -> None:
        """Add what is new."""
        ids = bulk.new_ids(self._kind, len(self._new))
        choices = [
            (label.slug, numbered(label.slug, new_id))
            for label, new_id in zip(self._new, ids, strict=True)
        ]
        taken = bulk.taken_slugs(self._kind, choices)
        for label, new_id, choice in zip(self._new, ids, choices, strict=True):
            label.id, label.slug = new_id, bulk.first_free(choice, taken)
        rows = [(label.id, label.slug, label.name) for label in self._new]
        bulk.insert(self._kind, ("id", "slug", "name"), rows)

    def _look_up(self, names: set[str]) -> None:
        by_slug, by_name, by_id, merged = _statements(self._kind)
        slugs = {name_slug(name) for name in names}
        named = {
            row.id: row
            for statement, asked in ((by_slug, slugs), (by_name, names))
            for row in bulk.found_by(statement, asked)
        }
        winners = bulk.winners(merged, named)
        here = {
            row.id: Label(row.id, row.slug, row.name)
            for row in bulk.found_by(by_id, {*named, *winners.values()} - set(winners))
        }
        for old_id, row in sorted(named.items()):
            self._remember(here[winners.get(old_id, old_id)], as_name=row.name)

    def _remember(self, label: Label, *, as_name: str) -> None:
        self._by_name.setdefault(as_name, label)
        self._by_key.setdefault(name_key(as_name), label)


@cache
def _statements(kind: Any) -> tuple[Statement, Statement, Statement, Statement]:
    """Return what finds labels by slugs, names and ids, and what those merged are now."""
    rows = select(kind.id, kind.slug, kind.name)
    merged = select(kind.id, kind.merged_into_id.label("winner_id")).where(
        among(kind.id), kind.merged_into_id.is_not(None)
    )
    by_slug, by_name, by_id = (rows.where(among(one)) for one in (kind.slug, kind.name, kind.id))
    return by_slug, by_name, by_id, merged
