"""A spam wave: two hundred reviews with links, of which one is no advertisement."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bookreviews.accounts.viewer import Viewer
from bookreviews.cli.scenarios.stage import Posted, Stage, Told
from bookreviews.errors import Conflict
from bookreviews.lib.orm import Record
from bookreviews.moderation import deciding, taking_back
from bookreviews.moderation import services as moderation
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.vocabulary import RULES
from bookreviews.transactions import transaction

LASTS = timedelta(minutes=80)
PEOPLE = {"seller": 5, "student": 1}

_WAVE = 200  # reviews, the student's among them
_BOOKS = _WAVE // PEOPLE["seller"]
_NETWORKS = ("198.51.100.7", "203.0.113.20")
_AT_HOME = "192.0.2.200"
_SUSPENSION = timedelta(days=90)


def play(stage: Stage) -> Iterator[Told]:
    """Let the wave come in; clear it if the story goes to the end, or leave that to the reader."""
    books = stage.open_books(stage.texts["books"])[:_BOOKS]
    if len(books) < _BOOKS:
        raise Conflict("Too many books of this story are closed to new reviews, or gone.")
    sellers = [
        stage.join("seller", n, before=timedelta(minutes=9)) for n in range(1, PEOPLE["seller"] + 1)
    ]
    yield stage.tell(
        f"Within a quarter of an hour, {len(sellers)} accounts are made from {len(_NETWORKS)} "
        "networks. That alone means nothing.",
        f"/users/{sellers[0].username}",
    )

    posted, honest = _flood(stage, sellers, books)
    yield stage.tell(
        f"In {_WAVE} seconds, {len(posted)} reviews with links come in under {len(books)} books. "
        f"{_fired(posted)} {sum(one.is_held for one in posted)} are held at once: others don’t see "
        "them, and their stars don’t count.",
        f"/books/{books[0].slug}",
    )
    cases = [one.case_id for one in posted if one.case_id is not None]
    yield stage.tell(
        f"{len(cases)} cases wait in the queue. A case leads to all others by the same account, "
        "from the same network, or with the same words, to be decided in bulk.",
        "/moderation?reason=spam",
    )
    if not stage.goes_to_the_end:
        yield stage.tell(
            "They are yours: sign in as mo, look for what they have in common, and clear them. "
            "Take care, one is no advertisement. `--to-the-end` shows how Mo would do it.",
            "/moderation?reason=spam",
        )
        return

    stage.wait(minutes=30)
    yield _clear(stage, cases)
    stage.wait(minutes=5)
    yield _suspend(stage, sellers)
    stage.wait(minutes=40)
    yield from _take_back(stage, honest)


def _flood(
    stage: Stage, sellers: Sequence[Viewer], books: Sequence[Record]
) -> tuple[list[Posted], Posted]:
    """Post the wave, each seller under each book in turn; the student's review comes amidst."""
    posted = []
    for number in range(_WAVE - 1):
        stage.wait(seconds=1)
        seller, text = number % len(sellers), stage.texts["advertisements"]
        posted.append(
            stage.post(
                sellers[seller],
                books[number // len(sellers)].id,
                stars=5.0,
                body=text[number % len(text)],
                address=_NETWORKS[seller % len(_NETWORKS)],
            )
        )
        if number == _WAVE // 2:
            student = stage.join("student", 1, before=timedelta(minutes=40))
            words = stage.texts["honest"]
            honest = stage.post(student, books[0].id, stars=4.0, body=words, address=_AT_HOME)
    stage.wait(seconds=1)
    return [*posted, honest], honest


def _fired(posted: Sequence[Posted]) -> str:
    fired = Counter(rule for one in posted for rule in one.rules)
    told = ", ".join(f"{RULES[rule]} ({count} times)" for rule, count in fired.most_common())
    return f"Flags fire: {told}."


def _clear(stage: Stage, cases: Sequence[int]) -> Told:
    decision = Decision(kind="remove", reason="spam", words=stage.texts["statement"])
    with transaction():
        _, left_out = deciding.decide_all(
            moderator=stage.mo, case_ids=cases, decision=decision, at=stage.at
        )
    return stage.tell(
        f"Mo looks at a few of each kind and removes all in bulk: {len(cases) - len(left_out)} "
        f"cases decided, {len(left_out)} left out. Each has its own entry in the ledger.",
        "/moderation/log",
    )


def _suspend(stage: Stage, sellers: Sequence[Viewer]) -> Told:
    for seller in sellers:
        with transaction():
            moderation.suspend(
                actor=stage.mo,
                user_id=seller.id,
                reason="spam",
                words=stage.texts["suspension"],
                until=stage.at + _SUSPENSION,
                at=stage.at,
            )
    return stage.tell(
        f"Mo suspends the {len(sellers)} accounts for {_SUSPENSION.days} days: they can read, but "
        "not write.",
        f"/users/{sellers[0].username}",
    )


def _take_back(stage: Stage, honest: Posted) -> Iterator[Told]:
    """Take the one wrong decision back."""
    action = stage.last_action_about(honest.id)
    yield stage.tell(
        "Reading over it again, Mo sees a mistake: a student’s review was among them, flagged for "
        "the link to her own notes.",
        f"/moderation/log/{action}",
    )
    with transaction():
        reversal = taking_back.undo(moderator=stage.mo, action_id=action, at=stage.at)
        case_id = reversal.case_id
    assert case_id is not None
    keep = Decision(kind="keep", reason="spam")
    with transaction():
        deciding.decide(moderator=stage.mo, case_id=case_id, decision=keep, at=stage.at)
    shown = "is shown again" if stage.is_shown(honest.id) else "is still out of sight"
    yield stage.tell(
        f"Mo takes that decision back and keeps the review. It {shown}, its stars count, the "
        "student is told, and the ledger holds both: the decision, and that it was taken back.",
        f"/reviews/{honest.id}",
    )
