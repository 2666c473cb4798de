"""Merging two that are one, in a page, and undoing it: all that moves, in one transaction.

What the catalogue says is moved by `catalog.merging`, reviews by `reviews.moving`; here are the
order in which it happens, and the cases that moderators have open. The ledger's entries are never
changed: they go on naming the work that left. The doors commit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions, merging
from bookreviews.catalog.editing import checked_summary
from bookreviews.catalog.facts import Thing, entity_in_turn
from bookreviews.catalog.models import EDITION, WORK, Merge, Work
from bookreviews.catalog.turns import take_turn_on_catalogue
from bookreviews.extensions import session
from bookreviews.moderation import turns
from bookreviews.moderation.models import Case, Report
from bookreviews.moderation.subjects import work_subject
from bookreviews.moderation.vocabulary import COVER, HASTE, REVIEW
from bookreviews.moderation.vocabulary import WORK as WORK_CASE
from bookreviews.notifications.services import notify
from bookreviews.reviews import moving
from bookreviews.reviews.models import Review
from bookreviews.reviews.summaries import recount, summary_of


def merge(*, by: Viewer, winner: Thing, loser: Thing, reason: str, at: datetime) -> Merge:
    """Let two of a kind be one: what belongs to the loser goes to the winner."""
    if winner.kind == WORK:
        return _merge_works(by=by, winner=winner, loser=loser, reason=reason, at=at)
    so = merging.merge_editions if winner.kind == EDITION else merging.merge_names
    return so(by=by, winner=winner, loser=loser, reason=reason, at=at)


def undo(*, by: Viewer, merge_id: int, reason: str, at: datetime) -> Merge:
    """Put back exactly what a merge moved; Conflict where later changes make that impossible."""
    why = checked_summary(reason, needed="Please say in a few words why.")
    take_turn_on_catalogue()
    contributions.begin(by, at=at)
    done = merging.get_merge(merge_id)
    merging.check_may_merge(by, done.kind, at)
    if done.kind == WORK:
        _undo_works(done, at=at)
    elif done.kind == EDITION:
        merging.undo_editions(done)
    else:
        merging.undo_names(done)
    merging.note_undone(done, by=by, reason=why, at=at)
    session().flush()
    return done


def _merge_works(*, by: Viewer, winner: Thing, loser: Thing, reason: str, at: datetime) -> Merge:
    why = checked_summary(reason)
    _take_turns(winner.id, loser.id)
    kept, gone = merging.begin(by=by, winner=winner, loser=loser, at=at)
    assert isinstance(kept, Work)
    assert isinstance(gone, Work)
    moved = merging.merge_works(kept, gone, at=at)
    moved["reviews"] = moving.move_reviews(loser_id=gone.id, winner_id=kept.id, at=at)
    moved["lock"] = _take_lock_over(gone.id, kept.id)
    moved["cases"] = _move_cases(gone.id, kept.id, at=at)
    _recount_both(kept.id, gone.id, at=at)
    done = merging.record(by=by, winner=kept, loser=gone, moved=moved, reason=why, at=at)
    for user_id, review_id in moving.readers_with_both(moved["reviews"]):
        details = {"review_id": review_id, "title": kept.title}
        notify(user_id=user_id, kind="reviews_merged", details=details, at=at)
    return done


def _undo_works(done: Merge, *, at: datetime) -> None:
    _take_turns(done.winner_id, done.loser_id)
    kept = entity_in_turn(Thing(WORK, done.winner_id))
    gone = entity_in_turn(Thing(WORK, done.loser_id))
    assert isinstance(kept, Work)
    assert isinstance(gone, Work)
    merging.undo_works(done, kept, gone)
    sides = {"loser_id": gone.id, "winner_id": kept.id}
    moving.move_back(done.moved["reviews"], **sides)
    _give_lock_back(done.moved["lock"], **sides)
    _move_cases_back(done.moved["cases"], **sides)
    _recount_both(kept.id, gone.id, at=at)


def _take_turns(*work_ids: int | None) -> None:
    """Wait for the catalogue, then for all decisions, then for both books by their numbers."""
    take_turn_on_catalogue()
    subjects = [work_subject(work_id) for work_id in work_ids if work_id is not None]
    turns.before_acting(subjects, kind="merge")


def _recount_both(*work_ids: int, at: datetime) -> None:
    for work_id in sorted(work_ids):
        recount(work_id, at=at)


# ---- A lock against campaigns goes with the reviews ---------------------------------------------
def _take_lock_over(loser_id: int, winner_id: int) -> list[str | None] | None:
    """Close the winner where the loser was closed for longer; return what held for the winner."""
    gone, kept = summary_of(loser_id), summary_of(winner_id)
    if gone.locked_until is None or (kept.locked_until or gone.locked_until) > gone.locked_until:
        return None
    before = [_written(kept.locked_until), kept.lock_reason, _written(gone.locked_until)]
    kept.locked_until, kept.lock_reason = gone.locked_until, gone.lock_reason
    session().flush()
    return before


def _give_lock_back(before: Sequence[Any] | None, *, loser_id: int, winner_id: int) -> None:
    if before is None:
        return
    kept = summary_of(winner_id)
    if _written(kept.locked_until) == before[2]:
        kept.locked_until = datetime.fromisoformat(before[0]) if before[0] else None
        kept.lock_reason = before[1]
    session().flush()


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# ---- What moderators have open ------------------------------------------------------------------
def _move_cases(loser_id: int, winner_id: int, *, at: datetime) -> dict[str, Any]:
    """Let open cases about the loser be about the winner; where it has one, reports join it."""
    moved: dict[str, Any] = {"rekeyed": [], "joined": []}
    for case in _open_cases(Case.work_id == loser_id, Case.subject.in_((WORK_CASE, COVER))):
        key = f"{case.subject}:{winner_id}"
        other = next(iter(_open_cases(Case.subject_key == key)), None)
        if other is None:
            case.subject_key, case.work_id = key, winner_id
            moved["rekeyed"].append(case.id)
        else:
            reports = _join(case, other)
            case.closed_at = at
            moved["joined"].append([case.id, other.id, reports])
        session().flush()
    _let_follow_reviews(loser_id, winner_id)
    return moved


def _move_cases_back(moved: dict[str, Any], *, loser_id: int, winner_id: int) -> None:
    """Put cases back that are still open; what was decided meanwhile stays decided."""
    for case in _open_cases(Case.id.in_(moved["rekeyed"]), Case.work_id == winner_id):
        case.subject_key, case.work_id = f"{case.subject}:{loser_id}", loser_id
    for case_id, other_id, reports in moved["joined"]:
        other = next(iter(_open_cases(Case.id == other_id)), None)
        if other is None:
            continue
        case = session().get_one(Case, case_id, populate_existing=True)
        case.closed_at = None
        for report in _reports(Report.id.in_(reports)):
            report.case_id = case.id
        session().flush()
        _weigh(case)
        _weigh(other)
    session().flush()
    _let_follow_reviews(loser_id, winner_id)


def _let_follow_reviews(*work_ids: int) -> None:
    """Let open cases about reviews name the work that these belong to now."""
    for case in _open_cases(Case.work_id.in_(work_ids), Case.subject == REVIEW):
        case.work_id = session().scalar(select(Review.work_id).where(Review.id == case.review_id))
    session().flush()


def _join(case: Case, other: Case) -> list[int]:
    """Give a case's reports to another, but for those who reported both; return which."""
    there = _reports(Report.case_id == other.id)
    known = {(one.reporter_id, one.rule) for one in there}
    mine = [
        one
        for one in _reports(Report.case_id == case.id)
        if (one.reporter_id, one.rule) not in known
    ]
    for one in mine:
        one.case_id = other.id
    session().flush()
    _weigh(other)
    return [one.id for one in mine]


def _weigh(case: Case) -> None:
    """Let a case weigh what its reports weigh."""
    total = func.coalesce(func.sum(Report.weight), 0.0)
    mine = select(total, func.count(Report.id)).where(Report.case_id == case.id)
    case.weight, case.reports_count = session().execute(mine).one()
    case.due_at = case.opened_at - case.weight * HASTE
    heaviest = max(_reports(Report.case_id == case.id), key=lambda one: one.weight, default=None)
    if heaviest is not None:
        case.heaviest, case.reason = heaviest.weight, heaviest.reason


def _open_cases(*where: Any) -> Sequence[Case]:
    statement = select(Case).where(*where, Case.closed_at.is_(None)).order_by(Case.id)
    return session().scalars(statement, execution_options={"populate_existing": True}).all()


def _reports(*where: Any) -> Sequence[Report]:
    return session().scalars(select(Report).where(*where).order_by(Report.id)).all()
