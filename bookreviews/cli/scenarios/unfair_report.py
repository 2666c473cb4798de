"""An unfair report: thirty new accounts try to report an honest review out of sight, twice."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bookreviews.accounts.viewer import Viewer
from bookreviews.cli.scenarios.stage import Posted, Stage, Told
from bookreviews.moderation import claims, deciding, desk, reporting
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import ModerationAction
from bookreviews.moderation.vocabulary import REASONS, WEIGHTS
from bookreviews.site import queries as site
from bookreviews.transactions import transaction

LASTS = timedelta(days=10, hours=11)
PEOPLE = {"critic": 1, "fan": 30}

_REASON = "off_topic"


def play(stage: Stage) -> Iterator[Told]:
    """Let the mob report, a moderator keep the review, and the mob come back."""
    book = stage.book()
    critic = stage.join("critic", 1, before=timedelta(days=200))
    review = stage.post(critic, book.id, stars=2.0, body=stage.texts["review"])
    page = f"/reviews/{review.id}"
    yield stage.tell(
        f"A reader who has been here for half a year didn’t like “{book.title}”, and says why: two "
        "stars, honest and about the book.",
        page,
    )

    stage.wait(days=10)
    mob = [stage.join("fan", n, before=timedelta(hours=2)) for n in range(1, PEOPLE["fan"] + 1)]
    case = _report_all(stage, mob, review)
    yield stage.tell(
        f"Somebody has called for it elsewhere: {len(mob)} accounts, all made today, report the "
        f"review as “{REASONS[_REASON]}”. {_weight(stage, case, review)}",
        page,
    )
    yield stage.tell(
        f"One reader without a record who has been here longer than a month weighs "
        f"{WEIGHTS[_REASON]:.2f} with the same reason. Each further new account in a case adds "
        "less than the one before, so that a crowd of them can’t hide anything.",
        f"/moderation/cases/{case}",
    )

    stage.wait(hours=3)
    before = _trust(mob)
    _keep(stage, case)
    yield stage.tell(
        f"Mo reads the review and keeps it. Each reporter is told, and their record goes down: a "
        f"report of theirs counted {before:.2f} times, and now {_trust(mob):.2f} times.",
        "/moderation/log",
    )

    stage.wait(hours=5)
    again = _report_all(stage, mob, review)
    yield stage.tell(
        f"The same mob comes back. {_weight(stage, again, review)} And what a moderator has kept "
        "isn’t held again for reports while its words stay as they are.",
        f"/moderation/cases/{again}",
    )

    stage.wait(hours=1)
    _keep(stage, again)
    yield stage.tell(
        f"Mo keeps it once more; a report of theirs now counts {_trust(mob):.2f} times. The critic "
        "was bothered by none of it.",
        page,
    )


def _report_all(stage: Stage, mob: Sequence[Viewer], review: Posted) -> int:
    case = 0
    for reader in mob:
        stage.wait(seconds=90)
        case = stage.report(reader, review.id, reason=_REASON)
    return case


def _weight(stage: Stage, case: int, review: Posted) -> str:
    """Say what the reports weigh together, and whether that was enough."""
    weight, enough = desk.get_case(case).weight, site.current().hold_weight
    told = f"Together they weigh {weight:.2f}; a review is held from {enough:.2f}."
    return f"{told} It stays in sight." if stage.is_shown(review.id) else f"{told} It is held."


def _trust(mob: Sequence[Viewer]) -> float:
    return reporting.trust_in(f"user:{mob[0].id}")


def _keep(stage: Stage, case: int) -> ModerationAction:
    with transaction():
        claims.claim(moderator=stage.mo, case_id=case, at=stage.at)
    decision = Decision(kind="keep", reason=_REASON)
    with transaction():
        return deciding.decide(moderator=stage.mo, case_id=case, decision=decision, at=stage.at)
