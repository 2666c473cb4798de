"""What moderators of the demo have decided so far: the acts of demo/moderation.toml.

Thanks to them the queue, the ledger, a statement and an appeal are there to be seen from the start.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.queries import get_work_id
from bookreviews.moderation import appealing, deciding, flags, reporting
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.subjects import (
    Subject,
    profile_subject,
    review_subject,
    work_subject,
)
from bookreviews.moderation.vocabulary import COVER, WORK
from bookreviews.reviews.queries import find_own_review

Act = Mapping[str, Any]
Viewers = Mapping[str, Viewer]
# What later acts refer to by name: cases, actions, appeals.
_Known = dict[str, int]


def play_history(acts: Sequence[Act], viewers: Viewers) -> None:
    """Let it all happen again, in the caller's transaction.

    Left out is what is about a review that isn't there, since its book was there before the demo.
    """
    known: _Known = {}
    for act in acts:
        if _has_object(act, viewers, known):
            known[act["name"]] = _DOINGS[act["does"]](act, viewers[act["who"]], viewers, known)


def _has_object(act: Act, viewers: Viewers, known: _Known) -> bool:
    if "review_by" in act:
        return _review_id(act, viewers) is not None
    return act.get("about") is None or act["about"] in known


def _report(act: Act, who: Viewer, viewers: Viewers, known: _Known) -> int:
    case = reporting.report(
        reporter=who,
        subject=_subject(act, who, viewers),
        reason=act["reason"],
        words=act.get("words", ""),
        at=_at(act),
    )
    flags.hold_if_heavy(case, rule=None, at=_at(act))
    return case.id


def _decide(act: Act, who: Viewer, viewers: Viewers, known: _Known) -> int:
    decision = Decision(kind=act["kind"], reason=act["reason"], words=act.get("words", ""))
    return deciding.decide(
        moderator=who, case_id=known[act["about"]], decision=decision, at=_at(act)
    ).id


def _appeal(act: Act, who: Viewer, viewers: Viewers, known: _Known) -> int:
    return appealing.make_appeal(
        viewer=who, action_id=known[act["about"]], words=act["words"], at=_at(act)
    ).id


def _answer(act: Act, who: Viewer, viewers: Viewers, known: _Known) -> int:
    return appealing.decide_appeal(
        moderator=who,
        appeal_id=known[act["about"]],
        outcome=act["outcome"],
        answer=act["words"],
        at=_at(act),
    ).id


_DOINGS: dict[str, Callable[[Act, Viewer, Viewers, _Known], int]] = {
    "report": _report,
    "decide": _decide,
    "appeal": _appeal,
    "answer": _answer,
}


def _subject(act: Act, who: Viewer, viewers: Viewers) -> Subject:
    """Return what a report is about: a review, a profile, a cover, or a book's data."""
    if "profile" in act:
        return profile_subject(viewers[act["profile"]].id)
    review_id = _review_id(act, viewers)
    if review_id is not None:
        return review_subject(review_id, who)
    kind = COVER if "cover" in act else WORK
    return work_subject(get_work_id(act[kind]), kind=kind)


def _review_id(act: Act, viewers: Viewers) -> int | None:
    if "review_by" not in act:
        return None
    review = find_own_review(get_work_id(act["work"]), viewers[act["review_by"]])
    return None if review is None else int(review.id)


def _at(act: Act) -> datetime:
    moment: datetime = act["at"]
    return moment
