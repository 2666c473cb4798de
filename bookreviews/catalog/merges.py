"""Every read for merging: what a preview counts, and a merge by itself."""

from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.catalog.models import (
    AUTHOR,
    EDITION,
    SERIES,
    SUBJECT,
    WORK,
    Author,
    Authorship,
    Edition,
    Merge,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record

_by, _undone_by = aliased(User), aliased(User)


def _wins(kind: str, table: Any) -> Any:
    return and_(Merge.kind == kind, table.id == Merge.winner_id)


_work_of_edition = aliased(Work)
_MERGE = (
    select(
        Merge.id,
        Merge.kind,
        Merge.winner_name,
        Merge.loser_name,
        Merge.at,
        Merge.reason,
        Merge.moved,
        Merge.undone_at,
        Merge.undo_reason,
        _by.username.label("by_username"),
        _by.name.label("by_name"),
        _undone_by.username.label("undone_by_username"),
        _undone_by.name.label("undone_by_name"),
        func.coalesce(
            Work.slug, _work_of_edition.slug, Author.slug, Series.slug, Subject.slug
        ).label("slug"),
    )
    .join(_by, _by.id == Merge.by_id)
    .outerjoin(_undone_by, _undone_by.id == Merge.undone_by_id)
    .outerjoin(Work, _wins(WORK, Work))
    .outerjoin(Edition, _wins(EDITION, Edition))
    .outerjoin(_work_of_edition, _work_of_edition.id == Edition.work_id)
    .outerjoin(Author, _wins(AUTHOR, Author))
    .outerjoin(Series, _wins(SERIES, Series))
    .outerjoin(Subject, _wins(SUBJECT, Subject))
    .where(Merge.id == bindparam("merge_id"))
)
_counted = {
    WORK: select(func.count()).where(Edition.work_id == bindparam("thing_id")),
    AUTHOR: select(func.count()).where(Authorship.author_id == bindparam("thing_id")),
    SERIES: select(func.count()).where(Work.series_id == bindparam("thing_id")),
    SUBJECT: select(func.count()).where(WorkSubject.subject_id == bindparam("thing_id")),
}
_EDITION = select(
    Edition.id, Edition.publisher, Edition.published, Edition.isbn13, Edition.format, Edition.pages
).where(Edition.id == bindparam("edition_id"), Edition.work_id == bindparam("work_id"))


def get_merge(merge_id: int) -> Record:
    """Return a merge with who made and who undid it, and the winner's slug; or raise NotFound."""
    found = read(_MERGE, merge_id=merge_id).one_or_none()
    if found is None:
        raise NotFound("There is no such merge.")
    return found


def count_belongings(kind: str, thing_id: int) -> int:
    """Return how many editions a work has, or how many works an author, a series, a subject."""
    return int(read(_counted[kind], thing_id=thing_id).scalar_one())


def get_edition(edition_id: int, work_id: int) -> Record:
    """Return an edition of a work in a few words, or raise NotFound."""
    found = read(_EDITION, edition_id=edition_id, work_id=work_id).one_or_none()
    if found is None:
        raise NotFound("There is no such edition of this book here.")
    return found
