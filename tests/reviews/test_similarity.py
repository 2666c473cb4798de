"""Which works are rated alike: the numbers."""

import numpy as np
import pytest

from bookreviews.reviews.similarity import MOST_ALIKE, Ratings, alike


def ratings(*given: tuple[int, int, float]) -> Ratings:
    """Return ratings made of triples of reader, work and stars."""
    readers, works, stars = zip(*given, strict=True) if given else ((), (), ())
    return Ratings(np.array(readers, "i4"), np.array(works, "i4"), np.array(stars, "f4"))


def found(of: Ratings) -> dict[int, list[int]]:
    return {each.work_id: each.others for each in alike(of)}


def test_nothing_is_like_nothing() -> None:
    assert found(ratings()) == {}
    assert found(ratings((1, 1, 5.0))) == {}


def test_two_readers_in_common_are_too_few() -> None:
    two = [(reader, work, 4.0) for reader in (1, 2) for work in (10, 20)]
    assert found(ratings(*two)) == {}
    assert found(ratings(*two, (3, 10, 4.0), (3, 20, 4.0))) == {10: [20], 20: [10]}


def test_what_the_same_people_like_is_more_alike_than_what_they_do_not() -> None:
    given = []
    for reader in range(1, 21):
        loves = reader % 2
        given += [(reader, 1, 5.0 if loves else 2.0), (reader, 2, 5.0 if loves else 2.0)]
        given += [(reader, 3, 2.0 if loves else 5.0), (reader, 4, 3.5)]
    others = found(ratings(*given))
    assert others[1][0] == 2
    assert 3 not in others[1]


def test_more_readers_in_common_say_more() -> None:
    given = [(reader, work, 4.0) for reader in range(1, 5) for work in (1, 2)]
    given += [(reader, work, 4.0) for reader in range(11, 31) for work in (3, 4)]
    scores = {each.work_id: each.scores[0] for each in alike(ratings(*given))}
    assert scores[3] > scores[1]
    assert all(0 < score < 1 for score in scores.values())


def test_only_the_most_alike_are_told_in_a_fixed_order() -> None:
    given = [(reader, work, 4.0) for reader in range(1, 9) for work in range(1, 40)]
    (first, *_) = alike(ratings(*given))
    assert first.others == list(range(2, MOST_ALIKE + 2))
    assert first.scores == pytest.approx([first.scores[0]] * MOST_ALIKE)


def test_a_reader_of_everything_and_a_book_of_everybody_are_bounded() -> None:
    given = [(1, work, 4.0) for work in range(1, 2_000)]
    given += [(reader, 5_000, 4.0) for reader in range(1, 2_000)]
    assert found(ratings(*given)) == {}
