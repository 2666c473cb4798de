"""Two works that are one."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bookreviews.catalog.applying import apply, show_anew, write_bylines
from bookreviews.catalog.facts import Facts, facts_of
from bookreviews.catalog.images import covers
from bookreviews.catalog.merging.addresses import lead_back, lead_on
from bookreviews.catalog.merging.belongings import move, move_back, write
from bookreviews.catalog.merging.records import check_can_be_undone
from bookreviews.catalog.models import Author, Authorship, Merge, Subject, Work, WorkSubject
from bookreviews.extensions import session

# Facts that the winner takes over where it has none; of subjects it gets what it lacks.
_TAKEN_OVER = ("subtitle", "original_title", "description", "first_published")


def merge_works(kept: Work, gone: Work, *, at: datetime) -> dict[str, Any]:
    """Let all that the catalogue says of one work go to another; return what was moved."""
    before = facts_of(gone)
    authors, subjects = _links_of(gone)
    moved: dict[str, Any] = {
        "rows": move(kept, gone),
        "addresses": lead_on(kept, gone),
        "authors": authors,
        "subjects": subjects,
        "series": [gone.series_id, gone.series_position],
        "main_subject": gone.main_subject,
        "cover": covers.pass_cover_on(kept, gone),
        "changed": _taken_over(facts_of(kept), before),
    }
    for table in (Authorship, WorkSubject):
        write(delete(table).where(table.work_id == gone.id))
    gone.series_id = gone.series_position = gone.main_subject = None
    gone.left_at, gone.merged_into_id = at, kept.id
    session().flush()
    if moved["changed"]:
        apply(kept, {name: after for name, (_before, after) in moved["changed"].items()})
    show_anew([kept.id, gone.id])
    return moved


def undo_works(merge: Merge, kept: Work, gone: Work) -> None:
    """Let two works that were merged be two again, each with what it had."""
    check_can_be_undone(merge, kept)
    moved = merge.moved
    gone.left_at = gone.merged_into_id = None
    gone.series_id, gone.series_position = moved["series"]
    gone.main_subject = moved["main_subject"]
    session().flush()
    move_back(moved["rows"], kept, gone)
    lead_back(merge, gone)
    _link_again(gone, moved)
    covers.hand_cover_back(kept, gone, image_id=moved.get("cover"))
    present = facts_of(kept)
    unchanged = {
        name: before for name, (before, after) in moved["changed"].items() if present[name] == after
    }
    if unchanged:
        apply(kept, unchanged)
    session().flush()
    write_bylines([gone.id])
    show_anew([kept.id, gone.id])


def _taken_over(facts: Facts, had: Facts) -> dict[str, list[Any]]:
    """Return which facts of the winner change, with before and after."""
    after = {name: had[name] for name in _TAKEN_OVER if had[name] and not facts[name]}
    if had["authors"] and not facts["authors"]:
        after["authors"] = had["authors"]
    if had["series"] and not facts["series"]:
        after |= {"series": had["series"], "series_position": had["series_position"]}
    subjects = list(dict.fromkeys([*facts["subjects"], *had["subjects"]]))
    if subjects != facts["subjects"]:
        after["subjects"] = subjects
    return {name: [facts[name], value] for name, value in after.items()}


def _links_of(work: Work) -> tuple[list[list[int]], list[list[int]]]:
    links = []
    for table, column in (
        (Authorship, Authorship.author_id),
        (WorkSubject, WorkSubject.subject_id),
    ):
        rows = select(column, table.position).where(table.work_id == work.id)
        links.append([[thing_id, position] for thing_id, position in session().execute(rows)])
    return links[0], links[1]


def _link_again(work: Work, moved: dict[str, Any]) -> None:
    """Give a work its authors and subjects back; one that was merged meanwhile means the other."""
    for author_id, position in moved["authors"]:
        found = _present(Author, author_id)
        session().merge(Authorship(work_id=work.id, author_id=found, position=position))
    for subject_id, position in moved["subjects"]:
        found = _present(Subject, subject_id)
        session().merge(WorkSubject(work_id=work.id, subject_id=found, position=position))
    session().flush()


def _present(table: type[Author | Subject], thing_id: int) -> int:
    into = select(table.merged_into_id).where(table.id == thing_id)
    present = session().scalar(into)
    return thing_id if present is None else _present(table, present)
