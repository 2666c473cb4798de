"""A review bomb: sixty new accounts give a well-liked book half a star within a day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bookreviews.accounts.queries import find_viewers
from bookreviews.cli.scenarios.stage import Posted, Stage, Told, stars_of
from bookreviews.errors import DomainError
from bookreviews.lib.orm import Record
from bookreviews.moderation import deciding, desk, reporting, surges
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.subjects import Subject
from bookreviews.moderation.vocabulary import REVIEW, RULES, SURGE
from bookreviews.reviews import services as reviews
from bookreviews.transactions import transaction

LASTS = timedelta(hours=20, minutes=30)
PEOPLE = {"bomber": 60}

_QUIETLY, _WITH_WORDS = 12, 6
_LOCK = timedelta(days=3)
_NETWORKS = ("192.0.2.10", "192.0.2.77", "198.51.100.23")


def play(stage: Stage) -> Iterator[Told]:
    """Let the bomb fall, and moderators undo what it did."""
    book, other = stage.book(), _another_book(stage)
    page = f"/books/{book.slug}"
    yield stage.tell(f"“{book.title}” is well liked: {stars_of(book)}.", page)

    posted = _post_quietly(stage, book)
    yield stage.tell(
        f"All day, one by one, {_QUIETLY} accounts that were made minutes before have given half "
        f"a star. No rule fires on a single rating: {stars_of(stage.summary(book.id))}.",
        page,
    )

    posted += _post_in_a_rush(stage, book, other)
    mine = [one for one in posted if one.work_id == book.id]
    yield stage.tell(
        f"Within an hour, {len(mine) - _QUIETLY} more follow from {len(_NETWORKS)} networks, "
        f"{_WITH_WORDS} with the same words here and under “{other.title}”. {_fired(posted)} At "
        f"the worst: {stars_of(stage.summary(book.id))}.",
        page,
    )

    stage.wait(minutes=10)
    yield _watch(stage, book)

    stage.wait(minutes=10)
    until = stage.at + _LOCK
    with transaction():
        surges.lock(
            actor=stage.mo, work_id=book.id, until=until, words=stage.texts["lock"], at=stage.at
        )
    yield stage.tell(
        f"Mo locks the book until {until:%d %B, %H:%M} UTC, and its page says so. "
        f"{_try_to_rate(stage, book)}",
        page,
    )

    stage.wait(minutes=20)
    hidden, excluded = _clear(stage, posted, book)
    yield stage.tell(
        f"Mo decides in bulk: {hidden} reviews with the copied words are hidden, and the stars of "
        f"{excluded} accounts left out of the summary. {_compared(book, stage.summary(book.id))} "
        "The page tells how many ratings don’t count.",
        page,
    )
    yield stage.tell(
        "The ledger shows the lock and every single decision, without names and words. Each "
        "account has its statement and may appeal.",
        "/moderation/log",
    )

    stage.wait(hours=1, minutes=30)
    with transaction():
        surges.unlock(actor=stage.mo, work_id=book.id, at=stage.at)
    yield stage.tell(
        "The storm is over. The lock would end by itself; Mo ends it now, and readers can rate "
        "the book again.",
        page,
    )


def _another_book(stage: Stage) -> Record:
    """Return the book under which the same words are posted too."""
    return stage.open_books(stage.texts["other_books"])[0]


def _post_quietly(stage: Stage, book: Record) -> list[Posted]:
    posted = []
    for number in range(1, _QUIETLY + 1):
        stage.wait(minutes=85)
        bomber = stage.join("bomber", number, before=timedelta(minutes=7))
        address = f"203.0.113.{number}"
        posted.append(stage.post(bomber, book.id, stars=0.5, address=address))
    return posted


def _post_in_a_rush(stage: Stage, book: Record, other: Record) -> list[Posted]:
    posted = []
    stage.wait(minutes=40)
    for number in range(_QUIETLY + 1, PEOPLE["bomber"] + 1):
        stage.wait(seconds=50)
        bomber = stage.join("bomber", number, before=timedelta(minutes=4))
        speaks = number > PEOPLE["bomber"] - _WITH_WORDS
        words = stage.texts["words"][number % len(stage.texts["words"])] if speaks else ""
        address = _NETWORKS[number % len(_NETWORKS)]
        for work in (book, other) if speaks else (book,):
            posted.append(stage.post(bomber, work.id, stars=0.5, body=words, address=address))
    return posted


def _fired(posted: Sequence[Posted]) -> str:
    """Say which rules fired how often, and how many reviews are held."""
    fired = Counter(rule for one in posted for rule in one.rules)
    if not fired:
        return "No rule fires."
    told = ", ".join(f"{RULES[rule]} ({count} times)" for rule, count in fired.most_common())
    held = sum(one.is_held for one in posted)
    return f"Flags fire: {told}. {held} reviews are held until a person has looked."


def _watch(stage: Stage, book: Record) -> Told:
    with transaction():
        noticed = surges.watch(at=stage.at)
    sign = next((row for row in desk.open_surges() if row.work_id == book.id), None)
    if book.id not in noticed:
        return stage.tell("The watch for surges sees nothing unusual.", "/moderation")
    told = (
        f"{sign.seen} ratings in the last day, {sign.usual:.1f} a day as a rule"
        if sign
        else "far more than usual"
    )
    return stage.tell(
        f"The worker, which watches for surges every ten minutes, notices the book: {told}. It "
        "decides nothing; the desk offers a lock.",
        "/moderation",
    )


def _try_to_rate(stage: Stage, book: Record) -> str:
    """Let Bo try to rate the locked book, and say what Bo is told."""
    bo = find_viewers(["bo"])["bo"]
    try:
        with transaction():
            reviews.post_review(author=bo, work_id=book.id, stars=5.0, body="", at=stage.at)
            raise AssertionError("A locked book has taken a rating.")
    except DomainError as refusal:
        return f"Bo, who wants to rate it, reads: “{refusal}”"


def _compared(before: Record, after: Record) -> str:
    is_as_before = (before.average, before.distribution) == (after.average, after.distribution)
    told = "It is as before" if is_as_before else f"It was {stars_of(before)}, and is not again"
    return f"{told}: {stars_of(after)}."


def _clear(stage: Stage, posted: Sequence[Posted], book: Record) -> tuple[int, int]:
    """Hide the copied words, leave all other stars out; return how many of each."""
    copied = {one.author.id for one in posted if one.work_id != book.id}
    words = stage.texts["statement"]
    hide = Decision(kind="hide", reason="spam", words=words)
    exclude = Decision(kind="exclude", reason=SURGE, words=words)
    hidden = [one for one in posted if one.author.id in copied]
    excluded = [one for one in posted if one.author.id not in copied]
    for decision, reviews_of_it in ((hide, hidden), (exclude, excluded)):
        _decide(stage, decision, reviews_of_it)
    return len(hidden), len(excluded)


def _decide(stage: Stage, decision: Decision, posted: Sequence[Posted]) -> None:
    """Decide on all at once; what no rule fired on first gets a case, as on the desk."""
    with transaction():
        cases = [
            reporting.case_of(Subject(REVIEW, one.id, one.work_id, one.author.id), at=stage.at).id
            for one in posted
        ]
        deciding.decide_all(moderator=stage.mo, case_ids=cases, decision=decision, at=stage.at)
