"""Who may decide: whoever isn't concerned, and has the case or finds it free."""

from datetime import datetime

from sqlalchemy import select

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation.models import Case
from bookreviews.moderation.permissions import can_decide
from bookreviews.moderation.subjects import Subject, subject_of, take_turn_on
from bookreviews.moderation.vocabulary import CLAIM_LASTS


class DecidedMeanwhile(Conflict):
    """Another moderator was faster."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile. Nothing was done twice.")


def claim(*, moderator: Viewer, case_id: int, at: datetime) -> Case:
    """Take a case, so that others leave it alone for a while; Conflict if somebody has it."""
    case = open_case(case_id)
    check_unclaimed(case, moderator, at)
    case.claimed_by_id, case.claimed_at = moderator.id, at
    return case


def release(*, moderator: Viewer, case_id: int) -> Case:
    """Give a case back to all."""
    case = open_case(case_id)
    if case.claimed_by_id == moderator.id:
        case.claimed_by_id = case.claimed_at = None
    return case


def open_case(case_id: int) -> Case:
    """Return an open case in our turn, or tell that another moderator was faster."""
    case = session().get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    take_turn_on(subject_of(case))
    session().refresh(case, with_for_update=True)
    if case.closed_at is not None:
        raise DecidedMeanwhile
    return case


def check_unclaimed(case: Case, moderator: Viewer, at: datetime) -> None:
    """Raise Conflict where another moderator has taken the case, and not too long ago."""
    if (
        case.claimed_by_id not in (None, moderator.id)
        and case.claimed_at is not None
        and at - case.claimed_at < CLAIM_LASTS
    ):
        name = session().scalar(select(User.name).where(User.id == case.claimed_by_id))
        raise Conflict(f"{name} is looking at this case at the moment.")


def check_allowed(actor: Viewer, kind: str, subject: Subject) -> None:
    """Raise NotAllowed where this moderator may not decide so about this thing."""
    role = session().scalar(select(User.role).where(User.id == subject.person_id))
    if not can_decide(actor, kind=kind, person_id=subject.person_id, person_role=role):
        raise NotAllowed("Nobody decides about what is their own, nor about an admin’s account.")
