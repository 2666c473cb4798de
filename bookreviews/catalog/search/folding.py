"""Folding: which words a text is found by, in any script, whatever the accents and capitals.

Titles and questions are folded alike: "Émile's Ærø" becomes emiles, aero. What is written
without spaces (Chinese, Japanese, Thai) is one word here, and pairs of characters in the index.
A document also has words that a question may use instead: reilly for O'Reilly, jrr for J. R. R.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from bookreviews.catalog.search.tables import LONGEST_KEY, LONGEST_WORD
from bookreviews.lib.slugs import APOSTROPHES

# Letters whose accents Unicode doesn't take apart, and Arabic ones that writers don't tell apart.
_PLAIN = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ة": "ه",
    "ى": "ي",
    "ک": "ك",
    "ی": "ي",
    "ـ": "",
}
_VOICED = "\u3099\u309a"  # the marks that make か into が: another letter, not an accent
_SPELLED_OUT = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", "&": " and "}
_TO_SPELL_OUT = re.compile(r"\bc\+\+|\b[cf]#|&")
_UNSPACED_CHARACTERS = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # CJK
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff"  # Thai, Lao, Burmese, Khmer
)
_UNSPACED = re.compile(f"[{_UNSPACED_CHARACTERS}]+")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(f"[{_UNSPACED_CHARACTERS}]+|[^ {_UNSPACED_CHARACTERS}]+")
_JOINED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_ELIDED = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)+")
_END_OF_MAIN_TITLE = re.compile(r"(?<=\w)\s*[:;(\[]|\s[-–—]\s")

_ARTICLES = {
    *("the", "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une"),
    *("el", "los", "las", "il", "lo", "gli", "os", "um", "uma", "het", "een"),
}
# Words that a question may have too many.
COMMON = _ARTICLES | {
    *("and", "or", "of", "in", "on", "to", "for", "by", "with", "from", "at", "book", "novel"),
    *("und", "et", "y", "e", "von", "de", "du", "des", "del", "di", "da"),
}


class _Characters(dict[int, str]):
    """What becomes of each character; worked out when one first comes."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = folded = self._fold(character)
        return folded

    @staticmethod
    def _fold(character: str) -> str:
        if character in _PLAIN:
            return _PLAIN[character]
        if character in _VOICED:
            return character
        kind = unicodedata.category(character)
        if unicodedata.combining(character) or kind == "Cf":
            return ""
        if kind == "Nd":
            return str(unicodedata.decimal(character))
        return character if kind[0] in "LNM" else " "


_CHARACTERS = _Characters()


def fold(text: str) -> list[str]:
    """Return the words of `text` in their order, as they are looked up."""
    return _words(APOSTROPHES.sub("", _spelled_out(text)))


def is_unspaced(word: str) -> bool:
    """Tell whether a word is of a script that is written without spaces."""
    return not word.isascii() and _UNSPACED.match(word) is not None


def pairs_of(word: str) -> list[str]:
    """Return the pairs of neighbours in a word without spaces; one character is its own."""
    return [word[at : at + 2] for at in range(max(len(word) - 1, 1))]


def words_of_document(*texts: str) -> list[str]:
    """Return all words, each once, that a document with these texts is found by."""
    return list(dict.fromkeys(word for text in texts for word in _all_words(text)))


def title_key_of(title: str) -> str:
    """Return what one asks who wants the work of this title: no subtitle, no article before it."""
    main = fold(_END_OF_MAIN_TITLE.split(title, maxsplit=1)[0]) or fold(title)
    return " ".join(without_article(main))[:LONGEST_KEY]


def without_article(words: list[str]) -> list[str]:
    """Return words without the article before them, where something follows it."""
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def _spelled_out(text: str) -> str:
    return _TO_SPELL_OUT.sub(lambda found: _SPELLED_OUT[found[0]], text.casefold())


def _words(text: str) -> list[str]:
    if text.isascii():  # as most are: a quarter of the time
        return [word[:LONGEST_WORD] for word in _PLAIN_WORD.findall(text.casefold())]
    bare = unicodedata.normalize("NFKD", text).casefold().translate(_CHARACTERS)
    return [word[:LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", bare))]


def _spread(words: Iterable[str]) -> Iterator[str]:
    """Yield words, and of those without spaces their pairs and the last character alone."""
    for word in words:
        if is_unspaced(word):
            yield from pairs_of(word)
            yield word[-1]
        else:
            yield word


@lru_cache(maxsize=4096)  # a bulk load has the same authors and subjects again and again
def _all_words(text: str) -> tuple[str, ...]:
    """Return a text's own words, and those that questions may have instead."""
    plain = _spelled_out(text)
    words = _words(APOSTROPHES.sub("", plain))
    return (*_spread(words), *_alternatives(plain, words))


def _alternatives(plain: str, words: list[str]) -> Iterator[str]:
    for elided in _ELIDED.findall(plain):
        yield from (part for part in _words(APOSTROPHES.sub(" ", elided)) if len(part) > 2)
    for joined in _JOINED.findall(plain) if "-" in plain else ():
        yield from _words(joined.replace("-", ""))
    yield from _initials(words)
    yield from (word[2:] for word in words if word.startswith("ال") and len(word) > 4)


def _initials(words: list[str]) -> Iterator[str]:
    """Yield "jrr" and "jr" for j, r, r, which some write without points."""
    run = ""
    for word, following in pairwise([*words, ""]):
        if len(word) != 1 or is_unspaced(word):
            continue
        run += word
        if len(run) > 1:
            yield run[:LONGEST_WORD]
        if len(following) != 1:
            run = ""
