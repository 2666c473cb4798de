"""Finding works by words of title and author, the same on SQLite and PostgreSQL.

Each work's words are kept folded (lower case, no accents) in `search_words`; each word of a
question matches the words that begin with it, and a work must match them all.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from sqlalchemy import Select, bindparam, delete, func, insert, select
from sqlalchemy.orm import aliased

from bookreviews.catalog.models import LONGEST_WORD, SearchWord, Work
from bookreviews.extensions import read, session
from bookreviews.lib.slugs import APOSTROPHES, slug_of

MOST_WORDS = 8
MOST_RESULTS = 50

# Letters whose accents Unicode doesn't take apart.
_UNACCENTED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_WORD = re.compile(r"\w+")
_INDEXED_AT_ONCE = 1000
_TEXTS = select(Work.id, Work.title, Work.subtitle, Work.byline).where(
    Work.id.in_(bindparam("ids", expanding=True))
)
_AFTER_ALL = "\U0010ffff"


def fold(text: str) -> list[str]:
    """Return the words of `text` as they are looked up: "Émile's Ærø" becomes emiles, aero."""
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text.casefold()))
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_UNACCENTED)
    return [word[:LONGEST_WORD] for word in _WORD.findall(bare)]


def words_of(*texts: str) -> set[str]:
    """Return the words that a work with these texts is found by."""
    return {word for text in texts for word in fold(text)}


def index_works(work_ids: Collection[int]) -> None:
    """Let these works be found by what they are called now."""
    ids = sorted(work_ids)
    for start in range(0, len(ids), _INDEXED_AT_ONCE):
        some = ids[start : start + _INDEXED_AT_ONCE]
        rows = [
            {"word": word, "work_id": row.id}
            for row in read(_TEXTS, ids=some)
            for word in sorted(words_of(row.title, row.subtitle, row.byline))
        ]
        session().execute(delete(SearchWord).where(SearchWord.work_id.in_(some)))
        if rows:
            session().execute(insert(SearchWord), rows)


def find_work_ids(question: str) -> list[int]:
    """Return the ids of works that match all words of `question`, best first, at most 50.

    First come titles that begin with the very question, then short titles before long ones.
    """
    words = fold(question)[:MOST_WORDS]
    if not words:
        return []
    return list(session().scalars(_matching(words, question)))


def _matching(words: list[str], question: str) -> Select[int]:
    statement = select(Work.id)
    for alias, word in zip(_aliases(), words, strict=False):
        found = select(alias.work_id).where(alias.word >= word, alias.word < word + _AFTER_ALL)
        statement = statement.where(Work.id.in_(found))
    # Slugs are titles folded alike on both databases; SQLite's lower() knows ASCII alone.
    begins = Work.slug.startswith(slug_of(question, otherwise=""), autoescape=True)
    return statement.order_by(begins.desc(), func.length(Work.title), Work.id).limit(MOST_RESULTS)


def _aliases() -> Iterator[type[SearchWord]]:
    while True:
        yield aliased(SearchWord)
