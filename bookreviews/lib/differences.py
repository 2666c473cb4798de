"""What is different between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "out", "in"], str]

# A word with the space after it; paragraphs part too, so that a moved one isn't torn up.
_WORD = re.compile(r"\S+\s*|\s+")
# Beyond this the comparison takes too long; the whole is shown, before and after.
_MOST_WORDS = 2_500


def compared(before: str, after: str) -> list[Part]:
    """Return the parts of both texts in order: what stayed, what went out, what came in."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [part for part in (("out", before), ("in", after)) if part[1]]
    parts: list[Part] = []
    for kind, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(old[i:j])))
            continue
        if i < j:
            parts.append(("out", "".join(old[i:j])))
        if k < m:
            parts.append(("in", "".join(new[k:m])))
    return parts
