"""Text as people type it: which characters we keep, and what counts as empty."""

import hashlib
import re
import unicodedata

# Control characters but for tabs and line ends, halves of surrogate pairs, and U+FFFD, which a
# decoder leaves where the bytes were not UTF-8: the words are damaged.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_NO_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")

_SHORTEST_TO_REPEAT = 40  # letters and digits


def is_readable(text: str) -> bool:
    """Tell whether `text` holds only characters that can be stored and shown again."""
    return not _UNREADABLE.search(text)


def has_hidden_characters(text: str) -> bool:
    """Tell whether `text` holds what changes how the text around it looks: U+202E, for instance.

    The joiners that Indic and Arabic scripts and emoji are written with are none of these.
    """
    return any(unicodedata.category(c) == "Cf" and c not in "\u200c\u200d" for c in text)


def is_blank(text: str) -> bool:
    """Tell whether `text` shows nothing: white space, format characters, fillers."""
    return not any(
        unicodedata.category(character)[0] not in "ZC" and character not in "\u2800\u3164\uffa0"
        for character in text
    )


def tidy(text: str) -> str:
    """Return `text` with one kind of line end, composed characters, no blank edges."""
    one_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", one_line_end).strip()


def digest_of_words(text: str) -> str | None:
    """Return a digest that texts share which differ in case, spaces and marks alone.

    None for a text so short that people write the same by chance: "A wonderful book!"
    """
    letters = _NO_LETTERS_OR_DIGITS.sub("", text.casefold())
    if len(letters) < _SHORTEST_TO_REPEAT:
        return None
    return hashlib.sha256(letters.encode()).hexdigest()
