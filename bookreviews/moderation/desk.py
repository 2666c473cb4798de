"""What a moderator decides with: a case and all that stands beside it, appeals, surges, locks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Moment, Record
from bookreviews.lib.text import tidy
from bookreviews.moderation.models import (
    Appeal,
    Case,
    ModerationAction,
    Report,
    SurgeSign,
)
from bookreviews.moderation.models import Statement as Told
from bookreviews.moderation.queue import CASES, PAGE_SIZE, PERSON
from bookreviews.moderation.vocabulary import DECISION_REASONS
from bookreviews.reviews.models import RatingSummary, Review

MOST_RELATED = 10

_actor = aliased(User)
_reversal = aliased(ModerationAction)

_ONE = CASES.add_columns(
    Review.body_source,
    Review.posted_at,
    Review.revised_at,
    Review.was_given,
    Review.language,
    Review.posted_from,
    Review.words_digest,
    Review.uncounted_because,
    Review.excluded_at,
    Review.withdrawn_at,
    PERSON.about.label("person_about"),
    PERSON.joined_at.label("person_joined_at"),
    PERSON.role.label("person_role"),
    PERSON.suspended_until.label("person_suspended_until"),
).where(Case.id == bindparam("case_id"))
_REPORTS = (
    select(
        Report.reason,
        Report.rule,
        Report.words,
        Report.weight,
        Report.made_at,
        Report.outcome,
        User.username.label("reporter_username"),
        User.name.label("reporter_name"),
    )
    .outerjoin(User, User.id == Report.reporter_id)
    .where(Report.case_id == bindparam("case_id"))
    .order_by(Report.weight.desc(), Report.id)
    .limit(PAGE_SIZE)
)
_RECORD = (
    select(ModerationAction.kind, func.count().label("count"))
    .where(
        ModerationAction.person_id == bindparam("person_id"),
        ModerationAction.kind.not_in(("reverse", "hold")),
    )
    .group_by(ModerationAction.kind)
    .order_by(func.count().desc())
)
_EARLIER = (
    select(
        ModerationAction.id,
        ModerationAction.at,
        ModerationAction.kind,
        ModerationAction.reason,
        ModerationAction.is_automatic,
        ModerationAction.actor_id,
        ModerationAction.case_id,
        ModerationAction.until,
        _reversal.id.label("reversed_by_id"),
        _actor.name.label("actor_name"),
    )
    .outerjoin(_actor, _actor.id == ModerationAction.actor_id)
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .join(Case, Case.id == ModerationAction.case_id)
    .where(Case.subject_key == bindparam("subject_key"))
    .order_by(ModerationAction.at.desc(), ModerationAction.id.desc())
    .limit(MOST_RELATED)
)
_RELATED = (
    select(
        Review.id,
        Review.stars,
        Review.posted_at,
        Review.concealment,
        (Review.words_digest == bindparam("digest")).label("has_same_text"),
        (Review.posted_from == bindparam("network")).label("is_from_same_network"),
        User.username.label("author_username"),
        User.name.label("author_name"),
        Work.slug.label("work_slug"),
        Work.title.label("work_title"),
    )
    .join(User, User.id == Review.author_id)
    .join(Work, Work.id == Review.work_id)
    .where(
        Review.id != bindparam("review_id"),
        or_(Review.words_digest == bindparam("digest"), Review.posted_from == bindparam("network")),
    )
    .order_by(Review.posted_at.desc())
    .limit(MOST_RELATED)
)
_OWN = (
    select(
        ModerationAction.id,
        ModerationAction.case_id,
        ModerationAction.kind,
        ModerationAction.batch,
        Told.words,
    )
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .outerjoin(Told, Told.action_id == ModerationAction.id)
    .where(
        ModerationAction.case_id.in_(bindparam("case_ids", expanding=True)),
        ModerationAction.actor_id == bindparam("moderator_id"),
        ModerationAction.reason == bindparam("reason"),
        ModerationAction.kind != "reverse",
        _reversal.id.is_(None),
    )
    .order_by(ModerationAction.id.desc())
)
_COUNT_APPEALS = (
    select(func.count(Appeal.id))
    .join(User, User.id == Appeal.person_id)
    .where(Appeal.decided_at.is_(None), User.erased_at.is_(None))
)
_SURGES = (
    select(
        SurgeSign.work_id,
        SurgeSign.noticed_at,
        SurgeSign.seen,
        SurgeSign.usual,
        Work.slug,
        Work.title,
        Work.byline,
        Work.main_subject,
        Work.cover,
        RatingSummary.average,
        RatingSummary.locked_until,
    )
    .join(Work, Work.id == SurgeSign.work_id)
    .outerjoin(RatingSummary, RatingSummary.work_id == Work.id)
    .where(SurgeSign.answered_at.is_(None))
    .order_by(SurgeSign.noticed_at.desc())
    .limit(PAGE_SIZE)
)
_LOCKED = (
    select(Work.id, Work.slug, Work.title, RatingSummary.locked_until)
    .join(Work, Work.id == RatingSummary.work_id)
    .where(RatingSummary.locked_until > bindparam("now", type_=Moment))
    .order_by(RatingSummary.locked_until)
    .limit(PAGE_SIZE)
)
_APPEALS = (
    select(
        Appeal.id,
        Appeal.action_id,
        Appeal.made_at,
        Appeal.acted_by_id,
        Appeal.person_id,
        Appeal.words,
        ModerationAction.kind,
        ModerationAction.reason,
        ModerationAction.at.label("acted_at"),
        PERSON.name.label("person_name"),
        PERSON.username.label("person_username"),
        Work.title.label("work_title"),
    )
    .join(ModerationAction, ModerationAction.id == Appeal.action_id)
    .join(PERSON, PERSON.id == Appeal.person_id)
    .outerjoin(Work, Work.id == ModerationAction.work_id)
    .where(Appeal.decided_at.is_(None), PERSON.erased_at.is_(None))
    .order_by(Appeal.made_at, Appeal.id)
    .limit(PAGE_SIZE)
)


def get_case(case_id: int) -> Record:
    """Return a case with its subject and the person it belongs to, or raise NotFound."""
    row = read(_ONE, case_id=case_id).one_or_none()
    if row is None:
        raise NotFound("There is no such case.")
    return row


def reports_of(case_id: int) -> Sequence[Record]:
    """Return what was reported, the weightiest first."""
    return read(_REPORTS, case_id=case_id).all()


def record_of(person_id: int | None) -> Sequence[Record]:
    """Return how often which kind of action was taken about a person: `kind`, `count`."""
    return read(_RECORD, person_id=person_id).all() if person_id is not None else []


def earlier_decisions(case: Record) -> Sequence[Record]:
    """Return what was decided about the same thing before."""
    number = {"review": case.review_id, "profile": case.person_id}.get(case.subject, case.work_id)
    return read(_EARLIER, subject_key=f"{case.subject}:{number}").all()


def own_decision(
    case_id: int, *, moderator: Viewer, kind: str, reason: str, words: str
) -> int | None:
    """Return this moderator's decision that closed a case in just this way, or None.

    A form that was sent twice finds here what it has done the first time.
    """
    values = {"case_ids": [case_id], "moderator_id": moderator.id, "reason": reason}
    row = read(_OWN, **values).first() if reason in DECISION_REASONS else None
    if row is None or row.kind != kind:
        return None
    return row.id if row.words in (None, tidy(words)) else None


def own_batch(case_ids: Sequence[int], *, moderator: Viewer, kind: str, reason: str) -> str | None:
    """Return the bulk in which this moderator decided all these cases in this way, or None."""
    values = {"case_ids": list(case_ids), "moderator_id": moderator.id, "reason": reason}
    rows = read(_OWN, **values).all() if case_ids and reason in DECISION_REASONS else []
    batches = {row.batch for row in rows}
    is_one = len(batches) == 1 and kind in {row.kind for row in rows}
    is_all = {row.case_id for row in rows} == set(case_ids)
    return batches.pop() if is_one and is_all else None


def related_reviews(case: Record) -> Sequence[Record]:
    """Return other reviews with the same words or from the same network, latest first."""
    if case.words_digest is None and case.posted_from is None:
        return []
    values = {"digest": case.words_digest, "network": case.posted_from}
    return read(_RELATED, review_id=case.review_id, **values).all()


def count_open_appeals() -> int:
    """Return how many appeals wait."""
    return int(read(_COUNT_APPEALS).scalar_one())


def open_surges() -> Sequence[Record]:
    """Return the books whose activity departs from their past and that nobody has looked at."""
    return read(_SURGES).all()


def locked_works(now: datetime) -> Sequence[Record]:
    """Return the books that are closed to new reviews at the moment."""
    return read(_LOCKED, now=now).all()


def open_appeals() -> Sequence[Record]:
    """Return the appeals that wait, oldest first."""
    return read(_APPEALS).all()
