"""Whether a book that claims an ISBN can be the one that has it: generous, but not blind."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from bookreviews.catalog.naming import compared

_ALIKE = 0.8  # of SequenceMatcher: "Tolstoi" and "Tolstoy" have 0.86
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_SUBTITLE = re.compile(r"\s*[:;/–—]\s*|\s-+\s")
_ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "el",
        "los",
        "las",
        "il",
        "lo",
        "de",
        "het",
    ]
)


def titles_are_alike(one: str, other: str) -> bool:
    """Tell whether titles resemble each other: but for articles, subtitle, series, misspelling."""
    return any(
        mine <= theirs or theirs <= mine or _ratio(" ".join(mine), " ".join(theirs)) >= _ALIKE
        for mine in map(dict.keys, _forms(one))
        for theirs in map(dict.keys, _forms(other))
    )


def _forms(title: str) -> Iterator[dict[str, None]]:
    """Yield the words of a title, in their order: all of it, and what stands before a subtitle."""
    bare = _BRACKETS.sub(" ", title)
    for form in (bare, _SUBTITLE.split(bare.strip(), maxsplit=1)[0]):
        words = compared(form)
        if kept := dict.fromkeys(word for word in words if word not in _ARTICLES):
            yield kept
        elif words:
            yield dict.fromkeys(words)


def authors_are_alike(names: Iterable[str], byline: str) -> bool:
    """Tell whether one of the names may stand in a byline; nobody contradicts nobody.

    A family name, misspelt or not, is enough. Names in another script can't be compared.
    """
    printed = compared(byline)
    spelled = [words for name in names if (words := compared(name))]
    if not printed or not spelled:
        return True
    return any(
        _is_latin(words) != _is_latin(printed)
        or any(_ratio(words[-1], word) >= _ALIKE for word in printed if len(word) > 1)
        or set(words) <= set(printed)
        or printed[-1] in words
        for words in spelled
    )


def _is_latin(words: Iterable[str]) -> bool:
    return any(word.isascii() and not word.isdigit() for word in words)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
