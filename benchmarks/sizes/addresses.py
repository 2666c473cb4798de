"""Which pages are asked for: half of them by how much they are read, half of them whatever comes.

What is asked for is drawn from the database that is measured, always the same of the same site.
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any
from urllib.parse import quote_plus

from sqlalchemy import bindparam, func, select

from benchmarks.sizes.scale import Scale
from benchmarks.sizes.words import LITTLE, words
from bookreviews.catalog.models import Authorship, Edition, Listing, Subject, Work
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import encode
from bookreviews.reviews.lists import PAGE_SIZE
from bookreviews.reviews.models import Review

PAGES = 200  # of each kind
_FAR = 1000  # the page of a list that is asked for; the last one of a shorter list

_ids: Any = bindparam("ids", expanding=True)
_WORKS = (
    select(
        Work.id,
        Work.slug,
        Work.title,
        Work.byline,
        Work.main_subject,
        Authorship.author_id,
        func.min(Edition.id).label("edition_id"),
    )
    .join(Authorship, Authorship.work_id == Work.id)
    .join(Edition, Edition.work_id == Work.id)
    .where(Work.id.in_(_ids))
    .group_by(Work.id, Authorship.author_id)
)
_REVIEWED = select(Review.id, Review.work_id).where(Review.id.in_(_ids))


def addresses(scale: Scale) -> dict[str, list[str]]:
    """Return so many addresses of each kind."""
    dice = Random(scale.works)
    works = _drawn(scale, dice)
    asked = _Questions(scale, dice)
    return {
        "book": [f"/books/{work.slug}" for work in works],
        "book's reviews": [f"/books/{work.slug}/reviews?sort=highest" for work in works],
        "author": [f"/authors/author-{work.author_id}" for work in works],
        "subject": [f"/subjects/{work.main_subject}" for work in works],
        "edition": [f"/editions/{work.edition_id}" for work in works],
        "front page": ["/"],
        "search: exact title": _searches(works, lambda work: work.title),
        "search: 3 letters": _searches(works, asked.beginning),
        "search: typing error": _searches(works, asked.misspelt),
        "search: author": _searches(works, lambda work: work.byline),
        "search: rare word": [f"/search?q={word}" for word in asked.rare_words()],
        "page 1,000 of a list": list(_far_pages()),
    }


def typed(scale: Scale) -> list[str]:
    """Return what readers have typed when suggestions are asked for: one to eight letters."""
    dice = Random(scale.works)
    return [work.title.lower()[: dice.randint(1, 8)] for work in _drawn(scale, dice)]


def _drawn(scale: Scale, dice: Random) -> list[Record]:
    ratings = read(select(func.max(Review.id))).scalar_one()
    some = [dice.randint(1, ratings) for _ in range(PAGES // 2)]
    works = [row.work_id for row in read(_REVIEWED, ids=some)]
    works += [dice.randint(1, scale.works) for _ in range(PAGES - len(works))]
    found = {row.id: row for row in read(_WORKS, ids=works)}
    drawn = [found[work] for work in works]
    dice.shuffle(drawn)
    return drawn


def _searches(works: Iterable[Record], question: Callable[[Record], str]) -> list[str]:
    return [f"/search?q={quote_plus(question(work))}" for work in works]


class _Questions:
    """What readers ask who know half of a title."""

    def __init__(self, scale: Scale, dice: Random) -> None:
        self._dice = dice
        self._words = words(scale.words)

    def beginning(self, work: Record) -> str:
        """Return three letters of the longest word of a title."""
        return _longest(work.title)[:3]

    def misspelt(self, work: Record) -> str:
        """Return the longest word of a title with two letters in each other's place."""
        word = _longest(work.title)
        at = self._dice.randrange(1, max(len(word) - 2, 2))
        return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]

    def rare_words(self) -> list[str]:
        """Return words that few titles have, if any."""
        return self._dice.sample(self._words[len(self._words) // 2 :], PAGES)


def _longest(title: str) -> str:
    """Return the longest word of a title that isn't one of the most frequent, if there is any."""
    of_title = title.lower().split()
    return max([word for word in of_title if word not in LITTLE] or of_title, key=len)


def _far_pages() -> Iterable[str]:
    yield from _far("/books", "popular", Work.popularity, Work.id)
    yield from _far("/books", "best", Work.score, Work.id)
    yield from _far("/books", "published", Work.first_published, Work.id)
    biggest = read(select(Subject.id, Subject.slug).order_by(Subject.works_count.desc())).first()
    assert biggest is not None
    of_biggest = Listing.subject_id == biggest.id
    yield from _far(
        f"/subjects/{biggest.slug}", "popular", Listing.popularity, Listing.work_id, of_biggest
    )


def _far(path: str, sort: str, *columns: Any) -> Iterable[str]:
    """Yield the address of a list's page 1,000, or of the last one that is full."""
    place, number, *conditions = columns
    total = read(select(func.count()).select_from(number.class_).where(*conditions)).scalar_one()
    before = min((_FAR - 1) * PAGE_SIZE, total - PAGE_SIZE - 1) - 1
    last: Sequence[Any] = read(
        select(place, number)
        .where(*conditions)
        .order_by(place.desc(), number.desc())
        .offset(before)
        .limit(1)
    ).one()
    yield f"{path}?sort={sort}&after={encode(tuple(last))}"
