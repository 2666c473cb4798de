"""Papers and inks: legible, and apart from the pages they lie on."""

import pytest

from bookreviews.catalog.covers.palettes import PALETTES, Palette


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_is_legible_and_motifs_are_visible_on_every_paper(palette: Palette) -> None:
    assert contrast(palette.ink, palette.ground) >= 4.5
    assert contrast(palette.accent, palette.ground) >= 1.5
    assert contrast(palette.second, palette.ground) >= 1.2


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_every_paper_stands_out_from_both_pages(palette: Palette) -> None:
    assert contrast(palette.ground, "#faf6ee") >= 1.15
    assert contrast(palette.ground, "#1e1a16") >= 1.4
