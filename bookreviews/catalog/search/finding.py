"""Finding works: a page of what matches a question, and what one may be about to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from bookreviews.catalog.models import Author, Authorship, Work
from bookreviews.catalog.search.facets import Choice, Facet, choices_in
from bookreviews.catalog.search.folding import words_of_document
from bookreviews.catalog.search.questions import Question
from bookreviews.catalog.search.ranking import Ranked, Sort, ranked, understood
from bookreviews.catalog.search.understanding import Reading, read_by
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import Page, decode, page_of

MOST_FOUND = 1000  # works that are ranked and counted: of more, the most read
PAGE_SIZE = 24
_ENOUGH_TO_UNDERSTAND = 20  # works, to tell what a question means before it is narrowed
_MOST_SUGGESTED = 8
_MOST_AUTHORS = 2
_MOST_WHILE_TYPING = 200

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_SUGGESTED = select(
    Work.id,
    Work.slug,
    Work.title,
    Work.byline,
    Work.main_subject,
    Work.cover,
    Work.first_published,
).where(Work.id.in_(_ids))
_THEIR_AUTHORS = (
    select(Author.slug, Author.name)
    .join(Authorship, Authorship.author_id == Author.id)
    .where(Authorship.work_id.in_(_ids))
    .group_by(Author.id, Author.slug, Author.name)
    .order_by(func.count().desc(), Author.id)
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    `page` holds ids of works, the best first. There are `total` works, or more where
    `is_cut_off`; then sorting, facets and paging are about the `total` most read of them. `meant`
    is what the first work was found by, where that isn't what was typed; `is_near` says that no
    work has all the words.
    """

    page: Page[int]
    total: int = 0
    is_cut_off: bool = False
    meant: str | None = None
    is_near: bool = False
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def find(
    text: str,
    *,
    facets: Sequence[Facet] = (),
    sort: Sort = "relevance",
    after: str | None = None,
) -> Found:
    """Return a page of the works that match, narrowed by facets; a broken cursor is refused."""
    start = None if after is None else decode(after, types=_TYPES[sort])
    question = Question.of(text)
    if not (question.words or facets) or not all(facet.is_possible for facet in facets):
        return Found(Page([], None, is_first=after is None))
    reading = _read(question, [facet.word for facet in facets])
    documents = reading.documents[:MOST_FOUND]
    rows = ranked(documents, reading.groups, sort=sort)
    rest = rows if start is None else [row for row in rows if row.key < start]
    page = page_of(rest, size=PAGE_SIZE, key=lambda row: row.key, is_first=after is None)
    return Found(
        page=Page([row.document.work_id for row in page.rows], page.older, page.is_first),
        total=len(documents),
        is_cut_off=len(reading.documents) > MOST_FOUND,
        meant=_meant(rows[0], reading) if rows else None,
        is_near=reading.is_near,
        choices=choices_in(documents, facets),
    )


def suggest(text: str) -> list[Record]:
    """Return up to eight works that one may be about to ask for, the likeliest first.

    Each row is `id`, `slug`, `title`, `byline`, `main_subject`, `cover`, `first_published`.
    """
    question = Question.of(text)
    if not question.words:
        return []
    reading = read_by(question, most=_MOST_WHILE_TYPING, is_being_typed=True)
    ids = [
        row.document.work_id for row in ranked(reading.documents, reading.groups)[:_MOST_SUGGESTED]
    ]
    rows = {row.id: row for row in read(_SUGGESTED, ids=ids)} if ids else {}
    return [rows[work_id] for work_id in ids if work_id in rows]


def suggest_authors(text: str, works: Sequence[Record]) -> list[Record]:
    """Return the authors (`slug`, `name`) of suggested works whose names are what one types."""
    *words, last = Question.of(text).words or ("",)
    if not last or not works:
        return []
    authors = read(_THEIR_AUTHORS, ids=[work.id for work in works]).all()
    return [one for one in authors if _is_called(one.name, words, last)][:_MOST_AUTHORS]


def _is_called(name: str, words: Sequence[str], beginning: str) -> bool:
    own = words_of_document(name)
    return set(words) <= set(own) and any(word.startswith(beginning) for word in own)


_TYPES: dict[Sort, tuple[type, ...]] = {
    "relevance": (float, int),
    "read": (int, int),
    "rated": (float, int),
    "newest": (int, int),
}


def _read(question: Question, facets: Sequence[str]) -> Reading:
    """Understand a question by its words alone, then look for works that have the facets too."""
    if not question.words:
        return Reading("", []).looked_for(most=MOST_FOUND + 1, facets=facets)
    if not facets:
        return read_by(question, most=MOST_FOUND + 1)
    understood_as = read_by(question, most=_ENOUGH_TO_UNDERSTAND)
    return understood_as.looked_for(most=MOST_FOUND + 1, facets=facets)


def _meant(first: Ranked, reading: Reading) -> str | None:
    """Return the words that the first work was found by, if these aren't the typed ones."""
    options = understood(first.document, reading.groups)
    words = [
        group.typed if option is None or option is group.options[0] else " ".join(option.words)
        for group, option in zip(reading.groups, options, strict=True)
    ]
    typed = [group.typed for group in reading.groups]
    return None if words == typed else " ".join(words)
