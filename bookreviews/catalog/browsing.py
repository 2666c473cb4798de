"""Every read of what the catalogue is walked through by: the tree of subjects, languages, years.

A list of what there is (languages, decades) is found by leaps in an index: from each value to the
next one, however many works share it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, literal, literal_column, select
from sqlalchemy.orm import aliased

from bookreviews.catalog.models import SUBJECT, Subject, Work
from bookreviews.catalog.queries import get_named
from bookreviews.extensions import read
from bookreviews.lib.languages import UNKNOWN
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of

MOST_DEEP = 8
MOST_SUBJECTS = 60
MOST_PARTS = 200
SUBJECTS_PAGE_SIZE = 120
MOST_LANGUAGES = 500
MOST_DECADES = 300
_PARTS_SHOWN = 6
_THE_END = literal_column("9999", Integer)
_LONG_AGO = literal_column("9990", Integer)

_SUBJECT = (Subject.id, Subject.slug, Subject.name)
_is_here = Subject.merged_into_id.is_(None)
_BIGGEST_FIRST = (Subject.works_count.desc(), Subject.id.desc())

# A subject and all of which it is part, each one step further up.
_self = (
    select(*_SUBJECT, Subject.parent_id, literal(0).label("step"))
    .where(Subject.slug == bindparam("slug"), _is_here)
    .cte("path", recursive=True)
)
_path = _self.union_all(
    select(*_SUBJECT, Subject.parent_id, _self.c.step + 1)
    .join(_self, Subject.id == _self.c.parent_id)
    .where(_self.c.step < MOST_DEEP)
)
_PATH = select(_path.c.id, _path.c.slug, _path.c.name).order_by(_path.c.step.desc())
_PARTS = (
    select(*_SUBJECT, Subject.works_count)
    .where(Subject.parent_id == bindparam("subject_id"), _is_here)
    .order_by(*_BIGGEST_FIRST)
    .limit(MOST_PARTS)
)
_TOP = (
    select(*_SUBJECT, Subject.works_count, Subject.parent_id)
    .where(Subject.parent_id.is_(None), _is_here)
    .order_by(*_BIGGEST_FIRST)
    .limit(bindparam("most"))
)
_BY_NAME = select(*_SUBJECT, Subject.works_count).where(_is_here)


def _parts_of_top() -> Statement:
    """For each of the biggest subjects, its biggest parts."""
    top = _TOP.subquery()
    part = aliased(Subject)
    shown = (
        select(part.id)
        .where(part.parent_id == top.c.id, part.merged_into_id.is_(None))
        .order_by(part.works_count.desc(), part.id.desc())
        .limit(_PARTS_SHOWN)
        .correlate(top)
    )
    return (
        select(*_SUBJECT, Subject.works_count, Subject.parent_id)
        .join(top, Subject.parent_id == top.c.id)
        .where(Subject.id.in_(shown))
        .order_by(*_BIGGEST_FIRST)
    )


_PARTS_OF_TOP = _parts_of_top()


def _leaps(first: Any, following: Callable[[Any], Any], most: int) -> Statement:
    """Walk from each value to the one `following` it, beginning with what follows `first`."""
    begun = select(following(first).scalar_subquery().label("value")).cte("leaps", recursive=True)
    leap = select(following(begun.c.value).scalar_subquery()).where(begun.c.value.is_not(None))
    leaps = begun.union_all(leap)
    return select(leaps.c.value).limit(most)


def _language_after(value: Any) -> Any:
    here = Work.left_at.is_(None)
    after = select(Work.language).where(Work.language > value, here)
    return after.order_by(Work.language).limit(1)


def _year_before_decade_of(year: Any) -> Any:
    # What is left of a division has its sign, so years are counted from before all of them.
    begins = year - (year + _LONG_AGO) % literal_column("10", Integer)
    here = Work.left_at.is_(None)
    before = select(Work.first_published).where(Work.first_published < begins, here)
    return before.order_by(Work.first_published.desc()).limit(1)


_LANGUAGES = _leaps(literal(""), _language_after, MOST_LANGUAGES)
_DECADES = _leaps(_THE_END, _year_before_decade_of, MOST_DECADES)


def path_of_subject(slug: str) -> Sequence[Record]:
    """Return a subject (`id`, `slug`, `name`), last, after all of which it is part.

    Moved or NotFound without one.
    """
    return read(_PATH, slug=slug).all() or [get_named(SUBJECT, slug)]


def parts_of_subject(subject_id: int) -> Sequence[Record]:
    """Return the subjects that are part of this one, the biggest first."""
    return read(_PARTS, subject_id=subject_id).all()


def top_subjects(*, most: int = MOST_SUBJECTS) -> Sequence[Record]:
    """Return the biggest subjects that are part of no other, with their `works_count`."""
    return read(_TOP, most=most).all()


def parts_of_top_subjects() -> dict[int, list[Record]]:
    """Return some parts of each of the top subjects, by the id of the latter."""
    parts: dict[int, list[Record]] = {}
    for part in read(_PARTS_OF_TOP, most=MOST_SUBJECTS):
        parts.setdefault(part.parent_id, []).append(part)
    return parts


def subjects_by_name(*, after: str | None = None) -> Page[Record]:
    """Return a page of all subjects, from A to Z."""
    values = continuing(after, ("name", "id"), (str, int))
    return page_of(
        read(_by_name(after is not None), **values).all(),
        size=SUBJECTS_PAGE_SIZE,
        key=lambda row: (row.name, row.id),
        is_first=after is None,
    )


@cache
def _by_name(continues: bool) -> Statement:
    return keyset(
        _BY_NAME,
        (Subject.name, Subject.id),
        ("name", "id"),
        downward=False,
        continues=continues,
    ).limit(SUBJECTS_PAGE_SIZE + 1)


def languages() -> list[str]:
    """Return the languages that works here are known to be written in, by their codes."""
    return [row.value for row in read(_LANGUAGES) if row.value not in (None, UNKNOWN)]


def decades() -> list[int]:
    """Return the first year of each decade that works here were published in, latest first."""
    return [row.value // 10 * 10 for row in read(_DECADES) if row.value is not None]
