"""What covers are printed with: paper, and inks that suit it."""

from typing import NamedTuple


class Palette(NamedTuple):
    """Paper, the ink all text is set in (4.5:1 or more on the paper), two inks for the motif."""

    ground: str
    ink: str
    accent: str
    second: str


PALETTES = {
    "vermilion": Palette("#b93a26", "#fff3df", "#f3b562", "#82221a"),
    "bottle": Palette("#1f4f41", "#f6ecd6", "#e9916b", "#3d7d66"),
    "indigo": Palette("#2b3a66", "#f5ead6", "#eeb3a0", "#5168a8"),
    "ochre": Palette("#dfa63c", "#2c1c10", "#b1402a", "#f5da9a"),
    "sand": Palette("#e3d0ab", "#3a2418", "#b8552d", "#c5a36f"),
    "rose": Palette("#e8b3a8", "#4a1526", "#a8304a", "#f6d9cf"),
    "sky": Palette("#a6c6d3", "#15304a", "#cb4a31", "#dfeae9"),
    "oxblood": Palette("#6e1f29", "#f7e8d4", "#e09468", "#9c3c43"),
    "plum": Palette("#51305a", "#f5e6dc", "#e3a7a4", "#80568a"),
    "olive": Palette("#59602c", "#f8f0d8", "#dcc566", "#848b4a"),
    "celadon": Palette("#b5cdb0", "#1b3b2d", "#2f7259", "#e3ebcd"),
    "charcoal": Palette("#413b38", "#f3e9d8", "#e05c40", "#6d635d"),
    "teal": Palette("#1c6470", "#f8f0de", "#f2b684", "#46949b"),
    "cream": Palette("#f0dfb8", "#22304f", "#d4553a", "#35579a"),
    "lilac": Palette("#c7badb", "#2c2146", "#6b4a9e", "#e9e0ee"),
    "brick": Palette("#9c4527", "#fff1de", "#f0b98d", "#6f2c17"),
}
