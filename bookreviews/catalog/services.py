"""Every write to the catalogue, and its rules. The doors commit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TypeVar

from sqlalchemy import CompoundSelect, Select, delete, select

from bookreviews.catalog.listings import list_works
from bookreviews.catalog.models import (
    LONGEST_NAME,
    LONGEST_TITLE,
    Author,
    AuthorName,
    Authorship,
    Edition,
    EditionIdentifier,
    FormerName,
    FormerSlug,
    Series,
    Subject,
    Work,
    WorkIdentifier,
    WorkSubject,
)
from bookreviews.catalog.naming import (
    ISBN,
    TITLE,
    byline_of,
    name_key,
    name_slug,
    numbered_from_two,
    reserved,
    title_key,
    work_slugs,
)
from bookreviews.catalog.numbers import number_of_new_edition
from bookreviews.catalog.search.indexing import index_works
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Conflict, Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.lib import text
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.languages import UNKNOWN

Named = TypeVar("Named", Author, Subject, Series)

LONGEST_DESCRIPTION = 10_000
EARLIEST_YEAR, LATEST_YEAR = -3000, 2200

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class IsbnTaken(Conflict):
    """Another edition has this ISBN: `isbn13`."""

    def __init__(self, isbn13: str) -> None:
        super().__init__(f"There is an edition with the ISBN {isbn13} already.")
        self.isbn13 = isbn13


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """An edition to be added; `isbn` in any spelling."""

    isbn: str | None = None
    publisher: str = ""
    published: int | None = None
    pages: int | None = None
    format: str = ""
    language: str = UNKNOWN
    translators: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWork:
    """A work to be added; authors and subjects by name, in their order."""

    title: str
    subtitle: str = ""
    original_title: str = ""
    authors: Sequence[str] = ()
    subjects: Sequence[str] = ()
    series: str | None = None
    series_position: int | None = None
    description: str = ""
    language: str = UNKNOWN
    first_published: int | None = None
    editions: Sequence[NewEdition] = field(default_factory=tuple)


def add_work(new: NewWork, *, at: datetime) -> Work:
    """Add a work with its editions; its slug is made from the title, unlike any other."""
    title = _checked_title(new.title)
    _check_facts(new.subtitle, new.description, new.language, new.first_published)
    authors = [named(Author, name) for name in new.authors]
    subjects = [named(Subject, name) for name in new.subjects]
    work = Work(
        slug=_free_slug(title, new.authors),
        title=title,
        subtitle=text.tidy(new.subtitle),
        original_title=text.tidy(new.original_title),
        byline=byline_of([author.name for author in authors]),
        main_subject=subjects[0].slug if subjects else None,
        description=text.tidy(new.description),
        language=new.language,
        first_published=new.first_published,
        series_id=named(Series, new.series).id if new.series else None,
        series_position=new.series_position,
        added_at=at,
    )
    session().add(work)
    session().flush()
    link(work, authors, subjects)
    remember_title(work, new.authors)
    for edition in new.editions:
        _add_edition(work, edition)
    index(work)
    return work


def add_edition(*, work: Work, new: NewEdition) -> Edition:
    """Add an edition; an ISBN belongs to one edition only."""
    edition = _add_edition(work, new)
    index(work)
    return edition


def _add_edition(work: Work, new: NewEdition) -> Edition:
    isbn13 = checked_isbn(new.isbn)
    edition = Edition(
        id=number_of_new_edition(),
        work_id=work.id,
        isbn13=isbn13,
        publisher=new.publisher,
        published=new.published,
        pages=new.pages,
        format=new.format,
        language=new.language,
        translators=byline_of(new.translators),
    )
    session().add(edition)
    raise_versions([work.id])
    return edition


def add_subject(name: str) -> Subject:
    """Return the subject of this name, added if it is new: one that only holds others, say."""
    return named(Subject, " ".join(name.split()))


def retitle_work(*, work_id: int, title: str) -> Work:
    """Give a work another title, and the slug that goes with it; the old address leads on."""
    work = session().get(Work, work_id, populate_existing=True, with_for_update=True)
    if work is None:
        raise NotFound("There is no such book here.")
    work.title = _checked_title(title)
    slug = _free_slug(work.title, [work.byline], own_id=work.id)
    if slug != work.slug:
        session().execute(delete(FormerSlug).where(FormerSlug.slug == slug))
        session().add(FormerSlug(slug=work.slug, work_id=work.id))
        work.slug = slug
    raise_versions([work.id])
    remember_title(work, session().scalars(_first_author(work.id)).all())
    index(work)
    return work


def _check_facts(subtitle: str, description: str, language: str, year: int | None) -> None:
    """Raise one Invalid that names all that can't be so."""
    problems: dict[str, str] = {}
    for name, value, longest in (
        ("subtitle", subtitle, LONGEST_TITLE),
        ("description", description, LONGEST_DESCRIPTION),
    ):
        if not text.is_readable(value):
            problems[name] = "Some characters can't be read; please retype this."
        elif len(value) > longest:
            problems[name] = f"Please use at most {longest:,} characters."
    if not LANGUAGE_CODE.fullmatch(language) or len(language) > 35:
        problems["language"] = "Please give a language's code, such as en, de or pt-BR."
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        problems["first_published"] = f"Years are from {EARLIEST_YEAR} to {LATEST_YEAR}."
    if problems:
        raise Invalid(**problems)


def _checked_title(title: str) -> str:
    tidied = " ".join(title.split())
    if text.is_blank(tidied) or not text.is_readable(tidied):
        raise Invalid(title="A book needs a title.")
    if len(tidied) > LONGEST_TITLE:
        raise Invalid(title=f"A title can have up to {LONGEST_TITLE} characters.")
    return tidied


def checked_isbn(isbn: str | None, *, own_id: int | None = None) -> str | None:
    """Return the thirteen digits of an ISBN that no edition has yet; Invalid or IsbnTaken else.

    The edition `own_id` may have it among its further ones.
    """
    if isbn is None:
        return None
    isbn13 = isbn13_of(isbn)
    if isbn13 is None:
        raise Invalid(isbn=f"{isbn} is not an ISBN: its checksum is wrong.")
    if any(holder != own_id for holder in session().scalars(_holders_of(isbn13))):
        raise IsbnTaken(isbn13)
    return isbn13


def _holders_of(isbn13: str) -> CompoundSelect[int]:
    """Return what selects the editions of an ISBN; further ones only of works that are here."""
    further = (
        select(Edition.id)
        .join(EditionIdentifier, EditionIdentifier.edition_id == Edition.id)
        .join(Work, Work.id == Edition.work_id)
        .where(EditionIdentifier.scheme == ISBN, EditionIdentifier.value == isbn13)
        .where(Work.left_at.is_(None))
    )
    return select(Edition.id).where(Edition.isbn13 == isbn13).union_all(further)


def _free_slug(title: str, authors: Sequence[str], *, own_id: int | None = None) -> str:
    """Return a slug that is no other work's, present or former: title, then author, then number."""
    plain, with_author = work_slugs(title, authors)
    slugs = chain((plain, with_author), numbered_from_two(plain))
    return next(slug for slug in slugs if not _is_taken(slug, own_id))


def _is_taken(slug: str, own_id: int | None) -> bool:
    if slug in reserved(Work):
        return True
    holders = (
        select(Work.id)
        .where(Work.slug == slug)
        .union_all(select(FormerSlug.work_id).where(FormerSlug.slug == slug))
    )
    return any(holder != own_id for holder in session().scalars(holders))


def named(kind: type[Named], name: str) -> Named:
    """Return the author, subject or series of this name, added if it is new.

    A name that was merged into another means that one.
    """
    found = session().scalar(
        select(kind).where(kind.name == name).order_by(kind.merged_into_id.is_not(None), kind.id)
    )
    while found is not None and found.merged_into_id is not None:
        found = session().get_one(kind, found.merged_into_id)
    if found is None:
        if not name or len(name) > LONGEST_NAME:
            raise Invalid(name=f"Names have 1 to {LONGEST_NAME} characters.")
        found = kind(slug=free_name_slug(kind, name), name=name)
        session().add(found)
        session().flush()
        if isinstance(found, Author):
            session().add(AuthorName(author_id=found.id, name=name, key=name_key(name)))
    return found


def free_name_slug(kind: type[Named], name: str, *, own_id: int | None = None) -> str:
    """Return the slug of a name, numbered where another has it, or once had it."""
    plain = name_slug(name)
    slugs = chain((plain,), numbered_from_two(plain))
    return next(slug for slug in slugs if not _is_name_taken(kind, slug, own_id))


def _is_name_taken(kind: type[Named], slug: str, own_id: int | None) -> bool:
    if slug in reserved(kind):
        return True
    former = select(FormerName.thing_id).where(
        FormerName.kind == kind.__name__.lower(), FormerName.slug == slug
    )
    holders = select(kind.id).where(kind.slug == slug).union_all(former)
    return any(holder != own_id for holder in session().scalars(holders))


def link(work: Work, authors: Iterable[Author], subjects: Iterable[Subject]) -> None:
    """Say who wrote a work and what it is about, each in their order."""
    for position, author in enumerate(dict.fromkeys(authors)):
        session().add(Authorship(work_id=work.id, author_id=author.id, position=position))
    for position, subject in enumerate(dict.fromkeys(subjects)):
        session().add(WorkSubject(work_id=work.id, subject_id=subject.id, position=position))


def remember_title(work: Work, authors: Sequence[str]) -> None:
    """Let files find the work by title and first author, unless another is found so already."""
    key = (TITLE, title_key(work.title, authors))
    if session().get(WorkIdentifier, key) is None:
        session().add(WorkIdentifier(scheme=TITLE, value=key[1], work_id=work.id))


def _first_author(work_id: int) -> Select[str]:
    return (
        select(Author.name)
        .join(Authorship, Authorship.author_id == Author.id)
        .where(Authorship.work_id == work_id)
        .order_by(Authorship.position)
        .limit(1)
    )


def index(*works: Work) -> None:
    """Let works be found by what they are called now, and stand in lists where they belong.

    Those that have left are found by nothing.
    """
    work_ids = [work.id for work in works]
    list_works(work_ids)
    index_works(work_ids)
