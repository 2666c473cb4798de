"""Surges: books about which far more is said in a day than in their past, as in a review bomb."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.turns import take_turn_on_work
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import deciding
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import ModerationAction, SurgeSign
from bookreviews.moderation.subjects import work_subject
from bookreviews.moderation.vocabulary import (
    SURGE,
    SURGE_LEAST,
    SURGE_PAST,
    SURGE_TIMES,
    SURGE_WITHIN,
)
from bookreviews.reviews.models import Review
from bookreviews.reviews.summaries import summary_of


def watch(*, at: datetime) -> Sequence[int]:
    """Note the works whose last day departs sharply from their past; return their ids."""
    noticed = []
    for work_id, seen in _busy_works(at):
        usual = _usual(work_id, at)
        if seen >= SURGE_TIMES * max(usual, 1.0):
            _note(work_id, seen, usual, at)
            noticed.append(work_id)
    return noticed


def lock(
    *, actor: Viewer | None, work_id: int, until: datetime, words: str = "", at: datetime
) -> ModerationAction:
    """Close a book to new reviews and ratings for a time; its page tells until when and why.

    `actor` None is the command line.
    """
    _answer(work_id, at)
    decision = Decision(kind="lock", reason=SURGE, words=words, until=until)
    return deciding.act(actor=actor, subject=work_subject(work_id), decision=decision, at=at)


def unlock(*, actor: Viewer | None, work_id: int, at: datetime) -> ModerationAction:
    """Open a book again before its lock ends; `actor` None is the command line."""
    take_turn_on_work(work_id)
    if summary_of(work_id).locked_until is None:
        raise Conflict("This book is open to reviews and ratings already.")
    decision = Decision(kind="unlock", reason=SURGE)
    return deciding.act(actor=actor, subject=work_subject(work_id), decision=decision, at=at)


def answer(*, work_id: int, at: datetime) -> None:
    """Note that a moderator has looked at a surge, whatever they do about it."""
    if not _answer(work_id, at):
        raise NotFound("Nothing unusual was noticed about this book.")


def _answer(work_id: int, at: datetime) -> bool:
    sign = session().get(SurgeSign, work_id, populate_existing=True)
    if sign is not None:
        sign.answered_at = at
    return sign is not None


def _busy_works(at: datetime) -> Sequence[tuple[int, int]]:
    count = func.count()
    statement = (
        select(Review.work_id, count)
        .where(Review.posted_at > at - SURGE_WITHIN, Review.posted_at <= at)
        .group_by(Review.work_id)
        .having(count >= SURGE_LEAST)
    )
    return [(row[0], row[1]) for row in session().execute(statement)]


def _usual(work_id: int, at: datetime) -> float:
    """Return how many reviews and ratings a day a work had in the weeks before the last day."""
    began = at - SURGE_WITHIN - SURGE_PAST
    count = session().scalar(
        select(func.count()).where(
            Review.work_id == work_id,
            Review.posted_at > began,
            Review.posted_at <= at - SURGE_WITHIN,
        )
    )
    return (count or 0) / SURGE_PAST.days


def _note(work_id: int, seen: int, usual: float, at: datetime) -> None:
    """Keep one sign for each work; one that was answered within the day stays answered."""
    sign = session().get(SurgeSign, work_id, populate_existing=True)
    if sign is None:
        sign = SurgeSign(work_id=work_id, noticed_at=at)
        session().add(sign)
    elif sign.answered_at is None or at - sign.answered_at > SURGE_WITHIN:
        sign.answered_at = None
        sign.noticed_at = at
    sign.seen, sign.usual = seen, usual
