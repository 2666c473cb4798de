"""Every read of the catalogue. Rows, not entities: each statement selects what a page shows."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, or_, select, union_all

from bookreviews.catalog.models import (
    Author,
    Authorship,
    Edition,
    FormerSlug,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.catalog.naming import work_slugs
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.lib.text import is_readable

_WORK_ID_BY_SLUG = select(Work.id).where(Work.slug == bindparam("slug"))
_SLUG = select(Work.slug).where(Work.id == bindparam("work_id"))
_PRESENT_SLUG = (
    select(Work.slug)
    .join(FormerSlug, FormerSlug.work_id == Work.id)
    .where(FormerSlug.slug == bindparam("slug"))
)
_SLUG_BY_ISBN = (
    select(Work.slug)
    .join(Edition, Edition.work_id == Work.id)
    .where(Edition.isbn13 == bindparam("isbn13"))
)
_EDITIONS = (
    select(
        Edition.isbn13,
        Edition.publisher,
        Edition.published,
        Edition.pages,
        Edition.format,
        Edition.language,
        Edition.translators,
    )
    .where(Edition.work_id == bindparam("work_id"))
    .order_by(Edition.published.desc(), Edition.id)
)
# Authors and subjects of a work in one statement: each is three small columns.
_LINKS = union_all(
    select(literal("author").label("kind"), Author.slug, Author.name, Authorship.position)
    .join(Authorship)
    .where(Authorship.work_id == bindparam("work_id")),
    select(literal("subject"), Subject.slug, Subject.name, WorkSubject.position)
    .join(WorkSubject)
    .where(WorkSubject.work_id == bindparam("work_id")),
).order_by("position")
ADDITIONS_PAGE_SIZE = 30
_ADDITIONS = select(
    Work.id,
    Work.slug,
    Work.title,
    Work.byline,
    Work.first_published,
    Work.language,
    Work.added_at,
)
_FACTS = select(
    Work.id,
    Work.slug,
    Work.title,
    Work.subtitle,
    Work.byline,
    Work.description,
    Work.language,
    Work.first_published,
    Work.added_at,
).where(Work.slug == bindparam("slug"))
_ALIKE = (
    select(Work.slug, Work.title, Work.byline, Work.first_published)
    .where(or_(Work.title == bindparam("title"), Work.slug.in_(bindparam("slugs", expanding=True))))
    .order_by(Work.id)
    .limit(5)
)
_AUTHOR = select(Author.id, Author.slug, Author.name).where(Author.slug == bindparam("slug"))
_SUBJECT = select(Subject.id, Subject.slug, Subject.name).where(Subject.slug == bindparam("slug"))
_SERIES = select(Series.id, Series.slug, Series.name).where(Series.slug == bindparam("slug"))
_SUBJECTS = select(Subject.slug, Subject.name).order_by(Subject.name)


class Moved(NotFound):
    """The work has another slug now: `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__("This book has another address now.")
        self.slug = slug


def get_work_id(slug: str) -> int:
    """Return the id of the work at this address; Moved or NotFound if there is none."""
    work_id: int | None = read(_WORK_ID_BY_SLUG, slug=slug).scalar()
    if work_id is None:
        raise missing_work(slug)
    return work_id


def get_slug(work_id: int) -> str:
    """Return the present slug of a work."""
    return str(read(_SLUG, work_id=work_id).scalar_one())


def is_known(slug: str) -> bool:
    """Tell whether a work has this slug or once had it."""
    return any(read(by, slug=slug).scalar() for by in (_WORK_ID_BY_SLUG, _PRESENT_SLUG))


def missing_work(slug: str) -> NotFound:
    """Return the error for an address without a work: Moved if there was one, else NotFound."""
    present = read(_PRESENT_SLUG, slug=slug).scalar()
    return Moved(present) if present else NotFound("There is no such book here.")


def find_slug_by_isbn(isbn13: str) -> str | None:
    """Return the slug of the work that has an edition with this ISBN, or None."""
    return read(_SLUG_BY_ISBN, isbn13=isbn13).scalar()


def editions_of(work_id: int) -> Sequence[Record]:
    """Return the editions of a work, latest first."""
    return read(_EDITIONS, work_id=work_id).all()


def authors_and_subjects_of(work_id: int) -> tuple[list[Record], list[Record]]:
    """Return the authors and the subjects of a work (`slug`, `name`), each in their order."""
    links = read(_LINKS, work_id=work_id).all()
    return (
        [link for link in links if link.kind == "author"],
        [link for link in links if link.kind == "subject"],
    )


def get_author(slug: str) -> Record:
    """Return an author (`id`, `slug`, `name`) or raise NotFound."""
    return _one(_AUTHOR, slug, "There is no such author here.")


def get_subject(slug: str) -> Record:
    """Return a subject (`id`, `slug`, `name`) or raise NotFound."""
    return _one(_SUBJECT, slug, "There is no such subject here.")


def get_series(slug: str) -> Record:
    """Return a series (`id`, `slug`, `name`) or raise NotFound."""
    return _one(_SERIES, slug, "There is no such series here.")


def list_subjects() -> Sequence[Record]:
    """Return all subjects (`slug`, `name`) by name."""
    return read(_SUBJECTS).all()


def list_additions(*, after: str | None = None) -> Page[Record]:
    """Return a page of works in the order in which they were added, the newest first."""
    values = continuing(after, ("id",), (int,))
    rows = read(_additions(after is not None), **values).all()
    return page_of(
        rows, size=ADDITIONS_PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None
    )


def get_facts(slug: str) -> Record:
    """Return a work's own facts, those that admins set right; Moved or NotFound without one."""
    found = read(_FACTS, slug=slug).one_or_none()
    if found is None:
        raise missing_work(slug)
    return found


def works_like(title: str, authors: Sequence[str]) -> Sequence[Record]:
    """Return works that may be the same as one of this title and these authors.

    Their titles are the same but for capitals, accents and marks.
    """
    if not is_readable(title):  # no work is called so
        return []
    slugs = work_slugs(title, authors)
    return read(_ALIKE, title=" ".join(title.split()), slugs=slugs).all()


@cache
def _additions(continues: bool) -> Statement:
    return keyset(_ADDITIONS, (Work.id,), ("id",), downward=True, continues=continues).limit(
        ADDITIONS_PAGE_SIZE + 1
    )


def _one(statement: Any, slug: str, missing: str) -> Record:
    found = read(statement, slug=slug).one_or_none()
    if found is None:
        raise NotFound(missing)
    return found
