"""Covers that are pictures, in the place of drawn ones: the same box, so that nothing jumps."""

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from bookreviews.catalog.covers.cards import HEIGHT, WIDTH, Card
from bookreviews.catalog.images.making import LARGE, SMALL, files_of, size_of
from bookreviews.site.queries import current_or_last_known

# How wide a cover stands on the page, for browsers to choose a file by (static/css/components.css).
_WIDTHS = {
    "small": "4rem",
    "card": "(min-width: 768px) 11rem, 46vw",
    "page": "clamp(5.5rem, 28vw, 16rem)",
}
# Width by height of what is cut to the box of a drawn cover, which is 2 by 3, without much loss.
_CUT_FROM, _CUT_TO = 0.6, 0.74


@lru_cache(maxsize=2048)
def cover_picture(name: str, size: str) -> Markup:
    """Return the image of a cover. Its title stands beside it, so it has no words of its own."""
    small, large, _for_elsewhere = map(media_path, files_of(name))
    width, height = size_of(name)
    fits = _CUT_FROM <= width / height <= _CUT_TO
    return Markup(
        '<img class="cover cover-picture{}" src="{}" srcset="{} {}w, {} {}w" sizes="{}"'
        ' width="{}" height="{}" alt="" decoding="async"{}>'
    ).format(
        "" if fits else " cover-whole",
        large if size == "page" else small,
        small,
        min(SMALL, width),
        large,
        min(LARGE, width),
        _WIDTHS.get(size, _WIDTHS["card"]),
        width,
        height,
        Markup("") if size == "page" else Markup(' loading="lazy"'),
    )


class Preview(NamedTuple):
    """What other sites show where somebody names a book: a picture's address, and its size."""

    path: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Tell whether it stands above the words, not beside them."""
        return self.width > self.height


def preview_of(
    work_id: int, *, title: str, byline: str, subject: str | None, cover: str | None
) -> Preview | None:
    """Return the preview of a book: the picture it has, or a card; None where none can be set."""
    if cover:
        return Preview(preview_picture(cover), *size_of(cover))
    card = Card(title, byline, subject, current_or_last_known().name)
    return Preview(card_path(work_id, card), WIDTH, HEIGHT) if card.digest else None


def preview_picture(name: str) -> str:
    """Return the address of a cover for other sites, which know JPEG best."""
    return media_path(files_of(name)[-1])


def card_path(work_id: int, card: Card) -> str:
    """Return the address of a book's card, which names what it shows."""
    return f"/cards/{work_id}-{card.digest}.png"


def media_path(file: str) -> str:
    """Return the address of a file that somebody gave us."""
    return f"/media/{file}"
