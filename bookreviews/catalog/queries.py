"""Every read of the catalogue. Rows, not entities: each statement selects what a page shows."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, func, literal, or_, select, union_all

from bookreviews.catalog.models import (
    AUTHOR,
    EDITION,
    NAMED,
    SERIES,
    SUBJECT,
    UNKNOWN_YEAR,
    Author,
    Authorship,
    Edition,
    FormerName,
    FormerSlug,
    Merge,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.catalog.naming import work_slugs
from bookreviews.errors import NotFound
from bookreviews.extensions import read, read_apart
from bookreviews.lib.orm import Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.lib.text import is_readable

# Works that were merged into others, or turned down, show nowhere.
_is_here = Work.left_at.is_(None)

_WORK_ID_BY_SLUG = select(Work.id).where(Work.slug == bindparam("slug"), _is_here)
_VERSION_BY_SLUG = select(Work.id, Work.version).where(Work.slug == bindparam("slug"), _is_here)
_SLUG = select(Work.slug).where(Work.id == bindparam("work_id"))
_PRESENT_SLUG = (
    select(Work.slug)
    .join(FormerSlug, FormerSlug.work_id == Work.id)
    .where(FormerSlug.slug == bindparam("slug"), _is_here)
)
_EDITION_ROWS = select(
    Edition.id,
    Edition.isbn13,
    Edition.publisher,
    Edition.published,
    Edition.pages,
    Edition.format,
    Edition.language,
    Edition.translators,
).where(Edition.work_id == bindparam("work_id"))
_EDITIONS = _EDITION_ROWS.order_by(Edition.published.desc(), Edition.id)
EDITIONS_PAGE_SIZE = 48
MOST_EDITIONS_COUNTED = 1_000
# Those without a year stand last on both databases. A work's editions are sorted: there are never
# so many of one that an index of their own would pay.
_edition_year = func.coalesce(Edition.published, UNKNOWN_YEAR)
_EDITION_PAGES = _EDITION_ROWS.add_columns(_edition_year.label("place"))
_counted = (
    select(Edition.id)
    .where(Edition.work_id == bindparam("work_id"))
    .limit(MOST_EDITIONS_COUNTED + 1)
    .subquery()
)
_LATEST_EDITIONS = (
    _EDITION_ROWS.add_columns(
        select(func.count()).select_from(_counted).scalar_subquery().label("total")
    )
    .order_by(_edition_year.desc(), Edition.id.desc())
    .limit(bindparam("most"))
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
    Work.unconfirmed_since,
).where(_is_here)
_ADDITIONS_BY_IDS = _ADDITIONS.where(Work.id.in_(bindparam("ids", expanding=True)))
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
).where(Work.slug == bindparam("slug"), _is_here)
_ALIKE = (
    select(Work.slug, Work.title, Work.byline, Work.first_published)
    .where(
        or_(Work.title == bindparam("title"), Work.slug.in_(bindparam("slugs", expanding=True))),
        _is_here,
    )
    .order_by(Work.id)
    .limit(5)
)
_NAMED = {
    kind: select(table.id, table.slug, table.name).where(
        table.slug == bindparam("slug"), table.merged_into_id.is_(None)
    )
    for kind, table in NAMED.items()
}
_NAMED[AUTHOR] = _NAMED[AUTHOR].add_columns(Author.bio, Author.born, Author.died)
_BY_IDS = select(
    Work.id,
    Work.slug,
    Work.title,
    Work.original_title,
    Work.byline,
    Work.main_subject,
    Work.first_published,
).where(Work.id.in_(bindparam("ids", expanding=True)), _is_here)
_NAME_SLUGS = {
    kind: select(table.slug).where(table.id == bindparam("thing_id"))
    for kind, table in NAMED.items()
}
_EDITION_OF_WORK = select(Edition.id).where(
    Edition.id == bindparam("edition_id"), Edition.work_id == bindparam("work_id")
)
_PRESENT_NAMES = {
    kind: select(table.slug)
    .join(FormerName, FormerName.thing_id == table.id)
    .where(FormerName.kind == kind, FormerName.slug == bindparam("slug"))
    for kind, table in NAMED.items()
}
_OFFERED_SUBJECTS = (
    select(Subject.slug, Subject.name)
    .where(Subject.merged_into_id.is_(None))
    .order_by(Subject.name)
    .limit(500)
)

_EDITION_MERGED_INTO = (
    select(Merge.winner_id)
    .where(
        Merge.kind == EDITION,
        Merge.loser_id == bindparam("edition_id"),
        Merge.undone_at.is_(None),
    )
    .order_by(Merge.id.desc())
    .limit(1)
)


class Moved(NotFound):
    """The work, author, series or subject has another slug now: `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__("This has another address now.")
        self.slug = slug


class MergedEdition(NotFound):
    """The edition is one with another now: `edition_id`."""

    def __init__(self, edition_id: int) -> None:
        super().__init__("This edition was merged into another.")
        self.edition_id = edition_id


def get_work_id(slug: str) -> int:
    """Return the id of the work at this address; Moved or NotFound if there is none."""
    work_id: int | None = read(_WORK_ID_BY_SLUG, slug=slug).scalar()
    if work_id is None:
        raise missing_work(slug)
    return work_id


def find_version(slug: str) -> Record | None:
    """Return `id` and `version` of the work here, or None, for who needs nothing else."""
    return read_apart(_VERSION_BY_SLUG, slug=slug)


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


def missing_edition(edition_id: int) -> NotFound:
    """Return the error for an edition that isn't here: MergedEdition if it was, else NotFound."""
    into = read(_EDITION_MERGED_INTO, edition_id=edition_id).scalar()
    return MergedEdition(into) if into else NotFound("There is no such edition here.")


def editions_of(work_id: int) -> Sequence[Record]:
    """Return the editions of a work, latest first."""
    return read(_EDITIONS, work_id=work_id).all()


def latest_editions_of(work_id: int, *, most: int) -> Sequence[Record]:
    """Return some editions of a work, latest first; each row tells the `total`.

    Beyond MOST_EDITIONS_COUNTED the total is one more than that, however many there are.
    """
    return read(_LATEST_EDITIONS, work_id=work_id, most=most).all()


def list_editions(work_id: int, *, after: str | None = None) -> Page[Record]:
    """Return a page of a work's editions, latest first."""
    values = continuing(after, ("place", "id"), (int, int))
    return page_of(
        read(_edition_page(after is not None), work_id=work_id, **values).all(),
        size=EDITIONS_PAGE_SIZE,
        key=lambda row: (row.place, row.id),
        is_first=after is None,
    )


def authors_and_subjects_of(work_id: int) -> tuple[list[Record], list[Record]]:
    """Return the authors and the subjects of a work (`slug`, `name`), each in their order."""
    links = read(_LINKS, work_id=work_id).all()
    return (
        [link for link in links if link.kind == "author"],
        [link for link in links if link.kind == "subject"],
    )


def get_named(kind: str, slug: str) -> Record:
    """Return an author, a series or a subject at this address; Moved or NotFound without one."""
    found = read(_NAMED[kind], slug=slug).one_or_none()
    if found is not None:
        return found
    present = read(_PRESENT_NAMES[kind], slug=slug).scalar()
    raise Moved(present) if present else NotFound(f"There is no such {kind} here.")


def get_author(slug: str) -> Record:
    """Return an author (`id`, `slug`, `name`, `bio`, `born`, `died`); Moved or NotFound."""
    return get_named(AUTHOR, slug)


def get_subject(slug: str) -> Record:
    """Return a subject (`id`, `slug`, `name`); Moved or NotFound without one."""
    return get_named(SUBJECT, slug)


def get_series(slug: str) -> Record:
    """Return a series (`id`, `slug`, `name`); Moved or NotFound without one."""
    return get_named(SERIES, slug)


def offered_subjects() -> Sequence[Record]:
    """Return subjects (`slug`, `name`) to choose from, by name: as many as a list can be read."""
    return read(_OFFERED_SUBJECTS).all()


def check_edition(edition_id: int, work_id: int) -> None:
    """Raise NotFound unless this is an edition of this work."""
    if read(_EDITION_OF_WORK, edition_id=edition_id, work_id=work_id).scalar() is None:
        raise NotFound("There is no such edition of this book here.")


def get_name_slug(kind: str, thing_id: int) -> str:
    """Return the present slug of an author, a series or a subject."""
    return str(read(_NAME_SLUGS[kind], thing_id=thing_id).scalar_one())


def list_additions(*, after: str | None = None) -> Page[Record]:
    """Return a page of works in the order in which they were added, the newest first."""
    values = continuing(after, ("id",), (int,))
    rows = read(_additions(after is not None), **values).all()
    return page_of(
        rows, size=ADDITIONS_PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None
    )


def additions_of(ids: Sequence[int]) -> list[Record]:
    """Return works as `list_additions` does, in the order of `ids`."""
    found = {row.id: row for row in read(_ADDITIONS_BY_IDS, ids=ids)} if ids else {}
    return [found[work_id] for work_id in ids if work_id in found]


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


def works_of(ids: Sequence[int]) -> list[Record]:
    """Return works in the order of `ids`.

    Each is `id`, `slug`, `title`, `original_title`, `byline`, `main_subject`, `first_published`.
    """
    found = {row.id: row for row in read(_BY_IDS, ids=ids)} if ids else {}
    return [found[work_id] for work_id in ids if work_id in found]


@cache
def _edition_page(continues: bool) -> Statement:
    columns = (_edition_year, Edition.id)
    return keyset(
        _EDITION_PAGES, columns, ("place", "id"), downward=True, continues=continues
    ).limit(EDITIONS_PAGE_SIZE + 1)


@cache
def _additions(continues: bool) -> Statement:
    return keyset(_ADDITIONS, (Work.id,), ("id",), downward=True, continues=continues).limit(
        ADDITIONS_PAGE_SIZE + 1
    )
