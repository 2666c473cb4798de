"""Names for addresses: "Don't Make Me Think" becomes dont-make-me-think."""

import re

from slugify import slugify

LONGEST = 80

APOSTROPHES = re.compile(r"['’ʼ]")


def slug_of(text: str, *, otherwise: str) -> str:
    """Return `text` in ASCII letters, digits and hyphens; `otherwise` where nothing is left."""
    bare = APOSTROPHES.sub("", text)
    return str(slugify(bare, max_length=LONGEST, word_boundary=True)) or otherwise
