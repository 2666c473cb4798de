"""Letting changed facts take effect on a thing, and on all that repeats them.

Everything here happens in the turn of `turns.take_turn_on_catalogue`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select

from bookreviews.catalog.facts import Entity, Facts
from bookreviews.catalog.models import (
    AUTHOR,
    SERIES,
    Author,
    AuthorName,
    Authorship,
    Edition,
    FormerName,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.catalog.naming import byline_of, name_key
from bookreviews.catalog.services import (
    checked_isbn,
    free_name_slug,
    index,
    link,
    named,
    retitle_work,
)
from bookreviews.catalog.turns import check_not_too_many, take_turns_on_works
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Conflict
from bookreviews.extensions import session
from bookreviews.lib.orm import slices_of


def apply(found: Entity, changed: Facts) -> None:
    """Let a thing be as `changed` says, and whatever shows it be made anew."""
    if isinstance(found, Work):
        _change_work(found, changed)
    elif isinstance(found, Edition):
        _change_edition(found, changed)
    else:
        _rename(found, changed["name"])
    session().flush()


def works_of(found: Author | Series | Subject) -> Sequence[int]:
    """Return the works whose pages name this author, series or subject."""
    statement = {
        Author: select(Authorship.work_id).where(Authorship.author_id == found.id),
        Series: select(Work.id).where(Work.series_id == found.id),
        Subject: select(WorkSubject.work_id).where(WorkSubject.subject_id == found.id),
    }[type(found)]
    return session().scalars(statement.order_by(statement.selected_columns[0])).all()


def show_anew(work_ids: Collection[int]) -> None:
    """Let these works' pages be made anew, and their words be found as they are now."""
    index(*_works(work_ids))
    raise_versions(work_ids)


def write_bylines(work_ids: Collection[int]) -> None:
    """Let works say by whom they are as their authors are called now."""
    for work in _works(work_ids):
        names = (
            select(Author.name)
            .join(Authorship, Authorship.author_id == Author.id)
            .where(Authorship.work_id == work.id)
            .order_by(Authorship.position)
        )
        work.byline = byline_of(session().scalars(names).all())
    session().flush()


def _works(work_ids: Collection[int]) -> Iterator[Work]:
    for ids in slices_of(work_ids):
        yield from session().scalars(select(Work).where(Work.id.in_(ids)).order_by(Work.id)).all()


_COLUMNS = (
    "subtitle",
    "original_title",
    "series_position",
    "first_published",
    "language",
    "description",
)


def _change_work(work: Work, changed: Facts) -> None:
    for name in _COLUMNS:
        if name in changed:
            setattr(work, name, changed[name])
    if "series" in changed:
        work.series_id = named(Series, changed["series"]).id if changed["series"] else None
    if "authors" in changed:
        _set_links(work, Authorship, authors=changed["authors"])
        work.byline = byline_of(changed["authors"])
    if "subjects" in changed:
        subjects = _set_links(work, WorkSubject, subjects=changed["subjects"])
        work.main_subject = subjects[0].slug if subjects else None
    session().flush()
    if "title" in changed:
        retitle_work(work_id=work.id, title=changed["title"])
    show_anew([work.id])


def _set_links(
    work: Work,
    table: type[Authorship | WorkSubject],
    *,
    authors: Sequence[str] = (),
    subjects: Sequence[str] = (),
) -> list[Any]:
    present = _authors_of(work)
    session().execute(delete(table).where(table.work_id == work.id))
    session().expire_all()
    # Several authors may share a name: who is named already stays the same one.
    writers = [present.get(name) or named(Author, name) for name in authors]
    topics = [named(Subject, name) for name in subjects]
    link(work, writers, topics)
    return topics


def _authors_of(work: Work) -> dict[str, Author]:
    theirs = (
        select(Author)
        .join(Authorship, Authorship.author_id == Author.id)
        .where(Authorship.work_id == work.id)
    )
    return {author.name: author for author in session().scalars(theirs)}


def _change_edition(edition: Edition, changed: Facts) -> None:
    for name, value in changed.items():
        if name == "isbn":
            edition.isbn13 = checked_isbn(value, own_id=edition.id)
        else:
            setattr(edition, name, value)
    session().flush()
    show_anew([edition.work_id])


def _rename(found: Author | Series | Subject, name: str) -> None:
    """Call it so. Authors and series get an address to go with it; subjects keep theirs.

    The slug of a subject is written into each of its works, where it chooses their covers.
    """
    _check_is_no_others(found, name)
    work_ids = works_of(found)
    check_not_too_many(work_ids)
    take_turns_on_works(work_ids)
    found.name = name
    if not isinstance(found, Subject):
        _move(found, AUTHOR if isinstance(found, Author) else SERIES)
    session().flush()
    if isinstance(found, Author):
        session().merge(AuthorName(author_id=found.id, name=name, key=name_key(name)))
        write_bylines(work_ids)
    show_anew(work_ids)


def _check_is_no_others(found: Author | Series | Subject, name: str) -> None:
    """Refuse a name that another series or subject has; authors may share theirs."""
    kind = type(found)
    same = select(kind.id).where(
        kind.name == name, kind.id != found.id, kind.merged_into_id.is_(None)
    )
    if kind is not Author and session().scalar(same):
        raise Conflict(f"There is “{name}” already. If both are the same, merge them instead.")


def _move(found: Author | Series, kind: str) -> None:
    kind_of: Any = type(found)
    slug = free_name_slug(kind_of, found.name, own_id=found.id)
    if slug == found.slug:
        return
    mine = FormerName.kind == kind, FormerName.slug == slug
    session().execute(delete(FormerName).where(*mine))
    session().add(FormerName(kind=kind, slug=found.slug, thing_id=found.id))
    found.slug = slug
