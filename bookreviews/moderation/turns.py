"""Whose turn it is: a decision waits for all that it will write about, in one order.

Two decisions that waited for each other would do so for ever, and PostgreSQL would undo one. So
decisions come one after the other, and each takes books before people, both by their numbers:
so does whoever writes about one book and then tells people of it. On SQLite writers queue anyway.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import func, select

from bookreviews.accounts.people import take_turns_on_people
from bookreviews.catalog.turns import take_turns_on_works
from bookreviews.extensions import session
from bookreviews.moderation.models import Case, ModerationAction, Report
from bookreviews.moderation.subjects import Subject
from bookreviews.reviews.standing import take_turns_on_works_of

# What suspends or frees an account makes all of its ratings count anew.
_ON_ACCOUNTS = ("suspend", "lift")


def before_deciding(case_ids: Collection[int], *, kind: str) -> None:
    """Wait until it is our turn to decide these cases in this way."""
    things = select(Case.work_id, Case.person_id).where(Case.id.in_(case_ids))
    if _is_needed():
        _take(session().execute(things).all(), case_ids, moves_accounts=kind in _ON_ACCOUNTS)


def before_acting(subjects: Iterable[Subject], *, kind: str) -> None:
    """Wait until it is our turn to act on these things in this way."""
    if _is_needed():
        things = [(subject.work_id, subject.person_id) for subject in subjects]
        _take(things, moves_accounts=kind in _ON_ACCOUNTS)


def before_reversing(actions: Collection[ModerationAction]) -> None:
    """Wait until it is our turn to take these back, with what was done together with them."""
    if _is_needed():
        things = [(action.work_id, action.person_id) for action in actions]
        case_ids = [action.case_id for action in actions if action.case_id is not None]
        _take(things, case_ids, moves_accounts=True)


def before_telling(*people: int | None) -> None:
    """Wait until nobody else tells these people something."""
    if _is_needed():
        take_turns_on_people({one for one in people if one is not None})


def _is_needed() -> bool:
    return session().get_bind().dialect.name == "postgresql"


def _take(
    things: Iterable[tuple[int | None, int | None]],
    case_ids: Collection[int] = (),
    *,
    moves_accounts: bool,
) -> None:
    session().execute(select(func.pg_advisory_xact_lock(func.hashtext("moderators decide"))))
    pairs = list(things)
    people = {person_id for _, person_id in pairs if person_id is not None}
    works = {work_id for work_id, _ in pairs if work_id is not None}
    if moves_accounts:
        take_turns_on_works_of(people, and_on=works)
    else:
        take_turns_on_works(works)
    told = select(Report.reporter_id).where(Report.case_id.in_(case_ids))
    take_turns_on_people(people | set(filter(None, session().scalars(told))))
