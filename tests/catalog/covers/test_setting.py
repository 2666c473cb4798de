"""Set texts: inside their boxes, broken where the sense breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookreviews.catalog.covers.layouts import BYLINE_SIZES, LAYOUTS, Layout
from bookreviews.catalog.covers.letters import printable
from bookreviews.catalog.covers.measuring import ITALIC, SANS, SERIF, SMALL, Voice, width
from bookreviews.catalog.covers.setting import set_text
from tests.catalog.covers.titles import NASTY, SHELF, any_text


def assert_inside(text: str, layout: Layout) -> None:
    kept = printable(text, 320)
    if not kept:
        return
    cases = [(layout.title, voice, layout.title_sizes) for voice in {SERIF, SANS, ITALIC}]
    for box, voice, some in (*cases, (layout.byline, SMALL, BYLINE_SIZES)):
        setting = set_text(kept, box, voice, some)
        assert setting.lines
        assert max(width(line, voice) for line in setting.lines) * setting.size <= box.width + 0.01
        assert setting.baselines[0] - 0.79 * setting.size >= box.y - 0.01
        assert setting.baselines[-1] + 0.21 * setting.size <= box.y + box.height + 0.01


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_text_stays_inside_its_box(layout: Layout) -> None:
    for title in (*SHELF, *NASTY):
        assert_inside(title, layout)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The Left Hand of Darkness", ("The Left Hand", "of Darkness")),
        ("The Name of the Wind", ("The Name", "of the Wind")),
        ("Zen: An Inquiry into Values", ("Zen:", "An Inquiry", "into Values")),
        ("百年の孤独", ("百年の孤独",)),
        ("V", ("V",)),
    ],
)
def test_lines_break_where_the_sense_does(text: str, lines: tuple[str, ...]) -> None:
    foot = next(layout for layout in LAYOUTS if layout.name == "foot")
    assert set_text(text, foot.title, SANS, range(26, 12, -1)).lines == lines


@pytest.mark.parametrize("voice", [SERIF, SANS, ITALIC], ids=lambda voice: voice.name)
def test_a_word_too_long_for_any_line_is_broken_without_a_hyphen(voice: Voice) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"
    setting = set_text(word, LAYOUTS[0].title, voice, range(46, 12, -1))
    assert "".join(setting.lines) == word
    assert len(setting.lines) > 1


def test_a_family_of_emoji_is_never_torn_apart() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    setting = set_text(family * 8, LAYOUTS[0].title, SANS, range(46, 12, -1))
    assert all(set(line.split(family)) == {""} for line in setting.lines)


@settings(max_examples=60, deadline=None)
@given(title=any_text, layout=st.sampled_from(LAYOUTS))
def test_any_text_stays_inside_its_box(title: str, layout: Layout) -> None:
    assert_inside(title, layout)
