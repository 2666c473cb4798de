"""What admins can set has types and limits, whether it comes from a form or from a command."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.errors import Invalid
from bookreviews.site import settings
from bookreviews.site.settings import SiteSettings, as_json, as_text, checked, checked_all

DEFAULTS = SiteSettings()


@pytest.mark.parametrize("name", settings.NAMES)
def test_each_default_comes_through_a_form_and_the_database_unchanged(name: str) -> None:
    default = getattr(DEFAULTS, name)
    assert checked(name, default) == checked(name, as_text(default)) == default
    assert checked(name, as_json(default)) == default


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("name", "  Pages  &\tStars ", "Pages & Stars"),
        ("announcement", "  ", ""),
        ("rules", "\r\nBe kind.\r\n", "Be kind."),
        ("hold_weight", "4.5", 4.5),
        ("hold_weight", 4, 4.0),
        ("young_account_days", "0", 0),
        ("shares_minimum", "20", 20),
        ("count_early_ratings", "yes", True),
        ("count_early_ratings", "", False),
        ("listed_words", "Casino\n\n  big   win \ncasino", ("casino", "big win")),
        (
            "listed_domains",
            "https://www.Spam.example/buy?x=1\nspam.example",
            ("spam.example",),
        ),
        ("listed_mail_domains", "someone@Throwaway.example", ("throwaway.example",)),
    ],
)
def test_what_is_typed_is_tidied(name: str, given: Any, taken: Any) -> None:
    assert checked(name, given) == taken


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("name", " ", "needs a name"),
        ("name", "x" * 61, "at most 60 characters"),
        ("name", "a\0b", "can't be read"),
        ("name", "a\u202eb", "can't be seen"),
        ("description", "x" * 301, "at most 300"),
        ("rules", " ", "needs rules"),
        ("rules", "x" * 20_001, "at most 20,000"),
        ("sign_up", "sometimes", "choose one of these: open, invitation, approval"),
        ("show_moderators", "", "role, name"),
        ("hold_weight", "much", "a number from 0.5 to 1000"),
        ("hold_weight", "nan", "a number from"),
        ("hold_weight", "0", "a number from"),
        ("young_account_days", "1.5", "a whole number from 0 to 365"),
        ("young_account_days", "-1", "a whole number"),
        ("young_account_days", True, "a whole number"),
        ("burst_reviews_per_hour", "1e400", "a whole number"),
        ("count_early_ratings", "perhaps", "yes or no"),
        ("listed_words", "\u200b", "can't be seen"),
        ("listed_words", "x" * 101, "at most 100"),
        ("listed_words", "\n".join(f"word{n}" for n in range(1001)), "at most 1000"),
        ("listed_domains", "not a domain", "is not a domain"),
        ("listed_mail_domains", "localhost", "is not a domain"),
    ],
)
def test_what_cannot_be_is_refused_by_name(name: str, given: Any, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked(name, given)
    assert words in refusal.value.fields[name]


def test_all_refusals_come_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        checked_all({"name": "", "hold_weight": "x", "announcement": "Fine."})
    assert set(refusal.value.fields) == {"name", "hold_weight"}


@given(st.sampled_from(settings.NAMES), st.text())
def test_no_text_breaks_a_check(name: str, given: str) -> None:
    try:
        taken = checked(name, given)
    except Invalid as refusal:
        assert set(refusal.fields) == {name}  # noqa: PT017 - any text may be refused, or not
    else:
        assert checked(name, as_text(taken)) == taken


def test_what_another_version_left_does_not_stop_the_site() -> None:
    stored = [("name", "Ours"), ("colour", "blue"), ("hold_weight", "heavy"), ("sign_up", 3)]
    assert DEFAULTS.with_stored(stored) == SiteSettings(name="Ours")
