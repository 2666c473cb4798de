"""The tables of search. What the database makes of them by itself is in the migration.

On SQLite, triggers keep an FTS5 index (`search_index`) of each document's words; on PostgreSQL
a generated column (`lexemes`) has GIN indexes. So whoever writes a document has indexed it.
"""

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    TextClause,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.catalog.models import Work
from bookreviews.lib.orm import Base

LONGEST_WORD = 40
LONGEST_KEY = 120


class SearchDocument(Base):
    """What a work is found by, folded (`folding.py`), and how much it is read.

    `words` are all words and facets it is found by, apart by one space; `title` are those of its
    title, `names` those of its authors and its original title, which ranking looks at too, and
    `title_key` is the title as one would ask for exactly this book. `position` puts much-read works
    before others.
    """

    __tablename__ = "search_documents"
    __table_args__ = (Index(None, "title_key", "position"), Index(None, "position"))

    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(BigInteger)
    # 0 for the most read works, 1 for the next, 2 for all others; PostgreSQL indexes each apart.
    tier: Mapped[int] = mapped_column(SmallInteger, default=2, server_default="2")
    readers: Mapped[int] = mapped_column(Integer)  # who rated it, here and elsewhere
    ratings_count: Mapped[int] = mapped_column(Integer)
    score: Mapped[float] = mapped_column(Float)
    stars: Mapped[int] = mapped_column(SmallInteger)
    year: Mapped[int | None] = mapped_column(SmallInteger)
    title_key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    title: Mapped[str] = mapped_column(Text)
    names: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)


class SearchWord(Base):
    """A word that works are found by, and in how many works it is; typing errors lead to it."""

    __tablename__ = "search_vocabulary"

    word: Mapped[str] = mapped_column(String(LONGEST_WORD), primary_key=True)
    works_count: Mapped[int] = mapped_column(default=1)


class SearchSpelling(Base):
    """A way to a word: the checksum of it, and of it with one letter left out."""

    __tablename__ = "search_spellings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), primary_key=True)


# What is written of a document; its tier is PostgreSQL's own affair.
WRITTEN = tuple(column.name for column in SearchDocument.__table__.columns if column.name != "tier")


def writing(documents: str, *, differs: str) -> TextClause:
    """Return what writes the documents that a database selects; those that are the same stay."""
    facts = WRITTEN[1:]
    return text(
        f"INSERT INTO search_documents ({', '.join(WRITTEN)}) {documents} "
        "ON CONFLICT (work_id) DO UPDATE "
        f"SET {', '.join(f'{name} = excluded.{name}' for name in facts)} "
        f"WHERE ({', '.join(f'search_documents.{name}' for name in facts)}) "
        f"{differs} ({', '.join(f'excluded.{name}' for name in facts)})"
    )
