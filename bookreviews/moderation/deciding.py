"""Decisions: on a case, on a thing without one, on many at once, and taking them back.

Each is one transaction with its entry in the ledger, and tells the person concerned what was
done, under which rule, on which words, and how to appeal. The doors commit.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import effects, ledger, reporting, turns
from bookreviews.moderation.decisions import Decision, checked_decision
from bookreviews.moderation.models import DECLINED, UPHELD, Case, ModerationAction, Statement
from bookreviews.moderation.permissions import can_decide
from bookreviews.moderation.subjects import Subject, name_of, subject_of, take_turn_on, words_of
from bookreviews.moderation.vocabulary import (
    APPEALABLE,
    CLAIM_LASTS,
    KINDS_FOR,
    MOST_AT_ONCE,
    REVIEW,
    UPHOLDING,
)
from bookreviews.notifications.services import notify
from bookreviews.reviews.models import HELD

_LONGEST_QUOTE = 2_000

_Thing = TypeVar("_Thing")


class DecidedMeanwhile(Conflict):
    """Another moderator was faster."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile. Nothing was done twice.")


def claim(*, moderator: Viewer, case_id: int, at: datetime) -> Case:
    """Take a case, so that others leave it alone for a while; Conflict if somebody has it."""
    case = _open_case(case_id)
    _check_unclaimed(case, moderator, at)
    case.claimed_by_id, case.claimed_at = moderator.id, at
    return case


def release(*, moderator: Viewer, case_id: int) -> Case:
    """Give a case back to all."""
    case = _open_case(case_id)
    if case.claimed_by_id == moderator.id:
        case.claimed_by_id = case.claimed_at = None
    return case


def decide(
    *,
    moderator: Viewer,
    case_id: int,
    decision: Decision,
    at: datetime,
    batch: str | None = None,
) -> ModerationAction:
    """Decide a case and close it: one wins where two decide at once, the other is told.

    Suspending somebody for a review hides the review as well, if it isn't hidden already.
    """
    turns.before_deciding([case_id], kind=decision.kind)
    case = _open_case(case_id)
    _check_unclaimed(case, moderator, at)
    subject = subject_of(case)
    if decision.kind not in KINDS_FOR[subject.kind]:
        raise Invalid(kind="Please choose what is to be done.")
    checked = checked_decision(decision, at)
    _check_allowed(moderator, checked.kind, subject)
    waited = max(at - case.opened_at, timedelta())
    if checked.kind == "suspend" and effects.is_in_sight(subject):
        hidden = Decision(kind="hide", reason=checked.reason, words=checked.words)
        _act(hidden, subject, actor=moderator, case=case, at=at, batch=batch)
    action = _act(checked, subject, actor=moderator, case=case, at=at, batch=batch, waited=waited)
    outcome = UPHELD if checked.kind in UPHOLDING else DECLINED
    reporting.settle(case, outcome=outcome, at=at)
    reporting.tell_reporters(case, subject, outcome=outcome, at=at)
    case.closed_at = at
    session().flush()
    return action


def decide_all(
    *, moderator: Viewer, case_ids: Sequence[int], decision: Decision, at: datetime
) -> tuple[str, list[int]]:
    """Decide many cases in one way. Return the batch and the cases left out.

    Left out are those that somebody else has decided or claimed meanwhile, or that this
    moderator may not decide. Each person is suspended once, for their profile where it is among
    the cases and else for the first of their reviews; their other reviews are hidden, so that each
    is told of and can be appealed against, and those who reported them were right.
    """
    in_turn = (
        select(Case.id, Case.person_id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.subject == REVIEW, Case.work_id, Case.id)
    )
    person_of = {row.id: row.person_id for row in session().execute(in_turn)}
    suspended: set[int] = set()

    def decide_one(case_id: int, batch: str) -> None:
        kind = "hide" if person_of[case_id] in suspended else decision.kind
        so = replace(decision, kind=kind)
        decide(moderator=moderator, case_id=case_id, decision=so, at=at, batch=batch)
        if kind == "suspend":
            suspended.add(person_of[case_id])

    _check_number(len(case_ids))
    turns.before_deciding(case_ids, kind=decision.kind)
    return _one_by_one(list(person_of), decide_one)


def act_on_all(
    *, moderator: Viewer, subjects: Sequence[Subject], decision: Decision, at: datetime
) -> tuple[str, list[Subject]]:
    """Act on many reviews without a case in one way; return the batch and those left out.

    Left out are those that this moderator may not decide about, and those that the decision would
    leave as they are.
    """
    checked = checked_decision(decision, at)

    def act_on(subject: Subject, batch: str) -> None:
        take_turn_on(subject)
        _check_allowed(moderator, checked.kind, subject)
        if not effects.would_move(checked.kind, subject):
            raise Conflict("There is nothing left to do about it.")
        _act(checked, subject, actor=moderator, at=at, batch=batch)

    _check_number(len(subjects))
    turns.before_acting(subjects, kind=checked.kind)
    in_turn = sorted(subjects, key=lambda one: (one.work_id or 0, one.review_id or 0))
    return _one_by_one(in_turn, act_on)


def act(
    *, actor: Viewer | None, subject: Subject, decision: Decision, at: datetime
) -> ModerationAction:
    """Act on a thing without a case: restore it, lift a suspension, lock a book.

    `actor` is None for the command line, which asks nobody's leave.
    """
    checked = checked_decision(decision, at)
    turns.before_acting([subject], kind=checked.kind)
    take_turn_on(subject)
    if actor is not None:
        _check_allowed(actor, checked.kind, subject)
    return _act(checked, subject, actor=actor, at=at)


def hold(*, case: Case, rule: str | None, at: datetime) -> ModerationAction | None:
    """Put a review out of sight until a person has looked; None where it is already."""
    subject = subject_of(case)
    turns.before_telling(subject.person_id)
    before = effects.apply("hold", subject, until=None, reason=case.reason, at=at)
    if before["before"]["concealment"] is not None:
        effects.put_back(before, subject, at=at)
        return None
    action = ModerationAction(
        at=at,
        kind="hold",
        reason=case.reason,
        rule=rule,
        is_automatic=True,
        case_id=case.id,
        change=before,
    )
    ledger.enter(action, subject=subject, actor=None)
    _tell(action, subject, Decision(kind="hold", reason=case.reason), at=at)
    return action


def reverse(
    *,
    actor: Viewer | None,
    action_id: int,
    at: datetime,
    batch: str | None = None,
    is_told: bool = True,
) -> ModerationAction:
    """Take an action back: everything it changed is as before, the summary included.

    What a later decision has changed again stays as that decision left it. `is_told` False leaves
    the statement out, where the person concerned hears of it in another way.
    """
    action = session().get(ModerationAction, action_id)
    if action is None:
        raise NotFound("There is no such decision.")
    subject = subject_of(action)
    turns.before_reversing([action])
    take_turn_on(subject)
    is_reversed = select(ModerationAction.id).where(ModerationAction.reverses_id == action_id)
    if session().scalar(is_reversed) is not None:
        raise Conflict("This has been taken back already.")
    effects.put_back(action.change, subject, at=at)
    reversal = ModerationAction(
        at=at,
        kind="reverse",
        reason=action.reason,
        case_id=action.case_id,
        reverses_id=action.id,
        batch=batch,
    )
    ledger.enter(reversal, subject=subject, actor=actor)
    if is_told and action.kind in APPEALABLE:
        _tell(reversal, subject, Decision(kind="reverse", reason=action.reason), at=at)
    return reversal


def undo(*, moderator: Viewer, action_id: int, at: datetime) -> ModerationAction:
    """Take a decision back with what was done together with it, and open its case again."""
    action = session().get(ModerationAction, action_id)
    if action is None or action.reverses_id is not None:
        raise NotFound("There is no such decision.")
    _check_allowed(moderator, action.kind, subject_of(action))
    reversal = reverse(actor=moderator, action_id=action.id, at=at)
    for other in _done_together_with(action):
        reverse(actor=moderator, action_id=other, at=at)
    _reopen(action.case_id, at=at)
    return reversal


def undo_batch(*, moderator: Viewer, batch: str, at: datetime) -> int:
    """Take back all decisions of one bulk, the latest first, and open their cases again."""
    actions = (
        session()
        .scalars(
            select(ModerationAction)
            .where(ModerationAction.batch == batch, ModerationAction.actor_id == moderator.id)
            .order_by(ModerationAction.work_id, ModerationAction.id.desc())
        )
        .all()
    )
    if not actions:
        raise NotFound("There is no such bulk of yours.")
    turns.before_reversing(actions)
    undone = 0
    for action in actions:
        try:
            reverse(actor=moderator, action_id=action.id, at=at)
        except Conflict:  # taken back one by one, or on appeal
            continue
        undone += 1
        _reopen(action.case_id, at=at)
    return undone


def settle_again(action: ModerationAction, *, outcome: str, at: datetime) -> None:
    """Correct the records of those who reported what an appeal has decided otherwise."""
    case = session().get(Case, action.case_id) if action.case_id else None
    if case is not None and case.closed_at is not None:
        reporting.settle(case, outcome=outcome, at=at)


def _act(
    decision: Decision,
    subject: Subject,
    *,
    actor: Viewer | None,
    at: datetime,
    case: Case | None = None,
    batch: str | None = None,
    waited: timedelta | None = None,
) -> ModerationAction:
    quoted = decision.quoted or words_of(subject)[:_LONGEST_QUOTE]
    change = effects.apply(
        decision.kind, subject, until=decision.until, reason=decision.reason, at=at
    )
    action = ModerationAction(
        at=at,
        kind=decision.kind,
        reason=decision.reason,
        case_id=case.id if case else None,
        change=change,
        until=decision.until,
        batch=batch,
    )
    note = "" if subject.person_id else decision.words
    ledger.enter(action, subject=subject, actor=actor, waited=waited, note=note)
    if _must_be_told(decision.kind, change):
        _tell(action, subject, decision, at=at, quoted=quoted)
    return action


def _done_together_with(action: ModerationAction) -> Sequence[int]:
    """Return what else one decision did that still stands: a review was hidden as well."""
    if action.case_id is None:
        return []
    reversal = aliased(ModerationAction)
    others = (
        select(ModerationAction.id)
        .outerjoin(reversal, reversal.reverses_id == ModerationAction.id)
        .where(
            ModerationAction.case_id == action.case_id,
            ModerationAction.actor_id == action.actor_id,
            ModerationAction.at == action.at,
            ModerationAction.id != action.id,
            ModerationAction.kind != "reverse",
            reversal.id.is_(None),
        )
        .order_by(ModerationAction.id.desc())
    )
    return session().scalars(others).all()


def _one_by_one(
    things: Sequence[_Thing], act_on: Callable[[_Thing, str], None]
) -> tuple[str, list[_Thing]]:
    """Act on each thing under the name of one batch; return it and what was left out."""
    batch, left_out = secrets.token_hex(16), []
    for thing in things:
        try:
            with session().begin_nested():  # what one of them breaks is its own
                act_on(thing, batch)
        except (Conflict, NotAllowed, NotFound):
            left_out.append(thing)
    return batch, left_out


def _check_number(number: int) -> None:
    if number > MOST_AT_ONCE:
        raise Invalid(cases=f"Please choose at most {MOST_AT_ONCE} at once.")


def _must_be_told(kind: str, change: effects.Change) -> bool:
    """Tell whether the person concerned needs a statement: not where they saw nothing happen."""
    before = change.get("before", {})
    if kind == "keep":
        return before.get("concealment") == HELD
    return kind != "hide" or before != change.get("after")


def _tell(
    action: ModerationAction,
    subject: Subject,
    decision: Decision,
    *,
    at: datetime,
    quoted: str | None = None,
) -> None:
    """Write the statement for the person concerned, and let them know of it."""
    if subject.person_id is None:
        return
    session().add(
        Statement(
            action_id=action.id,
            person_id=subject.person_id,
            words=decision.words,
            quoted=words_of(subject)[:_LONGEST_QUOTE] if quoted is None else quoted,
        )
    )
    notify(
        user_id=subject.person_id,
        kind="warning" if decision.kind == "warn" else "statement",
        details={
            "action_id": action.id,
            "kind": decision.kind,
            "subject": name_of(subject, is_own=True),
        },
        at=at,
    )


def _open_case(case_id: int) -> Case:
    """Return an open case in our turn, or tell that another moderator was faster."""
    case = session().get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    take_turn_on(subject_of(case))
    session().refresh(case, with_for_update=True)
    if case.closed_at is not None:
        raise DecidedMeanwhile
    return case


def _check_unclaimed(case: Case, moderator: Viewer, at: datetime) -> None:
    if (
        case.claimed_by_id not in (None, moderator.id)
        and case.claimed_at is not None
        and at - case.claimed_at < CLAIM_LASTS
    ):
        name = session().scalar(select(User.name).where(User.id == case.claimed_by_id))
        raise Conflict(f"{name} is looking at this case at the moment.")


def _check_allowed(actor: Viewer, kind: str, subject: Subject) -> None:
    role = session().scalar(select(User.role).where(User.id == subject.person_id))
    if not can_decide(actor, kind=kind, person_id=subject.person_id, person_role=role):
        raise NotAllowed("Nobody decides about what is their own, nor about an admin’s account.")


def _reopen(case_id: int | None, *, at: datetime) -> None:
    """Put a case back into the queue, unless new reports have opened another since."""
    case = session().get(Case, case_id, populate_existing=True) if case_id else None
    if case is None or case.closed_at is None:
        return
    other = select(Case.id).where(Case.subject_key == case.subject_key, Case.closed_at.is_(None))
    if session().scalar(other) is None:
        case.closed_at = case.claimed_by_id = case.claimed_at = None
        reporting.settle(case, outcome=None, at=at)
        session().flush()
