"""Which of the works that match comes first: how well it matches, and how much it is read.

A score is a sum of what speaks for a work. An exact title outweighs everything; then a whole word
counts more than the beginning of one, and that more than what was meant by a typing error; the
title more than an author's name, and both more than a subject; and of works that match alike,
those come first that are read most.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal, TypeAlias

from bookreviews.catalog.search.folding import is_unspaced
from bookreviews.catalog.search.questions import Group, Option
from bookreviews.lib.orm import Record

Sort: TypeAlias = Literal["relevance", "read", "rated", "newest"]

# What speaks for a work, in parts of one word found whole in its title.
_SAME_TITLE = 2.5
_SAME_MAIN_TITLE = 2.0  # without a subtitle, or an article before it
_BEGINS_SO = 0.3
_HOLDS_PHRASE = 0.1
_TITLE_IS_COVERED = 0.35  # times how much of the title was asked for
_READ_MOST = 0.7  # times how much it is read, compared with the most read that matches

_IN_NAMES = 0.95
_ELSEWHERE = 0.5
_BEGINNING = 0.75
_LEAST_READERS = 10  # before that, a few ratings more mean nothing

_NEVER = -9999  # the year of what has none, after all others


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document with its sort key, which is the larger the earlier it comes.

    The last part is the work's id, less than nought, so that of equals the older comes first.
    """

    key: tuple[Any, ...]
    document: Record


def ranked(
    documents: Iterable[Record], groups: Sequence[Group], *, sort: Sort = "relevance"
) -> list[Ranked]:
    """Return the documents, the best first."""
    documents = list(documents)
    first = _ORDERS.get(sort) or _relevance(documents, groups)
    rows = [Ranked((first(document), -document.work_id), document) for document in documents]
    return sorted(rows, key=lambda row: row.key, reverse=True)


def understood(document: Record, groups: Sequence[Group]) -> list[Option | None]:
    """Return by which option of each group a document matches best; None where by none."""
    places = _Places(document)
    return [
        max(group.options, key=places.quality_of)
        if any(places.quality_of(option) for option in group.options)
        else None
        for group in groups
    ]


def has_all_whole(document: Record, groups: Sequence[Group]) -> bool:
    """Tell whether every word is a whole one of a document's title or names."""
    places = _Places(document)
    return all(max(map(places.quality_of, group.options)) >= _IN_NAMES for group in groups)


def _relevance(documents: list[Record], groups: Sequence[Group]) -> Callable[[Record], float]:
    most = max((document.readers for document in documents), default=0)
    scale = log(1 + max(most, _LEAST_READERS))
    titles = _titles_asked_for(groups)

    def score(document: Record) -> float:
        readers = _READ_MOST * log(1 + document.readers) / scale
        return round(_match(document, groups, titles) + readers, 6)

    return score


def _titles_asked_for(groups: Sequence[Group]) -> list[tuple[str, float]]:
    """Return the titles that the question may be: as typed, and as it may have been meant."""
    typed = " ".join(group.typed for group in groups)
    likeliest = [group.options[1] for group in groups if len(group.options) > 1]
    if not likeliest:
        return [(typed, 1.0)]
    meant = " ".join(
        " ".join(group.options[1].words) if len(group.options) > 1 else group.typed
        for group in groups
    )
    return [(typed, 1.0), (meant, min(option.weight for option in likeliest))]


def _match(document: Record, groups: Sequence[Group], titles: list[tuple[str, float]]) -> float:
    if not groups:
        return 0.0
    places = _Places(document)
    found = sum(
        max(map(places.quality_of, group.options))  # the best way to understand it
        for group in groups
    )
    covered = min(len(places.matched) / max(len(places.title), 1), 1.0)
    return (
        found / len(groups)
        + _TITLE_IS_COVERED * covered
        + max(weight * _likeness(document, title) for title, weight in titles)
    )


def _likeness(document: Record, title: str) -> float:
    """Return what speaks for a document whose title is, begins with, or holds this one."""
    own = document.title
    if own == title:
        return _SAME_TITLE
    if document.title_key and document.title_key in (title, title.partition(" ")[2]):
        return _SAME_MAIN_TITLE
    if own.startswith(title):
        return _BEGINS_SO
    return _HOLDS_PHRASE if f" {title}" in own else 0.0


class _Places:
    """Where words are in one document, and which of its title's words were found."""

    __slots__ = ("document", "matched", "names", "title")

    def __init__(self, document: Record) -> None:
        self.document = document
        self.title = document.title.split()
        self.names = document.names.split()
        self.matched: set[str] = set()

    def quality_of(self, option: Option) -> float:
        """Return how well an option is found: its weight, for a whole word of the title."""
        if len(option.words) == 1 and not is_unspaced(option.words[0]):
            return option.weight * self._of_word(option.words[0], option.is_beginning)
        return option.weight * self._of_parts(option.words)

    def _of_word(self, word: str, is_beginning: bool) -> float:
        if word in self.title:
            self.matched.add(word)
            return 1.0
        if word in self.names:
            return _IN_NAMES
        if is_beginning:
            begun = next((whole for whole in self.title if whole.startswith(word)), None)
            if begun:
                self.matched.add(begun)
                return _part_of(word, begun)
            begun = next((whole for whole in self.names if whole.startswith(word)), None)
            if begun:
                return _IN_NAMES * _part_of(word, begun)
        return self._elsewhere(word, is_beginning)

    def _of_parts(self, words: Sequence[str]) -> float:
        """Two words for one, or the pairs of a word without spaces."""
        if is_unspaced(words[0]):
            title, names = self.document.title, self.document.names  # texts have the pairs in them
        else:
            title, names = self.title, self.names
        for place, worth in ((title, 1.0), (names, _IN_NAMES)):
            if all(word in place for word in words):
                self.matched.update(whole for whole in self.title if words[0] in whole)
                return worth
        return _ELSEWHERE if all(self._elsewhere(word, False) for word in words) else 0.0

    def _elsewhere(self, word: str, is_beginning: bool) -> float:
        sought = f" {word}" if is_beginning else f" {word} "
        return _ELSEWHERE if sought in f" {self.document.words} " else 0.0


def _part_of(beginning: str, whole: str) -> float:
    return _BEGINNING + (1 - _BEGINNING) * len(beginning) / len(whole) / 2


_ORDERS: dict[Sort, Callable[[Record], float]] = {
    "read": lambda document: document.readers,
    "rated": lambda document: document.score,
    "newest": lambda document: _NEVER if document.year is None else document.year,
}
