"""What a distribution of stars amounts to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.reviews import scores

_distributions = st.lists(st.integers(0, 1_000), min_size=10, max_size=10)
_somebodys = _distributions.filter(any)


def given_by(**counts: int) -> list[int]:
    """Return the distribution of `five=3, four_and_a_half=1` and the like."""
    names = ["half", "one", "one_and_a_half", "two", "two_and_a_half"]
    names += ["three", "three_and_a_half", "four", "four_and_a_half", "five"]
    return [counts.get(name, 0) for name in names]


def test_stars_are_halves_up_to_five() -> None:
    assert scores.STARS == (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)


def test_nobody_gave_anything() -> None:
    assert scores.empty() == [0] * 10
    assert scores.average(scores.empty()) is None
    assert scores.score(scores.empty()) == 0.0
    assert [bar.percent for bar in scores.bars(scores.empty())] == [0] * 5


class TestAverage:
    @pytest.mark.parametrize(
        ("distribution", "average"),
        [
            (given_by(five=1), 5.0),
            (given_by(half=1), 0.5),
            (given_by(five=1, four=1), 4.5),
            (given_by(five=3, one=1), 4.0),
            ([1] * 10, 2.75),
        ],
    )
    def test_is_the_mean(self, distribution: list[int], average: float) -> None:
        assert scores.average(distribution) == average

    @given(_somebodys)
    def test_is_between_half_a_star_and_five(self, distribution: list[int]) -> None:
        assert 0.5 <= (scores.average(distribution) or 0) <= 5.0


class TestScore:
    def test_prefers_many_good_ones_to_one_perfect_one(self) -> None:
        classic = given_by(five=400, four_and_a_half=300, four=250, three=50)
        assert scores.score(classic) > scores.score(given_by(five=1))
        assert scores.score(classic) > scores.score(given_by(five=5))

    def test_prefers_the_better_of_two_equally_known(self) -> None:
        assert scores.score(given_by(five=100)) > scores.score(given_by(four=100))

    def test_rises_as_more_agree(self) -> None:
        known = [scores.score(given_by(five=count)) for count in (1, 10, 100, 1_000, 10_000)]
        assert known == sorted(known)
        assert known[-1] < 5.0

    def test_prefers_agreement_to_dispute(self) -> None:
        agreed, disputed = given_by(three=100), given_by(five=50, one=50)
        assert scores.average(agreed) == scores.average(disputed)
        assert scores.score(agreed) > scores.score(disputed)

    def test_is_the_published_formula(self) -> None:
        """One rating of five stars, worked out by hand: mean 65/22, 10 + 1 ratings, 12 below."""
        mean = (sum(scores.STARS) + 5) / 11
        variance = (sum(stars**2 for stars in scores.STARS) + 25) / 11 - mean**2
        assert scores.score(given_by(five=1)) == pytest.approx(mean - 1.65 * (variance / 12) ** 0.5)

    @given(_somebodys)
    def test_is_below_five_and_above_nothing(self, distribution: list[int]) -> None:
        assert 0.0 < scores.score(distribution) < 5.0

    @given(_somebodys)
    def test_is_below_the_mean_with_the_imagined_ratings(self, distribution: list[int]) -> None:
        imagined = scores.average([count + 1 for count in distribution])
        assert imagined is not None
        assert scores.score(distribution) < imagined

    @given(_distributions)
    def test_rises_with_five_stars_more(self, distribution: list[int]) -> None:
        more = [*distribution[:-1], distribution[-1] + 1]
        assert scores.score(more) > scores.score(distribution)


class TestBars:
    def test_join_halves_with_the_whole_above(self) -> None:
        bars = scores.bars([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        assert [(bar.stars, bar.count) for bar in bars] == [
            (5, 19),
            (4, 15),
            (3, 11),
            (2, 7),
            (1, 3),
        ]

    def test_tell_percents_of_all(self) -> None:
        bars = scores.bars(given_by(five=2, four_and_a_half=1, one=1))
        assert [bar.percent for bar in bars] == [75, 0, 0, 0, 25]

    @given(_distributions)
    def test_count_everyone_once(self, distribution: list[int]) -> None:
        bars = scores.bars(distribution)
        assert sum(bar.count for bar in bars) == sum(distribution)
        assert all(0 <= bar.percent <= 100 for bar in bars)
