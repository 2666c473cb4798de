"""What each kind of decision does to its subject, and how that is put back.

`apply` returns the change as plain values, {"before": …, "after": …}, for the log; `put_back`
restores of it what no later decision has moved again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bookreviews.accounts import people as accounts
from bookreviews.accounts.models import User
from bookreviews.catalog.images.covers import erase_cover, put_cover_back, take_cover
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session
from bookreviews.moderation.subjects import Subject
from bookreviews.moderation.vocabulary import COVER
from bookreviews.reviews import standing
from bookreviews.reviews.models import AWAITING_CHANGE, HELD, HIDDEN, REMOVED, RatingSummary
from bookreviews.reviews.standing import Standing

Change = dict[str, dict[str, Any]]


def _unheld(now: Standing) -> Standing:
    """Show what was only held, now that a person has looked; what was decided stays."""
    return replace(now, concealment=None) if now.concealment == HELD else now


def _hidden(now: Standing) -> Standing:
    """Hide what shows; what was removed stays so, which is more."""
    return now if now.concealment == REMOVED else replace(now, concealment=HIDDEN)


_ON_REVIEWS: dict[str, Callable[[Standing], Standing]] = {
    "keep": _unheld,
    "mark_spoiler": lambda now: replace(_unheld(now), has_spoilers=True),
    "ask_change": lambda now: replace(now, concealment=AWAITING_CHANGE),
    "hide": _hidden,
    "remove": lambda now: replace(now, concealment=REMOVED),
    "hold": lambda now: replace(now, concealment=HELD),
    "restore": lambda now: replace(now, concealment=None),
    "exclude": lambda now: replace(_unheld(now), is_excluded=True),
    "include": lambda now: replace(now, is_excluded=False),
}


def apply(
    kind: str, subject: Subject, *, until: datetime | None, reason: str, at: datetime
) -> Change:
    """Let a decision take effect, and return what it changed."""
    if kind in _ON_REVIEWS and subject.review_id is not None:
        return _stand(subject.review_id, _ON_REVIEWS[kind], at)
    if kind == "remove" and subject.kind == COVER and subject.work_id is not None:
        if reason == "illegal":  # its files go, so nothing is there to be put back
            erase_cover(work_id=subject.work_id, at=at)
            return {}
        return {"before": {"cover": take_cover(work_id=subject.work_id, at=at)}}
    if kind in ("suspend", "lift") and subject.person_id is not None:
        return _suspend(subject.person_id, until, at)
    if kind in ("lock", "unlock") and subject.work_id is not None:
        return _lock(subject.work_id, until, reason if until else None)
    return {}  # a warning, or a report that changes nothing


def is_in_sight(subject: Subject) -> bool:
    """Tell whether the thing is a review that hiding would take out of others' sight for good."""
    if subject.review_id is None:
        return False
    return standing.review_in_turn(subject.review_id).concealment not in (HIDDEN, REMOVED)


def would_move(kind: str, subject: Subject) -> bool:
    """Tell whether a decision would change how a review stands; other things have no standing.

    Stars that don't show aren't counted already, so leaving them out waits until they do.
    """
    if kind not in _ON_REVIEWS or subject.review_id is None:
        return True
    review = standing.review_in_turn(subject.review_id)
    now = standing.standing_of(review)
    if kind == "exclude" and (review.stars is None or now.concealment is not None):
        return False
    return review.withdrawn_at is None and _ON_REVIEWS[kind](now) != now


def put_back(change: Change, subject: Subject, *, at: datetime) -> None:
    """Restore what a decision changed, as far as it still is as that decision left it."""
    before, after = change.get("before", {}), change.get("after", {})
    if "concealment" in before and subject.review_id is not None:
        _stand(subject.review_id, lambda now: _restored(now, before, after), at)
    if before.get("cover") and subject.work_id is not None:
        with suppress(Conflict, NotFound):  # another cover, or another book, has its place by now
            put_cover_back(work_id=subject.work_id, name=before["cover"])
    if "suspended_until" in before and subject.person_id is not None:
        _put_back_suspension(subject.person_id, before, after, at)
    if "locked_until" in before and subject.work_id is not None:
        _put_back_lock(subject.work_id, before, after)


def _put_back_suspension(
    user_id: int, before: dict[str, Any], after: dict[str, Any], at: datetime
) -> None:
    if _moment_of(_suspended_until(user_id)) == after["suspended_until"]:
        _suspend(user_id, _restore_moment(before["suspended_until"]), at)


def _put_back_lock(work_id: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    summary = session().get(RatingSummary, work_id, populate_existing=True)
    if summary is not None and _moment_of(summary.locked_until) == after["locked_until"]:
        _lock(work_id, _restore_moment(before["locked_until"]), before["lock_reason"])


def _stand(review_id: int, moved: Callable[[Standing], Standing], at: datetime) -> Change:
    review = standing.review_in_turn(review_id)
    before = standing.standing_of(review)
    after = moved(before)
    standing.stand(review, after, at=at)
    return {"before": asdict(before), "after": asdict(after)}


def _restored(now: Standing, before: dict[str, Any], after: dict[str, Any]) -> Standing:
    untouched = {name: before[name] for name in before if getattr(now, name) == after[name]}
    return replace(now, **untouched)


def _suspend(user_id: int, until: datetime | None, at: datetime) -> Change:
    before = _suspended_until(user_id)
    if until is None:
        accounts.lift_suspension(user_id=user_id)
    else:
        accounts.suspend(user_id=user_id, until=until)
    session().flush()
    standing.count_reviews_of_anew(user_id, at=at)
    return {
        "before": {"suspended_until": _moment_of(before)},
        "after": {"suspended_until": _moment_of(until)},
    }


def _suspended_until(user_id: int) -> datetime | None:
    return session().get_one(User, user_id, populate_existing=True).suspended_until


def _lock(work_id: int, until: datetime | None, reason: str | None) -> Change:
    summary = session().get(RatingSummary, work_id, populate_existing=True)
    reason_before = summary.lock_reason if summary else None
    before = standing.lock_work(work_id, until=until, reason=reason)
    return {
        "before": {"locked_until": _moment_of(before), "lock_reason": reason_before},
        "after": {"locked_until": _moment_of(until), "lock_reason": reason},
    }


def _moment_of(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _restore_moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
