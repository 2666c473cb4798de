"""Decisions: on a case, on a thing without one, on many at once.

Each is one transaction with its entry in the ledger, and tells the person concerned what was
done, under which rule, on which words, and how to appeal. What takes them back is in
`taking_back`. The doors commit.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import effects, ledger, reporting, telling, turns
from bookreviews.moderation.claims import check_allowed, check_unclaimed, open_case
from bookreviews.moderation.decisions import Decision, checked_decision
from bookreviews.moderation.models import DECLINED, UPHELD, Case, ModerationAction
from bookreviews.moderation.subjects import Subject, subject_of, take_turn_on
from bookreviews.moderation.vocabulary import (
    KINDS_FOR,
    MOST_AT_ONCE,
    REVIEW,
    UPHOLDING,
)

_Thing = TypeVar("_Thing")


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
    case = open_case(case_id)
    check_unclaimed(case, moderator, at)
    subject = subject_of(case)
    if decision.kind not in KINDS_FOR[subject.kind]:
        raise Invalid(kind="Please choose what is to be done.")
    checked = checked_decision(decision, at)
    check_allowed(moderator, checked.kind, subject)
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
        check_allowed(moderator, checked.kind, subject)
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
        check_allowed(actor, checked.kind, subject)
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
    telling.tell(action, subject, Decision(kind="hold", reason=case.reason), at=at)
    return action


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
    quoted = decision.quoted or telling.quoted_from(subject)
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
    if telling.must_be_told(decision.kind, change):
        telling.tell(action, subject, decision, at=at, quoted=quoted)
    return action


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
