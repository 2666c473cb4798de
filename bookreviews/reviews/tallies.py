"""What the reviews of a work come to: counts, stars, heat, moved by a review at a time. Pure."""

from dataclasses import dataclass, field, fields
from typing import Any

from bookreviews.reviews import heat, scores
from bookreviews.reviews.models import Review


@dataclass(slots=True)
class Tally:
    """What `RatingSummary` keeps of a work, under the names of its columns."""

    ratings_count: int = 0
    reviews_count: int = 0
    average: float | None = None
    score: float = 0.0
    distribution: list[int] = field(default_factory=scores.empty)
    uncounted_count: int = 0
    young_count: int = 0
    given_count: int = 0
    heat: float | None = None

    @property
    def ranks(self) -> tuple[int, float]:
        """Return what lists sort the work by: how many rated it, and how well at least."""
        return self.ratings_count, self.score

    @property
    def columns(self) -> dict[str, Any]:
        """Return all values by their names."""
        return {name: getattr(self, name) for name in NAMES}

    def count(self, review: Review, *, by: int = 1) -> None:
        """Count a review in (+1) or out (-1)."""
        self._warm(review, by)
        if review.body_source is not None and review.concealment is None:
            self.reviews_count += by
        if review.stars is None:
            return
        if review.uncounted_because is not None:
            self.uncounted_count += by
            return
        self.young_count += by * review.by_new_account
        self.given_count += by * review.was_given
        self.distribution[scores.STARS.index(review.stars)] += by
        self.ratings_count = sum(self.distribution)
        self.average = scores.average(self.distribution)
        self.score = scores.score(self.distribution)

    def _warm(self, review: Review, by: int) -> None:
        """Let a review be talk about its work; what doesn't count, or isn't shown, is none."""
        if review.withdrawn_at or review.concealment or review.uncounted_because:
            return
        warmth = heat.warmth(review.posted_at, in_words=review.body_source is not None)
        self.heat = (heat.warmer if by > 0 else heat.cooler)(self.heat, warmth)


NAMES = tuple(one.name for one in fields(Tally))
