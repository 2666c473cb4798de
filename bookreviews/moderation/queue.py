"""The queue of open cases: its order, its parts, and what stands next to a case in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.catalog.models import Work
from bookreviews.extensions import read
from bookreviews.lib.days import day_of
from bookreviews.lib.orm import Moment, Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.moderation.models import Case
from bookreviews.moderation.vocabulary import CLAIM_LASTS, MOST_AT_ONCE
from bookreviews.reviews.models import Review

PAGE_SIZE = 50

PERSON, _claimer = aliased(User), aliased(User)
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
    PERSON.username.label("person_username"),
    PERSON.name.label("person_name"),
    Work.slug.label("work_slug"),
    Work.title.label("work_title"),
    Work.byline.label("work_byline"),
    Work.main_subject.label("work_subject"),
    Work.cover.label("work_cover"),
    Review.stars,
    Review.body_html,
    Review.has_spoilers,
    Review.concealment,
)
# A case with its subject and those it concerns, as lists and the page of one show it.
CASES = (
    select(*_CASE)
    .outerjoin(Review, Review.id == Case.review_id)
    .outerjoin(Work, Work.id == Case.work_id)
    .outerjoin(PERSON, PERSON.id == Case.person_id)
    .outerjoin(_claimer, _claimer.id == Case.claimed_by_id)
)
_queue_key = (Case.due_at, Case.id)
_queue_names = ("due_at", "id")
_COUNT_OPEN = select(func.count()).select_from(Case).where(_is_open)
_OLDEST_OPEN = select(func.min(Case.opened_at)).where(_is_open)
_day = day_of(Case.opened_at)
_OPENED_PER_DAY = (
    select(_day.label("day"), func.count().label("count"))
    .where(Case.opened_at >= bindparam("since", type_=Moment))
    .group_by(_day)
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
    statement = CASES.where(Case.id.in_(ids)).order_by(*_queue_key)
    return read(statement if even_closed else statement.where(_is_open)).all() if ids else []


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


def cases_opened_per_day(since: datetime) -> dict[date, int]:
    """Return how many cases were opened on each day since; days without are left out."""
    rows = read(_OPENED_PER_DAY, since=since)
    return {date.fromisoformat(str(day)): count for day, count in rows}


def _asked(wanted: Filter) -> dict[str, Any]:
    values = {"reason": wanted.reason, "subject": wanted.subject, "like": wanted.like}
    used = {"reason": wanted.reason, "subject": wanted.subject, "like": wanted.same}
    return {name: value for name, value in values.items() if used[name] is not None}


@cache
def _list(by_reason: bool, by_subject: bool, same: str | None, continues: bool) -> Statement:
    statement = CASES.where(_is_open)
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
