"""Names for addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.lib.slugs import LONGEST, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Emma", "emma"),
        ("Don't Make Me Think", "dont-make-me-think"),
        ("Don’t Make Me Think", "dont-make-me-think"),
        ("Donʼt Make Me Think", "dont-make-me-think"),
        ("1984", "1984"),
        ("Les Misérables", "les-miserables"),
        ("Ærø & Straße", "aero-strasse"),
        ("Война и мир", "voina-i-mir"),
        ("snake_case / slash\\back", "snake-case-slash-back"),
        ("  --Emma--  ", "emma"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\x00b", "a-b"),
    ],
)
def test_a_title_becomes_a_slug(title: str, slug: str) -> None:
    assert slug_of(title, otherwise="book") == slug


@pytest.mark.parametrize("title", ["", " ", "!!!", "🎉", "'’ʼ", "—"])
def test_where_nothing_is_left_it_is_otherwise(title: str) -> None:
    assert slug_of(title, otherwise="book") == "book"


def test_a_long_title_is_cut_between_words() -> None:
    slug = slug_of("seven " * 40, otherwise="book")
    assert set(slug.split("-")) == {"seven"}
    assert LONGEST - len("-seven") < len(slug) <= LONGEST


def test_a_long_word_is_cut() -> None:
    assert slug_of("x" * 200, otherwise="book") == "x" * LONGEST


@given(st.text())
def test_any_text_makes_a_slug_that_is_its_own_slug(text: str) -> None:
    slug = slug_of(text, otherwise="book")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= LONGEST
    assert slug_of(slug, otherwise="other") == slug
