"""Which books an ISBN leads to: an edition's own, a further one of it, or a misprinted one."""

import re
from collections.abc import Sequence

from sqlalchemy import bindparam, desc, literal, select, union_all

from bookreviews.catalog.models import Edition, EditionIdentifier, UnverifiedIsbn, Work
from bookreviews.catalog.naming import ISBN
from bookreviews.extensions import read
from bookreviews.lib.isbn import hyphenated, isbn13_of
from bookreviews.lib.orm import Record

_MOST_OF_ONE = 24  # works that share a wrong ISBN

_is_here = Work.left_at.is_(None)
_WORKS = select(Work.id, Work.slug).join(Edition, Edition.work_id == Work.id).where(_is_here)
_BY_ISBN = _WORKS.where(Edition.isbn13 == bindparam("isbn13"))
_BY_FURTHER_ISBN = _WORKS.join(EditionIdentifier, EditionIdentifier.edition_id == Edition.id).where(
    EditionIdentifier.scheme == ISBN, EditionIdentifier.value == bindparam("isbn13")
)
_BY_UNVERIFIED = (
    _WORKS.join(UnverifiedIsbn, UnverifiedIsbn.edition_id == Edition.id)
    .where(UnverifiedIsbn.value.in_(bindparam("spellings", expanding=True)))
    .distinct()
    .order_by(Work.id)
    .limit(_MOST_OF_ONE)
)
_OTHERS = union_all(
    select(EditionIdentifier.value, literal(True).label("holds"))
    .join(Edition, Edition.id == EditionIdentifier.edition_id)
    .where(
        EditionIdentifier.edition_id == bindparam("edition_id"),
        EditionIdentifier.scheme == ISBN,
        EditionIdentifier.value.is_distinct_from(Edition.isbn13),
    ),
    select(UnverifiedIsbn.value, literal(False)).where(
        UnverifiedIsbn.edition_id == bindparam("edition_id")
    ),
).order_by(desc("holds"), "value")

_MARKS = re.compile(r"[\s-]+")
_LIKE_ONE = re.compile(r"[0-9]{6,12}[0-9X]")


def find_slug(isbn13: str) -> str | None:
    """Return the slug of the work that has an edition with this ISBN, or None."""
    found = _find(isbn13)
    return found.slug if found else None


def works_of(written: str) -> Sequence[Record]:
    """Return the works (`id`, `slug`) that an ISBN in any spelling leads to.

    Where its checksum is wrong, as some books have it printed, several works may have the same.
    """
    if isbn13 := isbn13_of(written):
        found = _find(isbn13)
        return [found] if found else []
    spellings = _spellings(written)
    return read(_BY_UNVERIFIED, spellings=spellings).all() if spellings else []


def others_of(edition_id: int) -> Sequence[Record]:
    """Return the ISBNs of an edition beside its first (`value`); those that `holds`, first."""
    return read(_OTHERS, edition_id=edition_id).all()


def _find(isbn13: str) -> Record | None:
    rows = (read(by, isbn13=isbn13).one_or_none() for by in (_BY_ISBN, _BY_FURTHER_ISBN))
    return next(filter(None, rows), None)


def _spellings(written: str) -> list[str]:
    """Return how a file may have written a number that can't be verified; none for other words."""
    bare = _MARKS.sub("", written).upper()
    if not _LIKE_ONE.fullmatch(bare):
        return []
    return list(dict.fromkeys((written.strip(), bare, hyphenated(bare))))
