"""An appeal: a review is removed by mistake, and another moderator puts everything back."""

from collections.abc import Iterator
from datetime import timedelta

from bookreviews.cli.scenarios.stage import Stage, Told, stars_of
from bookreviews.moderation import appealing, deciding
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import OVERTURNED
from bookreviews.moderation.queries import get_entry, get_statement
from bookreviews.moderation.vocabulary import APPEAL_WITHIN, KINDS, REASONS
from bookreviews.transactions import transaction

LASTS = timedelta(days=2)
PEOPLE = {"author": 1, "hurried": 1}

_REASON = "harassment"


def play(stage: Stage) -> Iterator[Told]:
    """Let Mo be wrong, the author appeal, and Ada overturn it."""
    book = stage.book()
    author = stage.join("author", 1, before=timedelta(days=400))
    review = stage.post(author, book.id, stars=1.5, body=stage.texts["review"])
    page, book_page = f"/reviews/{review.id}", f"/books/{book.slug}"
    before = stage.summary(book.id)
    yield stage.tell(
        f"A reader is hard on “{book.title}” and on how it is written, with a joke about its "
        f"author: {stars_of(before)}.",
        page,
    )

    stage.wait(hours=20)
    reporter = stage.join("hurried", 1, before=timedelta(days=90))
    case = stage.report(reporter, review.id, reason=_REASON, words=stage.texts["report"])
    yield stage.tell(
        f"Somebody takes the joke for an attack and reports it: “{REASONS[_REASON]}”.",
        f"/moderation/cases/{case}",
    )

    stage.wait(hours=2)
    decision = Decision(kind="remove", reason=_REASON, words=stage.texts["statement"])
    with transaction():
        action_id = deciding.decide(
            moderator=stage.mo, case_id=case, decision=decision, at=stage.at
        ).id
    yield stage.tell(
        "In a hurry, Mo removes the review. Others don’t see it any more, and its stars don’t "
        f"count: {stars_of(stage.summary(book.id))}.",
        book_page,
    )

    statement = get_statement(action_id, author)
    yield stage.tell(
        f"The author is told: “{KINDS[statement.kind]}”, by a person, under the rule "
        f"“{REASONS[statement.reason]}”, with the {len(statement.quoted.split())} words it is "
        f"about and Mo’s own: “{statement.words}” And that within {APPEAL_WITHIN.days} days an "
        "appeal goes to another moderator.",
        f"/moderation/log/{action_id}",
    )

    stage.wait(hours=10)
    with transaction():
        appeal_id = appealing.make_appeal(
            viewer=author, action_id=action_id, words=stage.texts["appeal"], at=stage.at
        ).id
    yield stage.tell(
        "The author appeals. Mo can’t decide it: the appeal is for another moderator, and the "
        "database sees to that as well.",
        f"/moderation/appeals/{appeal_id}",
    )

    stage.wait(hours=15)
    with transaction():
        appealing.decide_appeal(
            moderator=stage.ada,
            appeal_id=appeal_id,
            outcome=OVERTURNED,
            answer=stage.texts["answer"],
            at=stage.at,
        )
    shown = "is back" if stage.is_shown(review.id) else "is still out of sight"
    yield stage.tell(
        f"Ada reads both sides and overturns the decision. The review {shown}, with its stars: "
        f"{stars_of(stage.summary(book.id))}. The report counts as declined now.",
        page,
    )

    entry = get_entry(action_id)
    yield stage.tell(
        f"The ledger keeps the mistake in sight: “{KINDS[entry.kind]}”, appealed, "
        f"{entry.appeal_outcome}. It counts in the figures for “{REASONS[entry.reason]}”.",
        f"/moderation/log/{action_id}",
    )
