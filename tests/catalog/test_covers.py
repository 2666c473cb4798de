"""Drawn covers: the same for the same book, safe, small, legible, and inside their lines."""

import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookreviews.catalog.cover_palettes import (
    ANY,
    FAMILIES,
    MOTIFS,
    PALETTES,
    Lots,
    Palette,
    Plate,
)
from bookreviews.catalog.covers import (
    BYLINE_SIZES,
    ITALIC,
    LAYOUTS,
    SANS,
    SERIF,
    SMALL,
    TITLE_SIZES,
    Layout,
    Voice,
    _clean,
    cover_svg,
    set_text,
    width,
)

LARGEST = 2500
TYPICAL = 1200
SHELF = (
    "Dune", "Emma", "It", "1984", "Cosmos", "Beloved", "Circe", "Middlemarch", "Moby-Dick",
    "Pride and Prejudice", "The Left Hand of Darkness", "Crime and Punishment", "Solaris",
    "Gödel, Escher, Bach", "The Hitchhiker's Guide to the Galaxy", "Salt, Fat, Acid, Heat",
    "Structure and Interpretation of Computer Programs", "Wolf Hall", "Night", "Persepolis",
)  # fmt: skip
NASTY = (
    "", " ", "V", "1984", "百年の孤独", "🐉👩‍👩‍👧‍👦🇫🇮🏽", "مائة عام من العزلة", "Война и мир",
    "किताबों की दुनिया",
    "Code: The Hidden Language of Computer Hardware and Software",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter",
    "The History of Everything That Was Ever Bound and Sold " * 6, "W" * 300, "i" * 300, "&" * 300,
    '"' * 300, "<script>alert('1')</script>", "]]>", "a\x00b\x1b\x85\ufffe\uffff", "\ud800x\udfff",
    "z" + "\u0335" * 200, "\u200d" * 100, "\u202eturned",
    "吾輩は猫である。" * 30, "🐉" * 300, "﷽" * 60,
    "---/---", "…", "\n\t", "「" * 40, "a\u200d" * 150, "\U000e0041" * 50,
)  # fmt: skip
any_text = st.text(st.characters(exclude_categories=()), max_size=320)


def draw(title: str, byline: str = "Ursula K. Le Guin", subject: str | None = None) -> str:
    return str(cover_svg(title=title, byline=byline, subject=subject))


def words_of(svg: str) -> str:
    return "".join(text.text or "" for text in ET.fromstring(svg).iter("text"))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_same_book_gets_the_same_cover_in_every_process() -> None:
    program = (
        "from bookreviews.catalog.covers import cover_svg;"
        "print(cover_svg(title='Dune', byline='Frank Herbert', subject='science-fiction'), end='')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert told.stdout == draw("Dune", "Frank Herbert", "science-fiction")


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


def test_every_family_names_what_exists_and_suits_every_layout() -> None:
    for family in (*FAMILIES.values(), ANY):
        assert set(family.palettes) <= set(PALETTES)
        assert set(family.motifs) <= set(MOTIFS)
        assert all(len(layout.suits & set(family.motifs)) >= 2 for layout in LAYOUTS)


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
    for number in range(400):
        assert len(draw("&W" * 150, "'i" * number, None).encode()) < LARGEST


def test_a_whole_short_title_and_byline_are_printed() -> None:
    assert words_of(draw("The Left Hand of Darkness")).replace(" ", "") == (
        "TheLeftHandofDarknessUrsulaK.LeGuin"
    )


def test_of_a_very_long_title_the_beginning_and_an_ellipsis_are_printed() -> None:
    shown = words_of(draw("A Chronicle of Very Small Things " * 9, ""))
    assert shown.startswith("A Chronicle of Very")
    assert shown.endswith("…")


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_is_legible_and_motifs_are_visible_on_every_paper(palette: Palette) -> None:
    assert contrast(palette.ink, palette.ground) >= 4.5
    assert contrast(palette.accent, palette.ground) >= 1.5
    assert contrast(palette.second, palette.ground) >= 1.2


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_every_paper_stands_out_from_both_pages(palette: Palette) -> None:
    assert contrast(palette.ground, "#faf6ee") >= 1.15
    assert contrast(palette.ground, "#1e1a16") >= 1.4


def test_there_are_palettes_layouts_and_motifs_enough() -> None:
    assert len(PALETTES) >= 10
    assert len(LAYOUTS) >= 7
    assert len(MOTIFS) >= 7


@pytest.mark.parametrize("name", MOTIFS)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_motif_draws_something_in_every_place(name: str, layout: Layout) -> None:
    wide, high = (int(length * layout.scale) for length in layout.motif[2:4])
    palette = PALETTES["cream"]
    plate = Plate(wide, high, palette, (palette.accent, palette.second), Lots(name))
    drawing = ET.fromstring(f"<svg>{MOTIFS[name](plate)}</svg>")
    assert all(shape.get("d", "circle") for shape in drawing)
    assert len(drawing) >= 2


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_title_and_byline_have_places_of_their_own_off_the_motif(layout: Layout) -> None:
    places = [layout.title, layout.byline]
    if "ground" not in layout.panel:  # else both stand on the panel
        places.append(layout.motif)
    for one, other in combinations(places, 2):
        assert (
            one.y + one.height <= other.y
            or other.y + other.height <= one.y
            or one.x + one.width <= other.x
            or other.x + other.width <= one.x
        )


def assert_inside(text: str, layout: Layout) -> None:
    kept = _clean(text, 320)
    if not kept:
        return
    sizes = range(layout.largest, TITLE_SIZES[-1] - 1, -1)
    cases = [(layout.title, voice, sizes) for voice in {SERIF, SANS, ITALIC}]
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


@settings(max_examples=60, deadline=None)
@given(title=any_text, layout=st.sampled_from(LAYOUTS))
def test_any_text_stays_inside_its_box(title: str, layout: Layout) -> None:
    assert_inside(title, layout)
