"""Whole covers: the same for the same book, varied, safe, and small."""

from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookreviews.catalog.covers import cover_svg
from bookreviews.catalog.covers.families import ANY, FAMILIES
from bookreviews.catalog.covers.palettes import PALETTES
from tests.catalog.covers.titles import NASTY, SHELF, any_text

LARGEST = 2500
TYPICAL = 1200


def draw(title: str, byline: str = "Ursula K. Le Guin", subject: str | None = None) -> str:
    return str(cover_svg(title=title, byline=byline, subject=subject))


def words_of(svg: str) -> str:
    return "".join(text.text or "" for text in ET.fromstring(svg).iter("text"))


def test_the_same_book_gets_the_same_cover_in_every_process() -> None:
    """Every run of the tests hashes strings its own way: what depends on that fails here.

    Who redraws covers on purpose writes down the new digest.
    """
    drawn = sha256(draw("Dune", "Frank Herbert", "science-fiction").encode()).hexdigest()
    assert drawn == "8f44cce8c82f4cb85b75ec1236e97a79a9a8c3b96e9ba113e2657cc3c232706c"


def test_different_books_get_different_covers() -> None:
    assert len({draw(title) for title in SHELF}) == len(SHELF)
    assert draw("Poems", "Emily Dickinson") != draw("Poems", "W. H. Auden")


@pytest.mark.parametrize("subject", ["programming", "poetry", "science-fiction", None])
def test_a_shelf_of_twenty_is_varied(subject: str | None) -> None:
    outsides = [draw(title, subject=subject).split('<g class="')[0] for title in SHELF]
    layouts = {outside.split('"')[1] for outside in outsides}
    papers = {outside.split('fill="')[1][:7] for outside in outsides}
    assert len(set(outsides)) == len(SHELF)
    assert len(layouts) >= 5
    assert len(papers) >= 4


@pytest.mark.parametrize("subject", [*FAMILIES, None, "never-heard-of"])
def test_a_subject_keeps_to_its_family(subject: str | None) -> None:
    family = FAMILIES.get(subject or "", ANY)
    papers = {PALETTES[name].ground for name in family.palettes}
    assert {draw(title, subject=subject).split('fill="')[1][:7] for title in SHELF} <= papers


def test_what_people_wrote_is_escaped() -> None:
    svg = draw("<script>alert(1)</script>", '"><img src=x onerror=alert(1)> & co', "<b>")
    assert "<script" not in svg
    assert "<img" not in svg
    assert {element.tag for element in ET.fromstring(svg).iter()} <= {
        "svg", "path", "circle", "g", "text"
    }  # fmt: skip
    assert "&lt;script&gt;" in svg


def test_nothing_needs_an_inline_style() -> None:
    svg = draw("Emma")
    assert "style" not in svg
    assert " id=" not in svg
    assert svg.startswith('<svg class="cover ')
    assert 'viewBox="0 0 200 300" aria-hidden="true"' in svg


@pytest.mark.parametrize("title", NASTY, ids=ascii)
def test_nasty_text_makes_a_small_well_formed_cover(title: str) -> None:
    for byline in ("", "Anne Carson", title):
        svg = draw(title, byline)
        ET.fromstring(svg)
        assert len(svg.encode()) < LARGEST


def test_a_typical_cover_is_small() -> None:
    sizes = [len(draw(title).encode()) for title in SHELF]
    assert sum(sizes) / len(sizes) < TYPICAL


def test_the_heaviest_motif_under_the_heaviest_words_is_small() -> None:
    for number in range(100):
        assert len(draw("&W" * 150, f"{number} " + "'i" * 150).encode()) < LARGEST


def test_a_whole_short_title_and_byline_are_printed() -> None:
    assert words_of(draw("The Left Hand of Darkness")).replace(" ", "") == (
        "TheLeftHandofDarknessUrsulaK.LeGuin"
    )


def test_of_a_very_long_title_the_beginning_and_an_ellipsis_are_printed() -> None:
    shown = words_of(draw("A Chronicle of Very Small Things " * 9, ""))
    assert shown.startswith("A Chronicle of Very")
    assert shown.endswith("…")


def test_a_right_to_left_title_is_set_from_the_right() -> None:
    assert 'direction="rtl"' in draw("مائة عام من العزلة", "")
    assert "direction" not in draw("One Hundred Years of Solitude", "")


def test_bidirectional_tricks_are_dropped() -> None:
    assert words_of(draw("a\u202eb\u2066c", "")) == "abc"


@settings(max_examples=150, deadline=None)
@given(title=any_text, byline=any_text, subject=st.none() | st.sampled_from(sorted(FAMILIES)))
def test_any_text_makes_a_small_well_formed_cover(
    title: str, byline: str, subject: str | None
) -> None:
    svg = draw(title, byline, subject)
    ET.fromstring(svg)
    assert len(svg.encode()) < LARGEST
