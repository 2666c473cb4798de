"""How much of everything there is on a site of so many works, in proportion."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A site with so many works."""

    works: int

    @property
    def editions(self) -> int:
        """1.3 for each work."""
        return self.works * 13 // 10

    @property
    def authors(self) -> int:
        """400 thousand for a million works."""
        return self.works * 2 // 5

    @property
    def readers(self) -> int:
        """As many as authors; the most read work has few more ratings than a sixth of them."""
        return self.works * 2 // 5

    @property
    def series(self) -> int:
        """One for twenty works; each tenth work is part of one."""
        return max(self.works // 20, 1)

    @property
    def words(self) -> int:
        """Titles of more works have more words, most of them rare."""
        return max(self.works // 4, 2000)

    @property
    def demand(self) -> float:
        """How many readers the most read work has, so that all have five on average.

        The work of rank r has `demand / r ** SKEW`.
        """
        return (
            RATINGS_OF_A_WORK
            * self.works
            / sum(float(r) ** -SKEW for r in range(1, self.works + 1))
        )


RATINGS_OF_A_WORK = 5
IN_WORDS = 5  # one of so many ratings
TEXTS = 50  # different ones, of all lengths
SKEW = 0.8
SUBJECTS, TOP_SUBJECTS = 48, 12
