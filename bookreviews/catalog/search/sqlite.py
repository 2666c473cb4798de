"""Search by SQLite: FTS5, whose rows come by position, so that the most read are found first.

A walk ends with the last row that is wanted. FTS5 also indexes the beginnings of one to three
letters, which would otherwise be thousands of words to merge.
"""

from collections.abc import Sequence

from sqlalchemy import text

from bookreviews.catalog.search.questions import Expression, Word, written
from bookreviews.catalog.search.tables import WRITTEN, writing
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Record

_COLUMNS = "d.work_id, d.readers, d.score, d.year, d.title_key, d.title, d.names, d.words"

# The lower half of a position is the work's id.
LOOK = text(
    f"SELECT * FROM (SELECT {_COLUMNS} FROM search_index i "  # noqa: S608
    "CROSS JOIN search_documents d ON d.work_id = (i.rowid & 4294967295) "
    "WHERE search_index MATCH :expression ORDER BY i.rowid LIMIT :most) "
    f"UNION ALL SELECT * FROM (SELECT {_COLUMNS} FROM search_documents d "
    "WHERE d.title_key = :key ORDER BY d.position LIMIT :titles)"
)
WRITE = writing(
    "SELECT " + ", ".join(f"json_extract(value, '$.{name}')" for name in WRITTEN) + " "
    "FROM json_each(:documents) WHERE true",
    differs="IS NOT",
)
# "WHERE true" tells the parser that ON CONFLICT is none of a join's.
LEARN_WORDS = text(
    "INSERT INTO search_vocabulary (word, works_count) "
    "SELECT value, 1 FROM json_each(:words) WHERE true ON CONFLICT DO NOTHING RETURNING word"
)
LEARN_SPELLINGS = text(
    "INSERT INTO search_spellings (key, word) "
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
    "FROM json_each(:spellings) WHERE true ON CONFLICT DO NOTHING"
)
_LAST_OF_SLICE = text(
    "SELECT max(word) FROM "
    "(SELECT word FROM search_vocabulary WHERE word > :after ORDER BY word LIMIT 20000)"
)
_COUNT_SLICE = text(
    "UPDATE search_vocabulary SET works_count = t.doc FROM search_terms t "
    "WHERE t.term = word AND word > :after AND word <= :last AND works_count <> t.doc"
)
_LIKE = text(
    "SELECT v.word, v.works_count FROM search_trigrams t "
    "JOIN search_vocabulary v ON v.word = t.word "
    "WHERE search_trigrams MATCH :trigrams ORDER BY t.rank LIMIT 200"
)


def expression_of(expression: Expression) -> str:
    """Write an expression as FTS5 reads it; words hold letters and digits alone."""
    return written(expression, word=_word, both=" AND ", either=" OR ")


def words_like(word: str) -> Sequence[Record]:
    """Return words with most of the same trigrams."""
    trigrams = {word[at : at + 3] for at in range(len(word) - 2)}
    return read(_LIKE, trigrams=" OR ".join(f'"{one}"' for one in sorted(trigrams))).all()


def put_in_tiers() -> None:
    """FTS5 walks by position and needs no tiers."""


def count_words(after: str) -> str | None:
    """Count in how many works each of the next words is; return the last one, None at the end."""
    last: str | None = read(_LAST_OF_SLICE, after=after).scalar()
    if last is not None:
        session().execute(_COUNT_SLICE, {"after": after, "last": last})
    return last


def _word(word: Word) -> str:
    return f'"{word.text}"*' if word.is_beginning else f'"{word.text}"'
