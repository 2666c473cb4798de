"""Automatic flags: rules that report what looks like a flood or an advertisement.

They open the same cases as readers' reports do, and say which rule fired on what. Above the
operator's threshold a review is held until a person has looked; no rule ever decides.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from bookreviews.accounts.models import User
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Moment, Record
from bookreviews.moderation import deciding, reporting
from bookreviews.moderation.models import Case, ModerationAction
from bookreviews.moderation.subjects import Subject, profile_subject
from bookreviews.moderation.vocabulary import BURST_WITHIN, REVIEW
from bookreviews.reviews.models import HELD, Review
from bookreviews.site import queries as site
from bookreviews.site.settings import SiteSettings

_LINK = re.compile(r"(?:https?://|www\.)([^\s/<>()\[\]\"']+)", re.IGNORECASE)


# Counting ends here, above any threshold that can be set: a flood must not make each post slower.
_MOST_COUNTED = 1_001


def _count(*conditions: Any) -> Any:
    counted = select(Review.id).where(*conditions).limit(_MOST_COUNTED).subquery()
    return select(func.count(counted.c.id)).scalar_subquery()


_since = bindparam("since", type_=Moment)
_last_decision = (
    select(ModerationAction.kind)
    .where(ModerationAction.review_id == bindparam("review_id"))
    .order_by(ModerationAction.at.desc(), ModerationAction.id.desc())
    .limit(1)
    .scalar_subquery()
)
# Nothing equals a digest or a network that a review lacks, so none are counted then.
_KNOWN = select(
    User.joined_at,
    _count(
        Review.words_digest == bindparam("digest"), Review.work_id != bindparam("work_id")
    ).label("same_text"),
    _count(Review.author_id == bindparam("author_id"), Review.posted_at > _since).label(
        "by_account"
    ),
    _count(Review.posted_from == bindparam("network"), Review.posted_at > _since).label(
        "from_network"
    ),
    (_last_decision == "ask_change").label("asked"),
).where(User.id == bindparam("author_id"))

Firing = tuple[str, str]  # a rule, and what it fired on


def examine_review(review: Review, *, at: datetime) -> list[str]:
    """Let every rule look at a review that was just posted or revised; return those that fired."""
    subject = Subject(REVIEW, review.id, review.work_id, review.author_id)
    session().flush()
    fired = [*_rules_on(review, site.current(), at)]
    case: Case | None = None
    for rule, words in fired:
        case = reporting.flag(subject=subject, rule=rule, words=words, at=at)
    if case is not None:
        hold_if_heavy(case, rule=fired[-1][0], at=at)
    return [rule for rule, _ in fired]


def examine_account(*, user_id: int, email: str, at: datetime) -> bool:
    """Report a sign-up from a listed mail domain; tell whether it was one."""
    domain = email.rpartition("@")[2].lower()
    if not _is_listed(domain, site.current().listed_mail_domains):
        return False
    reporting.flag(subject=profile_subject(user_id), rule="listed_mail_domain", words=domain, at=at)
    return True


def hold_if_heavy(case: Case, *, rule: str | None, at: datetime) -> None:
    """Hold the review of a case that weighs too much to wait in sight."""
    if reporting.must_be_held(case):
        deciding.hold(case=case, rule=rule, at=at)


def _rules_on(review: Review, wanted: SiteSettings, at: datetime) -> Iterator[Firing]:
    words = review.body_source or ""
    known = _what_is_known_of(review, at)
    domains = _domains_in(words)
    if domains and at - known.joined_at < timedelta(days=wanted.young_account_days):
        yield "early_links", ", ".join(domains)
    if known.same_text:
        yield "repeated_text", f"{_number(known.same_text)} other reviews say the same"
    if max(known.by_account, known.from_network) > wanted.burst_reviews_per_hour:
        by_account, from_network = _number(known.by_account), _number(known.from_network)
        yield "burst", f"{by_account} by the account, {from_network} from the network"
    if listed := _listed_words_in(words, wanted.listed_words):
        yield "listed_word", ", ".join(listed)
    if listed := [one for one in domains if _is_listed(one, wanted.listed_domains)]:
        yield "listed_domain", ", ".join(listed)
    if known.asked and review.concealment is None and at in (review.revised_at, review.posted_at):
        yield "changed_as_asked", "the review shows again"
    if review.concealment == HELD and review.posted_at == at:
        yield "posted_again", "it is held until a person has looked"


def _number(count: int) -> str:
    return f"{count:,}" if count < _MOST_COUNTED else f"more than {_MOST_COUNTED - 1:,}"


def _what_is_known_of(review: Review, at: datetime) -> Record:
    """Return, in one statement, what the rules need to know of other reviews and the author."""
    return read(
        _KNOWN,
        review_id=review.id,
        work_id=review.work_id,
        author_id=review.author_id,
        digest=review.words_digest,
        network=review.posted_from,
        since=at - BURST_WITHIN,
    ).one()


def _domains_in(words: str) -> list[str]:
    found = (match.lower().removeprefix("www.").rstrip(".,;:!?") for match in _LINK.findall(words))
    return list(dict.fromkeys(found))


def _is_listed(domain: str, listed: tuple[str, ...]) -> bool:
    """Tell whether a domain, or one that it lies under, is on the list."""
    return any(domain == one or domain.endswith(f".{one}") for one in listed)


def _listed_words_in(words: str, listed: tuple[str, ...]) -> list[str]:
    folded = words.casefold()
    return [word for word in listed if _says(folded, word.casefold())]


def _says(words: str, listed: str) -> bool:
    """Tell whether a listed word is among the words, rather than a part of one.

    Most aren't in them at all, which is quick to see: a list may be long, and others wait for us.
    """
    return listed in words and bool(re.search(rf"(?<!\w){re.escape(listed)}(?!\w)", words))
