"""Which books that are here may be the very one that somebody is about to add."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from bookreviews.catalog import queries, search
from bookreviews.lib.orm import Record
from bookreviews.lib.text import is_readable

MOST = 5

# Titles this much alike, letter by letter, may be spellings of one.
_ALIKE = 0.8


def likely(title: str, authors: Sequence[str] = ()) -> Sequence[Record]:
    """Return up to five works (`slug`, `title`, `byline`, `first_published`), the likeliest first.

    Their title, or their original one, is the same but for capitals, accents, marks and a subtitle,
    or nearly so.
    """
    if not is_readable(title):
        return []
    found = {row.slug: row for row in queries.works_like(title, authors)}
    bare = title.split(":", maxsplit=1)[0]
    for row in queries.works_of(search.find(bare).page.rows):
        if any(_is_alike(bare, one.split(":")[0]) for one in (row.title, row.original_title)):
            found.setdefault(row.slug, row)
    return list(found.values())[:MOST]


def _is_alike(one: str, other: str) -> bool:
    folded = ["".join(search.fold(text)) for text in (one, other)]
    if not all(folded):
        return False
    return SequenceMatcher(a=folded[0], b=folded[1], autojunk=False).ratio() >= _ALIKE
