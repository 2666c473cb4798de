"""Which stories there are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bookreviews.cli.scenarios import appeal, review_bomb, spam_wave, unfair_report
from bookreviews.cli.scenarios.stage import Stage, Told


@dataclass(frozen=True, slots=True)
class Story:
    """A story: how long it takes on its own clock, and the accounts it needs, so many of each."""

    lasts: timedelta
    people: dict[str, int]
    play: Callable[[Stage], Iterator[Told]]


# By the names of their texts in demo/scenarios/.
STORIES = {
    "review-bomb": Story(review_bomb.LASTS, review_bomb.PEOPLE, review_bomb.play),
    "spam-wave": Story(spam_wave.LASTS, spam_wave.PEOPLE, spam_wave.play),
    "unfair-report": Story(unfair_report.LASTS, unfair_report.PEOPLE, unfair_report.play),
    "appeal": Story(appeal.LASTS, appeal.PEOPLE, appeal.play),
}
