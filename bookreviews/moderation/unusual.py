"""Every read about one book's unusual days: how many came in, which stars, and from whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, cast, exists, func, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import User
from bookreviews.catalog.models import Work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.days import day_of
from bookreviews.lib.orm import Moment, Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.moderation.models import ModerationAction, SurgeSign
from bookreviews.moderation.subjects import Subject
from bookreviews.moderation.vocabulary import MOST_AT_ONCE, REVIEW, SURGE_PAST, SURGE_WITHIN
from bookreviews.reviews import scores
from bookreviews.reviews.models import RatingSummary, Review

PAGE_SIZE = 50

_twin = aliased(Review)
_reversal = aliased(ModerationAction)
_of_work = and_(Review.work_id == bindparam("work_id"), Review.withdrawn_at.is_(None))
_since = Review.posted_at > bindparam("since", type_=Moment)
_WORK = (
    select(
        Work.id,
        Work.slug,
        Work.title,
        Work.byline,
        Work.main_subject,
        Work.cover,
        RatingSummary.average,
        RatingSummary.ratings_count,
        RatingSummary.uncounted_count,
        RatingSummary.distribution,
        RatingSummary.locked_until,
        SurgeSign.noticed_at,
        SurgeSign.seen,
        SurgeSign.usual,
        SurgeSign.answered_at,
    )
    .outerjoin(RatingSummary, RatingSummary.work_id == Work.id)
    .outerjoin(SurgeSign, SurgeSign.work_id == Work.id)
    .where(Work.id == bindparam("work_id"))
)
_day = day_of(Review.posted_at)
_PER_DAY = (
    select(_day.label("day"), func.count().label("count")).where(_of_work, _since).group_by(_day)
)
# What a moderator can still leave out: what isn't shown doesn't count already.
_can_be_left_out = and_(
    Review.stars.is_not(None), Review.excluded_at.is_(None), Review.concealment.is_(None)
)
_counts = cast(Review.uncounted_because.is_(None), Integer)
_STARS = (
    select(Review.stars, func.count().label("given"), func.sum(_counts).label("counted"))
    .where(_of_work, _since, Review.stars.is_not(None))
    .group_by(Review.stars)
)
_COUNTS = select(
    func.count().label("all"), func.sum(cast(Review.by_new_account, Integer)).label("young")
).where(_of_work, _since, _can_be_left_out)
# A few columns tell whether others came from the same network or with the same words.
_shares_network = exists().where(_twin.posted_from == Review.posted_from, _twin.id != Review.id)
_shares_words = exists().where(_twin.words_digest == Review.words_digest, _twin.id != Review.id)
_ratings = (
    select(
        Review.id,
        Review.work_id,
        Review.author_id,
        Review.stars,
        Review.body_html,
        Review.posted_at,
        Review.by_new_account,
        Review.concealment,
        Review.excluded_at,
        Review.uncounted_because,
        _shares_network.label("shares_network"),
        _shares_words.label("shares_words"),
        User.username.label("author_username"),
        User.name.label("author_name"),
        User.role.label("author_role"),
        User.joined_at.label("author_joined_at"),
    )
    .join(User, User.id == Review.author_id)
    .where(_of_work)
)
_key, _names = (Review.posted_at, Review.id), ("posted_at", "id")
_CHOSEN = _ratings.where(Review.id.in_(bindparam("ids", expanding=True))).order_by(
    Review.posted_at.desc(), Review.id.desc()
)
_EXCLUSIONS_BY = (
    select(ModerationAction.review_id, ModerationAction.batch)
    .outerjoin(_reversal, _reversal.reverses_id == ModerationAction.id)
    .where(
        ModerationAction.review_id.in_(bindparam("ids", expanding=True)),
        ModerationAction.actor_id == bindparam("actor_id"),
        ModerationAction.kind == "exclude",
        _reversal.id.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What leaving ratings out would do to a book's stars."""

    count: int
    average: float | None
    count_after: int
    average_after: float | None


def get_work(work_id: int) -> Record:
    """Return a book with its stars, its lock and the sign of a surge if any, or raise NotFound."""
    row = read(_WORK, work_id=work_id).one_or_none()
    if row is None:
        raise NotFound("There is no such book here.")
    return row


def began_at(work: Record, at: datetime) -> datetime:
    """Return since when it is unusual: a day before that was noticed, or the last day."""
    is_recent = work.noticed_at is not None and work.noticed_at > at - SURGE_PAST
    began: datetime = (work.noticed_at if is_recent else at) - SURGE_WITHIN
    return began


def count_per_day(work_id: int, since: datetime) -> dict[date, int]:
    """Return how many reviews and ratings came in on each day since; days without are out."""
    rows = read(_PER_DAY, work_id=work_id, since=since)
    return {date.fromisoformat(str(day)): count for day, count in rows}


def stars_of_last_day(work: Record, at: datetime) -> tuple[list[int], list[int]]:
    """Return the distribution of the last day's stars, counted or not, and of those before.

    Of those before, the ones that count, since the summary knows of no others.
    """
    new, before = scores.empty(), list(work.distribution or scores.empty())
    for row in read(_STARS, work_id=work.id, since=at - SURGE_WITHIN):
        number = scores.STARS.index(row.stars)
        new[number] += row.given
        before[number] = max(before[number] - row.counted, 0)
    return new, before


def count_ratings(work_id: int, since: datetime) -> tuple[int, int]:
    """Return how many ratings since could be left out, and how many of them by new accounts."""
    row = read(_COUNTS, work_id=work_id, since=since).one()
    return row.all, row.young or 0


def list_ratings(
    work_id: int, since: datetime, *, young: bool, after: str | None = None
) -> Page[Record]:
    """Return a page of the reviews and ratings since, newest first; `young` by new accounts."""
    values = continuing(after, _names, (datetime, int))
    statement = _list(young, after is not None).limit(PAGE_SIZE + 1)
    rows = read(statement, work_id=work_id, since=since, **values).all()
    return page_of(
        rows, size=PAGE_SIZE, key=lambda row: (row.posted_at, row.id), is_first=after is None
    )


def ids_of_ratings(work_id: int, since: datetime, *, young: bool) -> list[int]:
    """Return the ratings since that could be left out, newest first, as many as can be at once."""
    statement = _list(young, False).where(_can_be_left_out)
    only_ids = statement.with_only_columns(Review.id, maintain_column_froms=True)
    rows = read(only_ids.limit(MOST_AT_ONCE), work_id=work_id, since=since)
    return [row.id for row in rows]


def ratings_by_ids(work_id: int, ids: Sequence[int]) -> Sequence[Record]:
    """Return these reviews and ratings as far as they are of this book, newest first."""
    return read(_CHOSEN, work_id=work_id, ids=list(ids)).all() if ids else []


def can_be_left_out(rating: Record) -> bool:
    """Tell whether a rating is one that a moderator could still leave out."""
    return rating.stars is not None and rating.excluded_at is None and rating.concealment is None


def subjects_of(ratings: Sequence[Record]) -> list[Subject]:
    """Return ratings as what decisions are about."""
    return [Subject(REVIEW, one.id, one.work_id, one.author_id) for one in ratings]


def effect_of(work: Record, ratings: Sequence[Record]) -> Effect:
    """Return what leaving these ratings out would change; those that don't count change nothing."""
    before = list(work.distribution or scores.empty())
    after = list(before)
    for one in ratings:
        if one.stars is not None and one.uncounted_because is None:
            after[scores.STARS.index(one.stars)] -= 1
    return Effect(sum(before), scores.average(before), sum(after), scores.average(after))


def batch_that_left_out(ids: Sequence[int], *, actor_id: int) -> str | None:
    """Return the batch in which this moderator has left out all of these ratings, if it is one."""
    rows = read(_EXCLUSIONS_BY, ids=list(ids), actor_id=actor_id).all() if ids else []
    batches = {row.batch for row in rows}
    is_one = len(batches) == 1 and {row.review_id for row in rows} == set(ids)
    return batches.pop() if is_one else None


@cache
def _list(young: bool, continues: bool) -> Statement:
    statement: Any = _ratings.where(_since)
    if young:
        statement = statement.where(Review.by_new_account)
    return keyset(statement, _key, _names, downward=True, continues=continues)
