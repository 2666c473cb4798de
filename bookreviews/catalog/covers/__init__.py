"""The cover a work is given when it has no picture: an SVG set from title, byline and subject.

It is drawn in units of a page 200 wide and 300 high. Nobody's browser is asked how wide a text
is: letters are measured here, by a table of the site's two families. Each room imports only from
those above it; to read them in the order in which a cover is made, begin with `composing`.

    letters      what readers see as one letter, and what of a text can be printed
    measuring    how wide a line is in each voice
    breaking     where a text may be parted into lines, and where it should be
    setting      the largest size at which a text fits its box
    palettes     paper and inks
    plates       what motifs are drawn on and with, and the lots a book draws
    patterns     motifs that may be covered in part
    vignettes    motifs that are seen whole
    motifs       all motifs by name
    families     which subject takes which palettes and motifs
    layouts      where motif, title and byline stand
    composing    the whole cover
    cards        the picture that other sites show where somebody names the book
"""

from bookreviews.catalog.covers.cards import Card
from bookreviews.catalog.covers.composing import cover_svg

__all__ = ["Card", "cover_svg"]
