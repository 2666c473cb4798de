"""Search by PostgreSQL: its text search, in tiers, and its trigrams where they may be had.

GIN finds all that matches before the first row comes. So the most read works have an index of
their own, the next ones another, and all others the third: a word that many works have is found
often enough in the first, and the others are not asked. Beginnings of one to three letters are
words of their own here, written with a colon after them.
"""

from collections.abc import Sequence

from sqlalchemy import text

from bookreviews.catalog.search.questions import Expression, Word, written
from bookreviews.catalog.search.tables import WRITTEN, writing
from bookreviews.extensions import read, session
from bookreviews.lib.orm import Record

_LONGEST_BEGINNING = 3
RANKS = (10_000, 100_000)  # how many works are in the first tier, and in the first two
_BEYOND = 2**62

_COLUMNS = "work_id, readers, score, year, title_key, title, names, words"


def _tier(number: int) -> str:
    """Return how one tier is asked; its number stands in the text, or its index isn't used.

    The sum keeps the planner from walking all works by position, should it guess that many match.
    """
    return (
        f"(SELECT {_COLUMNS} FROM search_documents WHERE tier = {number} "  # noqa: S608
        "AND lexemes @@ CAST(:expression AS tsquery) ORDER BY position + 0 LIMIT :most)"
    )


# The parts of a UNION ALL are begun one after the other, and those beyond the limit never.
LOOK = text(
    f"(SELECT * FROM ({' UNION ALL '.join(map(_tier, range(3)))}) AS tiers LIMIT :most) "  # noqa: S608
    f"UNION ALL (SELECT {_COLUMNS} FROM search_documents "
    "WHERE title_key = :key ORDER BY position LIMIT :titles)"
)

WRITE = writing(
    f"SELECT {', '.join(WRITTEN)} "  # noqa: S608
    "FROM json_populate_recordset(CAST(NULL AS search_documents), CAST(:documents AS json))",
    differs="IS DISTINCT FROM",
)
LEARN_WORDS = text(
    "INSERT INTO search_vocabulary (word, works_count) "
    "SELECT value, 1 FROM json_array_elements_text(CAST(:words AS json)) "
    "ON CONFLICT DO NOTHING RETURNING word"
)
LEARN_SPELLINGS = text(
    "INSERT INTO search_spellings (key, word) "
    "SELECT CAST(pair ->> 0 AS bigint), pair ->> 1 "
    "FROM json_array_elements(CAST(:spellings AS json)) AS pair ON CONFLICT DO NOTHING"
)
_HAS_TRIGRAMS = text("SELECT to_regclass('ix_search_vocabulary_trigrams')")
# The word is that which was asked for, once the threshold is set, for this one statement.
_LIKE = text(
    "SELECT v.word, v.works_count FROM "
    "(SELECT set_config('pg_trgm.similarity_threshold', '0.25', true) AS threshold OFFSET 0) s "
    "JOIN search_vocabulary v ON v.word % (:word || left(s.threshold, 0)) "
    "ORDER BY similarity(v.word, :word) DESC LIMIT 200"
)
_LAST_OF = text("SELECT position FROM search_documents ORDER BY position OFFSET :rank LIMIT 1")
_PUT_INTO_TIER = text(
    "UPDATE search_documents SET tier = :tier "
    "WHERE position >= :first AND position < :after AND tier <> :tier"
)
_GATHER_STATISTICS = text("ANALYZE search_documents")
_TAKE_OUT_OF_TIERS = text(
    "UPDATE search_documents SET tier = 2 WHERE position >= :after AND tier < 2"
)
_COUNT = text(
    "UPDATE search_vocabulary v SET works_count = t.ndoc "
    "FROM ts_stat('SELECT lexemes FROM search_documents') t "
    "WHERE t.word = v.word AND v.works_count <> t.ndoc"
)


def expression_of(expression: Expression) -> str:
    """Write an expression as tsquery reads it; words hold letters and digits alone."""
    return written(expression, word=_word, both=" & ", either=" | ")


def words_like(word: str) -> Sequence[Record]:
    """Return words with most of the same trigrams; none where pg_trgm may not be created."""
    if read(_HAS_TRIGRAMS).scalar() is None:
        return []
    return read(_LIKE, word=word).all()


def put_in_tiers() -> None:
    """Let each work be in the tier that goes with its position among all."""
    first = 0
    for tier, rank in enumerate(RANKS):
        after = read(_LAST_OF, rank=rank).scalar() or _BEYOND
        session().execute(_PUT_INTO_TIER, {"tier": tier, "first": first, "after": after})
        first = after
    session().execute(_TAKE_OUT_OF_TIERS, {"after": first})
    # With statistics of before, each search would read the upper tiers whole.
    session().execute(_GATHER_STATISTICS)


def count_words(_after: str) -> str | None:
    """Count in how many works each word is."""
    session().execute(_COUNT)
    return None


def _word(word: Word) -> str:
    if word.is_beginning and len(word.text) <= _LONGEST_BEGINNING:
        return f"'{word.text}:'"
    return f"'{word.text}':*" if word.is_beginning else f"'{word.text}'"
