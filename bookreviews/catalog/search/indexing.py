"""Writing what search reads: a document for each work, and the words that all of them use.

Whoever changes a title, a subtitle, authors' names, a series, subjects or editions calls
`index_works` in the same transaction.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, cast

from sqlalchemy import bindparam, delete, func, select

from bookreviews.catalog.models import (
    Author,
    AuthorName,
    Authorship,
    Edition,
    RatingsElsewhere,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.catalog.search.facets import words_of_facts
from bookreviews.catalog.search.folding import fold, title_key_of, words_of_document
from bookreviews.catalog.search.looking import native
from bookreviews.catalog.search.spelling import is_kept, keys_of
from bookreviews.catalog.search.tables import SearchDocument
from bookreviews.extensions import read, session
from bookreviews.lib.among import among
from bookreviews.lib.orm import Record, slices_of

SLICE = 1000  # works of one transaction: a moment's work
_AT_ONCE = 500  # works of one statement, so that no connection is idle long meanwhile

# A position is made of how much a work is read, in steps of half powers of two, and of its id.
_STEPS = 63
_IDS = 2**32

_WORKS = (
    select(
        Work.id,
        Work.title,
        Work.subtitle,
        Work.original_title,
        Work.language,
        Work.first_published,
        Series.name.label("series"),
    )
    .outerjoin(Series, Series.id == Work.series_id)
    .where(among(Work.id, "ids"), Work.left_at.is_(None))
    .order_by(Work.id)
)
_AUTHORS = (
    select(Authorship.work_id, Author.name)
    .join(Author, Author.id == Authorship.author_id)
    .where(among(Authorship.work_id, "ids"))
    .order_by(Authorship.work_id, Authorship.position)
)
_OTHER_NAMES = (
    select(Authorship.work_id, AuthorName.name)
    .join(AuthorName, AuthorName.author_id == Authorship.author_id)
    .where(among(Authorship.work_id, "ids"))
    .order_by(Authorship.work_id, Authorship.position, AuthorName.name)
)
_SUBJECTS = (
    select(WorkSubject.work_id, Subject.slug, Subject.name)
    .join(Subject, Subject.id == WorkSubject.subject_id)
    .where(among(WorkSubject.work_id, "ids"))
    .order_by(WorkSubject.work_id, WorkSubject.position)
)
_EDITIONS = (
    select(Edition.work_id, Edition.language, Edition.format)
    .where(among(Edition.work_id, "ids"))
    .distinct()
)
# Readers of other sites count as well; of several sources, the largest, since they overlap.
_ELSEWHERE = (
    select(RatingsElsewhere.work_id, func.max(RatingsElsewhere.ratings_count).label("readers"))
    .where(among(RatingsElsewhere.work_id, "ids"))
    .group_by(RatingsElsewhere.work_id)
)
_RATINGS = select(
    SearchDocument.work_id, SearchDocument.ratings_count, SearchDocument.score, SearchDocument.stars
).where(among(SearchDocument.work_id, "ids"))
_INDEXED = select(SearchDocument.work_id).where(among(SearchDocument.work_id, "ids"))
_FORGET = delete(SearchDocument).where(among(SearchDocument.work_id, "ids"))
_IDS_AFTER = (
    select(Work.id).where(Work.id > bindparam("after")).order_by(Work.id).limit(bindparam("most"))
)
_UNINDEXED = (
    select(Work.id)
    .outerjoin(SearchDocument, SearchDocument.work_id == Work.id)
    .where(Work.id > bindparam("after"), SearchDocument.work_id.is_(None), Work.left_at.is_(None))
    .order_by(Work.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Readership:
    """How much a work is read here: ratings that count, its score to rank by, its average."""

    ratings_count: int = 0
    score: float = 0.0
    stars: int = 0  # the average, rounded down


def index_works(
    work_ids: Collection[int], readership: Mapping[int, Readership] | None = None
) -> None:
    """Let these works be found by what they are called now; those that show nowhere, not at all.

    How much each is read stays as it was known, unless `readership` says it anew.
    """
    session().flush()
    for ids in slices_of(work_ids, _AT_ONCE):
        documents = list(_documents(ids, readership or {}))
        gone = set(ids) - {document["work_id"] for document in documents}
        if gone:
            _execute(_FORGET, {"ids": sorted(gone)})
        if documents:
            _write_documents(documents)
            _learn(word for document in documents for word in document["words"].split())


def index_again(work_ids: Collection[int]) -> None:
    """Index those of these works that search finds already.

    The others wait for whoever asks for them with `unindexed_after`, as a load does at its end:
    most of its works come twice, first alone and then with their editions.
    """
    session().flush()
    for ids in slices_of(work_ids, _AT_ONCE):
        index_works(read(_INDEXED, ids=ids).scalars().all())


def ids_after(after: int) -> Sequence[int]:
    """Return the ids of the next works after one of them, a slice at most."""
    return read(_IDS_AFTER, after=after, most=SLICE).scalars().all()


def unindexed_after(after: int) -> Sequence[int]:
    """Return the ids of the next works that no search can find yet, a slice at most."""
    return read(_UNINDEXED, after=after, most=SLICE).scalars().all()


def settle(part: str = "") -> str | None:
    """Do the next part of what follows from many changes: tiers, and how frequent each word is.

    Return what to go on with, None at the end; each part is a short transaction.
    """
    if not part:
        native().put_in_tiers()
    return cast("str | None", native().count_words(part))


def _documents(
    ids: Sequence[int], readership: Mapping[int, Readership]
) -> Iterator[dict[str, Any]]:
    authors, others, subjects, editions = (
        _by_work(read(statement, ids=ids))
        for statement in (_AUTHORS, _OTHER_NAMES, _SUBJECTS, _EDITIONS)
    )
    known = {work_id: Readership(*rest) for work_id, *rest in read(_RATINGS, ids=ids)}
    elsewhere = {row.work_id: row.readers for row in read(_ELSEWHERE, ids=ids)}
    for work in read(_WORKS, ids=ids):
        yield _document(
            work,
            names=[row.name for row in (*authors[work.id], *others[work.id])]
            + [work.original_title],
            subjects=subjects[work.id],
            editions=editions[work.id],
            here=readership.get(work.id) or known.get(work.id) or Readership(),
            elsewhere=elsewhere.get(work.id, 0),
        )


def _document(
    work: Record,
    *,
    names: list[str],
    subjects: list[Record],
    editions: list[Record],
    here: Readership,
    elsewhere: int,
) -> dict[str, Any]:
    words = words_of_document(
        work.title, *names, work.subtitle, work.series or "", *(row.name for row in subjects)
    )
    facets = words_of_facts(
        languages=[work.language, *(row.language for row in editions)],
        subjects=[row.slug for row in subjects],
        year=work.first_published,
        stars=here.stars,
        forms=[row.format for row in editions if row.format],
    )
    return {
        "work_id": work.id,
        "position": position_of(work.id, here.ratings_count + elsewhere),
        "readers": here.ratings_count + elsewhere,
        "ratings_count": here.ratings_count,
        "score": here.score,
        "stars": here.stars,
        "year": work.first_published,
        "title_key": title_key_of(work.title),
        "title": " ".join(fold(work.title)),
        "names": " ".join(words_of_document(*names)),
        "words": " ".join([*words, *facets]),
    }


def position_of(work_id: int, readers: int) -> int:
    """Return where a work stands: the more readers, the smaller. Few readers more move nothing."""
    step = min(int(2 * log2(1 + readers)), _STEPS)
    return (_STEPS - step) * _IDS + work_id


def _write_documents(documents: list[dict[str, Any]]) -> None:
    """Write all in one statement, by position: FTS5 puts on disk what it has at each step back."""
    documents = sorted(documents, key=lambda document: document["position"])
    _execute(native().WRITE, {"documents": json.dumps(documents)})


def _learn(words: Iterable[str]) -> None:
    """Add words to the vocabulary that aren't in it, in one order whoever does it."""
    seen = sorted(filter(is_kept, set(words)))
    new = _execute(native().LEARN_WORDS, {"words": json.dumps(seen)}).scalars().all()
    if new:
        spellings = [(key, word) for word in sorted(new) for key in sorted(keys_of(word))]
        _execute(native().LEARN_SPELLINGS, {"spellings": json.dumps(spellings)})


def _execute(statement: Any, rows: Any) -> Any:
    """Write past the ORM, which would spend as long again on rows that nobody looks at."""
    return session().connection().execute(statement, rows)


def _by_work(rows: Iterable[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(row)
    return found
