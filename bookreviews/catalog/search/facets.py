"""Facets: what found works are narrowed by. Each is a word of the index, such as :language:en.

So a narrowed search is a search for one word more, and costs as little. How many works have a
facet is counted over what was found; where that was cut off, so are the counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from bookreviews.catalog.models import Subject
from bookreviews.extensions import read
from bookreviews.lib.languages import UNKNOWN
from bookreviews.lib.orm import Record
from bookreviews.lib.slugs import slug_of

KINDS = ("subject", "language", "decade", "rating", "form")
MOST_CHOSEN = 8
_MOST_SHOWN = 12
_STARS_WORTH_ASKING = (4, 3, 2)
_VALUE = re.compile(r"-?[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_VALUE = 80

_NAMES = select(Subject.slug, Subject.name).where(
    Subject.slug.in_(bindparam("slugs", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of one kind: the language "en", the decade "1990", "4" stars and more."""

    kind: str
    value: str

    @property
    def word(self) -> str:
        """Return the word of the index that works with this facet have."""
        return f":{self.kind}:{self.value}"

    @property
    def is_possible(self) -> bool:
        """Tell whether any work could have it; what was typed into an address may be anything."""
        return len(self.value) <= _LONGEST_VALUE and _VALUE.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet that narrows what was found to `count` works; `name` is that of a subject."""

    facet: Facet
    count: int
    name: str


def words_of_facts(
    *,
    languages: Iterable[str],
    subjects: Iterable[str],
    year: int | None,
    stars: int,
    forms: Iterable[str],
) -> list[str]:
    """Return the words for a work's facets; `subjects` are slugs, `stars` are rounded down."""
    facets = [
        *(Facet("language", language.split("-")[0].lower()) for language in languages),
        *(Facet("subject", slug) for slug in subjects),
        *(Facet("form", slug_of(form, otherwise="")) for form in forms),
        *(Facet("rating", str(number)) for number in range(1, stars + 1)),
    ]
    if year is not None:
        facets.append(Facet("decade", str(year // 10 * 10)))
    return list(dict.fromkeys(facet.word for facet in facets if facet.is_possible))


def choices_in(documents: Sequence[Record], chosen: Iterable[Facet]) -> dict[str, list[Choice]]:
    """Return for each kind what narrows these documents further, the most frequent first."""
    taken = {facet.word for facet in chosen}
    counts = Counter(word for document in documents for word in _facets_in(document.words))
    by_kind: dict[str, list[tuple[Facet, int]]] = {kind: [] for kind in KINDS}
    for word, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        kind, value = word[1:].split(":", 1)
        if word not in taken and kind in by_kind:
            by_kind[kind].append((Facet(kind, value), count))
    shown = {kind: _worth_showing(kind, found) for kind, found in by_kind.items()}
    names = names_of(facet for facet, _ in shown["subject"])
    return {
        kind: [Choice(facet, count, names.get(facet.value, "")) for facet, count in found]
        for kind, found in shown.items()
    }


def names_of(facets: Iterable[Facet]) -> dict[str, str]:
    """Return the names of subjects by their slugs."""
    slugs = [facet.value for facet in facets if facet.kind == "subject" and facet.is_possible]
    return {row.slug: row.name for row in read(_NAMES, slugs=slugs)} if slugs else {}


def _facets_in(words: str) -> Iterator[str]:
    """Return the facets among a document's words, where they come last."""
    _, colon, facets = words.partition(" :")
    return iter(f"{colon[1:]}{facets}".split())


def _worth_showing(kind: str, found: list[tuple[Facet, int]]) -> list[tuple[Facet, int]]:
    if kind == "language":
        found = [one for one in found if one[0].value != UNKNOWN]
    if kind == "rating":
        found = [one for one in found if int(one[0].value) in _STARS_WORTH_ASKING]
        return sorted(found, key=lambda one: -int(one[0].value))
    if kind == "decade":
        return sorted(found[:_MOST_SHOWN], key=lambda one: -int(one[0].value))
    return found[:_MOST_SHOWN]
