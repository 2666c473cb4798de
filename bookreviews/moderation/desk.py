"""Every read of the moderators' desk: the queue, a case with all that helps to decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.days import day_of
from bookreviews.lib.orm import Moment, Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.lib.text import tidy
from bookreviews.moderation.models import (
    Appeal,
    Case,
    ModerationAction,
    Report,
    SurgeSign,
)
from bookreviews.moderation.models import Statement as Told
from bookreviews.moderation.vocabulary import CLAIM_LASTS, DECISION_REASONS, MOST_AT_ONCE
from bookreviews.reviews.models import RatingSummary, Review

PAGE_SIZE = 50
MOST_RELATED = 10

_person, _claimer, _actor = aliased(User), aliased(User), aliased(User)
_reversal = aliased(ModerationAction)
_is_open = Case.closed_at.is_(None)
_CASE = (
    Case.id,
    Case.subject,
    Case.reason,
    Case.weight,
    Case.reports_count,
    Case.opened_at,
    Case.due_at,
    Case.closed_at,
    Case.claimed_at,
    Case.claimed_by_id,
    Case.review_id,
    Case.work_id,
    Case.person_id,
    _claimer.name.label("claimed_by_name"),
    _person.username.label("person_username"),
    _person.name.label("person_name"),
    Work.slug.label("work_slug"),
    Work.title.label("work_title"),
    Work.byline.label("work_byline"),
    Work.main_subject.label("work_subject"),
    Review.stars,
    Review.body_html,
    Review.has_spoilers,
    Review.concealment,
)
_cases = (
    select(*_CASE)
    .outerjoin(Review, Review.id == Case.review_id)
    .outerjoin(Work, Work.id == Case.work_id)
    .outerjoin(_person, _person.id == Case.person_id)
    .outerjoin(_claimer, _claimer.id == Case.claimed_by_id)
)
_queue_key = (Case.due_at, Case.id)
_queue_names = ("due_at", "id")

_ONE = _cases.add_columns(
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
    _person.about.label("person_about"),
    _person.joined_at.label("person_joined_at"),
    _person.role.label("person_role"),
    _person.suspended_until.label("person_suspended_until"),
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
_COUNT_OPEN = select(func.count()).select_from(Case).where(_is_open)
_OLDEST_OPEN = select(func.min(Case.opened_at)).where(_is_open)
_COUNT_APPEALS = (
    select(func.count(Appeal.id))
    .join(User, User.id == Appeal.person_id)
    .where(Appeal.decided_at.is_(None), User.erased_at.is_(None))
)
_day = day_of(Case.opened_at)
_OPENED_PER_DAY = (
    select(_day.label("day"), func.count().label("count"))
    .where(Case.opened_at >= bindparam("since", type_=Moment))
    .group_by(_day)
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
        _person.name.label("person_name"),
        _person.username.label("person_username"),
        Work.title.label("work_title"),
    )
    .join(ModerationAction, ModerationAction.id == Appeal.action_id)
    .join(_person, _person.id == Appeal.person_id)
    .outerjoin(Work, Work.id == ModerationAction.work_id)
    .where(Appeal.decided_at.is_(None), _person.erased_at.is_(None))
    .order_by(Appeal.made_at, Appeal.id)
    .limit(PAGE_SIZE)
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases to show: about what, why, or those like one: same person, network or text."""

    reason: str | None = None
    subject: str | None = None
    same: str | None = None  # "person", "network" or "text"
    like: int | None = None  # the case they are like

    @property
    def query(self) -> dict[str, str]:
        """Return what an address says of it."""
        named = {name: getattr(self, name) for name in ("reason", "subject", "same", "like")}
        return {name: str(value) for name, value in named.items() if value is not None}


def list_cases(wanted: Filter, *, after: str | None = None) -> Page[Record]:
    """Return a page of the queue, most urgent first; a broken cursor raises BrokenCursor."""
    values = continuing(after, _queue_names, (datetime, int))
    statement = _list(
        wanted.reason is not None, wanted.subject is not None, wanted.same, after is not None
    )
    rows = read(statement.limit(PAGE_SIZE + 1), **_asked(wanted), **values).all()
    return page_of(
        rows, size=PAGE_SIZE, key=lambda row: (row.due_at, row.id), is_first=after is None
    )


def ids_of_cases(wanted: Filter) -> list[int]:
    """Return the ids of all cases that match, up to as many as can be decided at once."""
    statement = _list(wanted.reason is not None, wanted.subject is not None, wanted.same, False)
    only_ids = statement.with_only_columns(Case.id, Case.due_at, maintain_column_froms=True)
    return [row.id for row in read(only_ids.limit(MOST_AT_ONCE), **_asked(wanted))]


def count_cases(wanted: Filter) -> int:
    """Return how many cases match; past what can be decided at once, it stops counting."""
    statement = _list(wanted.reason is not None, wanted.subject is not None, wanted.same, False)
    only_ids = statement.with_only_columns(Case.id, maintain_column_froms=True)
    some = only_ids.limit(MOST_AT_ONCE + 1).subquery()
    return int(read(select(func.count()).select_from(some), **_asked(wanted)).scalar_one())


def cases_by_ids(ids: Sequence[int], *, even_closed: bool = False) -> Sequence[Record]:
    """Return these cases as far as they are open, most urgent first: a preview of a bulk."""
    statement = _cases.where(Case.id.in_(ids)).order_by(*_queue_key)
    return read(statement if even_closed else statement.where(_is_open)).all() if ids else []


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


def neighbour(
    case: Record, wanted: Filter, *, forward: bool, viewer_id: int, now: datetime
) -> int | None:
    """Return the id of the next (or previous) case in the queue that nobody else has claimed."""
    here = and_(Case.due_at == case.due_at, Case.id > case.id)
    beyond = or_(Case.due_at > case.due_at, here)
    order: tuple[Any, ...] = (Case.due_at, Case.id)
    if not forward:
        before = and_(Case.due_at == case.due_at, Case.id < case.id)
        beyond, order = or_(Case.due_at < case.due_at, before), (Case.due_at.desc(), Case.id.desc())
    free = or_(
        Case.claimed_by_id.is_(None),
        Case.claimed_by_id == viewer_id,
        Case.claimed_at < now - CLAIM_LASTS,
    )
    conditions = [Case.reason == wanted.reason] if wanted.reason else []
    conditions += [Case.subject == wanted.subject] if wanted.subject else []
    conditions += [_alike(wanted.same)] if wanted.same else []
    statement = (
        select(Case.id)
        .outerjoin(Review, Review.id == Case.review_id)
        .where(_is_open, free, beyond, *conditions)
        .order_by(*order)
        .limit(1)
    )
    return read(statement, **({"like": wanted.like} if wanted.same else {})).scalar()


def count_open_cases() -> int:
    """Return how many cases wait."""
    return int(read(_COUNT_OPEN).scalar_one())


def oldest_open_case() -> datetime | None:
    """Return since when the oldest open case waits, or None if none does."""
    return read(_OLDEST_OPEN).scalar()


def count_open_appeals() -> int:
    """Return how many appeals wait."""
    return int(read(_COUNT_APPEALS).scalar_one())


def cases_opened_per_day(since: datetime) -> dict[date, int]:
    """Return how many cases were opened on each day since; days without are left out."""
    rows = read(_OPENED_PER_DAY, since=since)
    return {date.fromisoformat(str(day)): count for day, count in rows}


def open_surges() -> Sequence[Record]:
    """Return the books whose activity departs from their past and that nobody has looked at."""
    return read(_SURGES).all()


def locked_works(now: datetime) -> Sequence[Record]:
    """Return the books that are closed to new reviews at the moment."""
    return read(_LOCKED, now=now).all()


def open_appeals() -> Sequence[Record]:
    """Return the appeals that wait, oldest first."""
    return read(_APPEALS).all()


def _asked(wanted: Filter) -> dict[str, Any]:
    values = {"reason": wanted.reason, "subject": wanted.subject, "like": wanted.like}
    used = {"reason": wanted.reason, "subject": wanted.subject, "like": wanted.same}
    return {name: value for name, value in values.items() if used[name] is not None}


@cache
def _list(by_reason: bool, by_subject: bool, same: str | None, continues: bool) -> Statement:
    statement = _cases.where(_is_open)
    if by_reason:
        statement = statement.where(Case.reason == bindparam("reason"))
    if by_subject:
        statement = statement.where(Case.subject == bindparam("subject"))
    if same is not None:
        statement = statement.where(_alike(same))
    return keyset(statement, _queue_key, _queue_names, downward=False, continues=continues)


def _alike(same: str) -> Any:
    """Return the condition that a case is like another: by its author, its network, its words."""
    other = select(Case.review_id).where(Case.id == bindparam("like")).scalar_subquery()
    if same == "person":
        person = select(Case.person_id).where(Case.id == bindparam("like")).scalar_subquery()
        return Case.person_id == person
    column = Review.words_digest if same == "text" else Review.posted_from
    twin = aliased(Review)
    trait = twin.words_digest if same == "text" else twin.posted_from
    return column == select(trait).where(twin.id == other).scalar_subquery()
