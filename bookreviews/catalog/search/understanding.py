"""Understanding a question: as it was typed, else as it may have been meant, else nearly.

Each reading is tried only if those before it found nothing, or so little that something else is
likelier. "hary potter and the" finds Harry Potter: no work has the word hary; one letter more
makes a word of many; and articles may be too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bookreviews.catalog.search.looking import look
from bookreviews.catalog.search.questions import (
    Expression,
    Group,
    Option,
    Question,
    all_of,
    as_typed,
    most_of,
)
from bookreviews.catalog.search.ranking import has_all_whole
from bookreviews.catalog.search.spelling import Meant, halves_of, meant_by
from bookreviews.lib.orm import Record

_FEW = 20  # works: where no more are found, something else may be meant
_COMMONER, _MUCH_COMMONER = 3, 10  # times: so likely is that another word was meant
# What a word that is meant is worth, by how many letters differ from what was typed.
_WORTH = {1: 0.7, 2: 0.55}
_WORTH_OF_HALVES = 0.85


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question, and the documents that it leads to."""

    key: str
    groups: Sequence[Group]
    is_near: bool = False  # a work may lack one of the words
    documents: Sequence[Record] = field(default=(), repr=False)

    def looked_for(self, *, most: int, facets: Sequence[str] = ()) -> "Reading":
        """Return this reading with what the database finds by it, `most` works at most."""
        found = look(self._expression(facets), key=self.key, most=most)
        if facets:  # what was found by its title has to have them too
            found = [one for one in found if set(facets) <= set(one.words.split())]
        return replace(self, documents=found)

    def _expression(self, facets: Sequence[str]) -> Expression:
        return (most_of if self.is_near else all_of)(self.groups, facets)


def read_by(question: Question, *, most: int, is_being_typed: bool = False) -> Reading:
    """Return the first reading that finds what may be wanted, or the last one tried."""
    typed = Reading(question.key, question.groups(is_being_typed=is_being_typed))
    typed = typed.looked_for(most=most)
    if len(typed.documents) >= (1 if is_being_typed else _FEW):
        return typed
    if typed.documents:
        return _with_likelier(typed, question, most)
    for reading in _ever_laxer(Reading(question.key, _meant(question))):
        found = reading.looked_for(most=most)
        if found.documents:
            return found
    return typed


def _with_likelier(typed: Reading, question: Question, most: int) -> Reading:
    """Return a reading that found little, together with what is likelier by far, if anything is.

    Where words are only parts of what was found, less is enough: "steven king" finds Kingsolver.
    """
    is_apt = any(has_all_whole(document, typed.groups) for document in typed.documents)
    meant = meant_by(question.words)
    groups = [
        replace(
            group,
            options=(
                *group.options,
                *(
                    _corrected(one)
                    for one in meant[group.typed]
                    if one.times_commoner >= (_MUCH_COMMONER if is_apt else _COMMONER)
                ),
            ),
        )
        for group in typed.groups
    ]
    if groups == typed.groups:
        return typed
    return replace(typed, groups=groups).looked_for(most=most)


def _ever_laxer(meant: Reading) -> list[Reading]:
    """Return a reading, then the same without words that say little, then lacking one word."""
    readings = [meant]
    telling = [group for group in meant.groups if not group.is_common] or list(meant.groups)
    if len(telling) < len(meant.groups):
        readings.append(replace(meant, groups=telling))
    if len(telling) > 1:
        readings.append(replace(meant, groups=telling, is_near=True))
    return readings


def _meant(question: Question) -> list[Group]:
    """Return the words with all that they may stand for; now short ones may be beginnings too."""
    meant, halves = meant_by(question.words), halves_of(question.words)
    return [
        Group(
            word,
            (
                as_typed(word, may_begin=True),
                *map(_corrected, meant[word]),
                *(Option(pair, weight=_WORTH_OF_HALVES) for pair in halves.get(word, [])),
            ),
        )
        for word in question.words
    ]


def _corrected(meant: Meant) -> Option:
    return Option((meant.word,), weight=_WORTH[meant.edits])
