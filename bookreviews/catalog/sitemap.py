"""Every read for the sitemap: which parts it has, and what is in each.

A part holds what has its ids in one range of the same width, so that the primary key finds it.
"""

from typing import Any

from sqlalchemy import bindparam, func, literal, select, union_all

from bookreviews.catalog.models import Author, Series, Subject, Work
from bookreviews.extensions import read
from bookreviews.lib.orm import LARGEST_INTEGER, Statement

PART_SIZE = 10_000  # addresses; the format allows 50,000
MOST_PARTS = LARGEST_INTEGER // PART_SIZE

_KINDS: dict[str, Any] = {"books": Work, "authors": Author, "series": Series, "subjects": Subject}
_LAST_IDS = union_all(
    *(
        select(literal(name).label("kind"), func.coalesce(func.max(kind.id), 0).label("last_id"))
        for name, kind in _KINDS.items()
    )
)


def _slugs(kind: Any) -> Statement:
    is_here = kind.left_at.is_(None) if kind is Work else kind.merged_into_id.is_(None)
    in_part = (kind.id > bindparam("after_id"), kind.id <= bindparam("last_id"))
    return select(kind.slug).where(*in_part, is_here).order_by(kind.id)


_SLUGS = {name: _slugs(kind) for name, kind in _KINDS.items()}


def count_parts() -> dict[str, int]:
    """Return how many parts there are of each kind: books, authors, series, subjects."""
    return {row.kind: -(-row.last_id // PART_SIZE) for row in read(_LAST_IDS)}


def slugs_in_part(kind: str, number: int) -> list[str]:
    """Return the slugs in a part of a kind; the first part is number 1."""
    first = (number - 1) * PART_SIZE
    found = read(_SLUGS[kind], after_id=first, last_id=first + PART_SIZE)
    return list(found.scalars())
