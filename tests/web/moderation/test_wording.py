"""How the desk says things."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bookreviews.moderation.vocabulary import KINDS_FOR, MOST_AT_ONCE, SUBJECTS
from bookreviews.reviews.models import CONCEALMENTS, REASONS_NOT_TO_COUNT
from bookreviews.web.moderation import wording


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "less than a minute"),
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=5, minutes=10), "5 hours"),
        (timedelta(days=1, hours=3), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_spans(length: timedelta, words: str) -> None:
    assert wording.span(length) == words


@pytest.mark.parametrize(
    ("count", "weight", "words"),
    [
        (0, 0.0, "opened by a moderator"),
        (1, 0.5, "1 report, light"),
        (2, 1.5, "2 reports"),
        (3, 4.0, "3 reports, heavy"),
    ],
)
def test_weights(count: int, weight: float, words: str) -> None:
    case: Any = SimpleNamespace(reports_count=count, weight=weight)
    assert wording.weight(case) == words


def test_excerpts_are_plain_text() -> None:
    assert wording.excerpt(None) == ""
    assert wording.excerpt("<p>Fish &amp; <em>chips</em></p>") == "Fish & chips"
    long = wording.excerpt(f"<p>{'word ' * 200}</p>")
    assert long.endswith("word …")
    assert len(long) <= 262


def test_everything_has_its_words() -> None:
    assert set(wording.BUTTONS) == {kind for kinds in KINDS_FOR.values() for kind in kinds}
    assert set(wording.CONCEALED) == set(CONCEALMENTS)
    assert set(wording.UNCOUNTED) == set(REASONS_NOT_TO_COUNT)
    keys = [key for _, key in wording.BUTTONS.values() if key]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("npu/?")
    for subject in SUBJECTS:
        case: Any = SimpleNamespace(subject=subject, person_name="Alex", work_title="Emma")
        assert wording.name_of(case)
        for kind in wording.BUTTONS:
            assert wording.done(kind, case)
    assert MOST_AT_ONCE == 500
