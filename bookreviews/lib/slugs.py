"""Names for addresses: "Don't Make Me Think" becomes dont-make-me-think."""

import re

from slugify import slugify

LONGEST = 80

_PLAIN = re.compile(r"[A-Za-z0-9 ]*")
APOSTROPHES = re.compile(r"['’ʼ]")


def slug_of(text: str, *, otherwise: str) -> str:
    """Return `text` in ASCII letters, digits and hyphens; `otherwise` where nothing is left."""
    if len(text) <= LONGEST and _PLAIN.fullmatch(text):  # as most are; the library takes long
        return "-".join(text.lower().split()) or otherwise
    bare = APOSTROPHES.sub("", text)
    return str(slugify(bare, max_length=LONGEST, word_boundary=True)) or otherwise
