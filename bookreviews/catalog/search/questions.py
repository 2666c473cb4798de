"""What is asked for: the words of a question, and expressions that the databases can answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bookreviews.catalog.search.folding import COMMON, fold, is_unspaced, pairs_of, without_article
from bookreviews.catalog.search.tables import LONGEST_KEY

LONGEST_QUESTION = 200  # characters
MOST_WORDS = 8
_TOO_SHORT_TO_BEGIN_WITH = 3  # of two letters, too many words begin so


@dataclass(frozen=True, slots=True)
class Word:
    """A work has this word, or one that begins so."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of these hold for a work."""

    parts: Sequence["Expression"]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    parts: Sequence["Expression"]


Expression: TypeAlias = Word | All | Either


@dataclass(frozen=True, slots=True)
class Option:
    """One way to understand a word of the question; `weight` is 1 for what was typed."""

    words: tuple[str, ...]
    is_beginning: bool = False
    weight: float = 1.0

    @property
    def expression(self) -> Expression:
        """Return what asks for it."""
        return All([Word(word, self.is_beginning) for word in self.words])


@dataclass(frozen=True, slots=True)
class Group:
    """A word of the question with all ways to understand it, the typed one first."""

    typed: str
    options: tuple[Option, ...]

    @property
    def expression(self) -> Expression:
        """Return what asks for any of the options."""
        return Either([option.expression for option in self.options])

    @property
    def is_common(self) -> bool:
        """Tell whether the word says little, so that a work may lack it."""
        return self.typed in COMMON


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words as they were typed, folded; `key` is the title they may be."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Question":
        """Return the question in a text; what is beyond a title's length asks for nothing."""
        return cls(tuple(fold(text[:LONGEST_QUESTION])[:MOST_WORDS]))

    @property
    def key(self) -> str:
        """Return the question as the title of a work that it may be."""
        return " ".join(without_article(list(self.words)))[:LONGEST_KEY]

    def groups(self, *, is_being_typed: bool = False) -> list[Group]:
        """Return the words as they were typed; all but short ones may be beginnings.

        While one types, the last word is a beginning, however short.
        """
        last = len(self.words) - 1
        return [
            Group(word, (as_typed(word, may_begin=is_being_typed and at == last),))
            for at, word in enumerate(self.words)
        ]


def as_typed(word: str, *, may_begin: bool = False) -> Option:
    """Return the plain way to understand a word."""
    if is_unspaced(word):
        return Option(tuple(pairs_of(word)), is_beginning=len(word) == 1)
    return Option((word,), is_beginning=may_begin or len(word) >= _TOO_SHORT_TO_BEGIN_WITH)


def all_of(groups: Iterable[Group], facets: Iterable[str] = ()) -> Expression:
    """Return what asks for works with all these words and facets."""
    return All([*(group.expression for group in groups), *map(Word, facets)])


def most_of(groups: Sequence[Group], facets: Iterable[str] = ()) -> Expression:
    """Return what asks for works that lack one of these words."""
    lacking = [all_of([*groups[:at], *groups[at + 1 :]]) for at in range(len(groups))]
    return All([Either(lacking), *map(Word, facets)])


def written(expression: Expression, *, word: Callable[[Word], str], both: str, either: str) -> str:
    """Write an expression in a database's own language."""

    def write(part: Expression) -> str:
        if isinstance(part, Word):
            return word(part)
        inner = [write(one) for one in part.parts]
        return (
            inner[0]
            if len(inner) == 1
            else f"({(both if isinstance(part, All) else either).join(inner)})"
        )

    return write(expression)
