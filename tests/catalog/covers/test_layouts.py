"""Layouts: room for words, and motifs of every family that suit them."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from bookreviews.catalog.covers.families import ANY, FAMILIES
from bookreviews.catalog.covers.layouts import LAYOUTS, Layout
from bookreviews.catalog.covers.motifs import MOTIFS
from bookreviews.catalog.covers.palettes import PALETTES
from bookreviews.catalog.covers.plates import Lots, Plate


def test_there_are_palettes_layouts_and_motifs_enough() -> None:
    assert len(PALETTES) >= 10
    assert len(LAYOUTS) >= 7
    assert len(MOTIFS) >= 7


def test_every_family_names_what_exists_and_suits_every_layout() -> None:
    for family in (*FAMILIES.values(), ANY):
        assert set(family.palettes) <= set(PALETTES)
        assert set(family.motifs) <= set(MOTIFS)
        assert all(len(layout.suits & set(family.motifs)) >= 2 for layout in LAYOUTS)


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
