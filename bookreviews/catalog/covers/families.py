"""Which subject takes which palettes and motifs, so that its books look related."""

from typing import NamedTuple

from bookreviews.catalog.covers.motifs import MOTIFS
from bookreviews.catalog.covers.palettes import PALETTES


class Family(NamedTuple):
    """The likeness of a subject's covers: palettes and motifs, by name."""

    palettes: tuple[str, ...]
    motifs: tuple[str, ...]


def _family(palettes: str, motifs: str) -> Family:
    return Family(tuple(palettes.split()), tuple(motifs.split()))


ANY = Family(tuple(PALETTES), tuple(MOTIFS))
_MACHINES = _family(
    "teal cream indigo vermilion sky ochre", "code bars tiles dots stripes diagonal"
)
_NUMBERS = _family("cream sky ochre indigo charcoal lilac", "arcs tiles orbits checks dots rays")
_LIVING = _family("celadon olive bottle sand sky ochre", "leaves hills waves suns bands")
_PAST = _family("sand oxblood brick olive ochre indigo", "bands stripes doors rays checks hills")
_MINDS = _family("lilac rose celadon cream plum teal", "suns arcs doors orbits waves tiles")
_CLASSICS = _family(
    "oxblood bottle cream sand indigo rose", "stripes checks leaves rays bands arcs"
)
_NOVELS = _family("rose teal ochre plum vermilion celadon", "suns waves doors tiles bands arcs")
_SPACE = _family("indigo plum charcoal teal vermilion lilac", "orbits suns moon rays dots arcs")
_MAGIC = _family("bottle plum indigo oxblood ochre olive", "moon hills leaves rays waves doors")
_NIGHT = _family("charcoal oxblood vermilion cream plum", "doors diagonal moon stripes bars checks")
_PLAY = _family("sky ochre vermilion rose cream teal", "dots suns hills checks waves rays")

FAMILIES = {
    "programming": _MACHINES, "software-engineering": _MACHINES, "computer-science": _MACHINES,
    "mathematics": _NUMBERS, "science": _NUMBERS, "design": _NUMBERS, "nature": _LIVING,
    "food": _LIVING, "history": _PAST, "historical-fiction": _PAST, "biography-memoir": _NOVELS,
    "philosophy": _MINDS, "psychology": _MINDS, "society": _PAST, "essays": _MINDS,
    "classics": _CLASSICS, "literary-fiction": _NOVELS, "science-fiction": _SPACE,
    "fantasy": _MAGIC, "crime-mystery": _NIGHT, "horror": _NIGHT, "romance": _NOVELS,
    "young-adult": _PLAY, "children": _PLAY, "poetry": _LIVING, "comics": _PLAY,
    "short-stories": _NOVELS, "in-translation": _CLASSICS, "humour": _PLAY,
}  # fmt: skip


def family_of(subject: str | None) -> Family:
    """Return a subject's family; of no subject, or of one that has none, all there is."""
    return FAMILIES.get(subject or "", ANY)
