"""What search reads: a document for each work as `index_works` would write it, and all words."""

from collections.abc import Iterator

from benchmarks.sizes.catalogue import Statements
from bookreviews.catalog.search.spelling import is_kept, keys_of

_STEPS, _IDS = 63, 2**32


def statements() -> Statements:
    """Yield the table's name with the statement that fills it."""
    readers = "(coalesce(r.ratings_count, 0) + coalesce(x.ratings_count, 0))"
    step = f"floor(2 * ln(1 + {readers}) / ln(2.0) + 0.0000000001)"
    facets = [
        "' :language:' || w.language",
        "' :subject:' || w.main_subject",
        "coalesce(' :subject:subject-' || o.subject_id, '')",
        "CASE WHEN e.format <> '' THEN ' :form:' || e.format ELSE '' END",
        *(
            f"CASE WHEN r.average >= {stars} THEN ' :rating:{stars}' ELSE '' END"
            for stars in range(1, 6)
        ),
        "' :decade:' || (w.first_published / 10 * 10)",
    ]
    yield (
        "search_documents",
        _DOCUMENTS.format(
            position=f"({_STEPS} - CAST({step} AS bigint)) * {_IDS} + w.id",
            readers=readers,
            facets=" || ".join(facets),
        ),
    )
    yield "search_vocabulary", _VOCABULARY


def spellings(words: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the ways to each word that may be misspelt."""
    for word in filter(is_kept, words):
        for key in keys_of(word):
            yield key, word


_DOCUMENTS = """
INSERT INTO search_documents (
  work_id, position, readers, ratings_count, score, stars, year, title_key, title, names, words
)
SELECT w.id, {position} AS position, {readers}, coalesce(r.ratings_count, 0), w.score,
  CAST(floor(coalesce(r.average, 0)) AS integer), w.first_published,
  CASE WHEN lower(w.title) LIKE 'the %' THEN substr(lower(w.title), 5) ELSE lower(w.title) END,
  lower(w.title), lower(w.byline),
  lower(w.title) || ' ' || lower(w.byline)
  || CASE WHEN w.subtitle <> '' THEN ' ' || w.subtitle ELSE '' END
  || coalesce(' ' || lower(s.name), '')
  || ' ' || replace(w.main_subject, '-', ' ') || coalesce(' ' || o.subject_id, '')
  || {facets}
FROM works w
LEFT JOIN rating_summaries r ON r.work_id = w.id
LEFT JOIN ratings_elsewhere x ON x.work_id = w.id
LEFT JOIN series s ON s.id = w.series_id
LEFT JOIN work_subjects o ON o.work_id = w.id AND o.position = 1
JOIN editions e ON e.id = w.id
ORDER BY position
"""
_VOCABULARY = """
INSERT INTO search_vocabulary (word, works_count)
SELECT word, 1 FROM words UNION SELECT 'subject', 1 UNION SELECT 'series', 1
"""
