"""The tables of the catalogue: works, their editions, and what they are found by."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.orm import Base, Moment
from bookreviews.lib.slugs import LONGEST as LONGEST_SLUG

LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_WORD = 40
LONGEST_SCHEME = 40
LONGEST_IDENTIFIER = 120


class Author(Base):
    """Someone who wrote a work."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)


class AuthorName(Base):
    """A name that an author is known by, the one shown among them; `key` is how names compare.

    Several authors may share a name, which alone doesn't make them one person.
    """

    __tablename__ = "author_names"

    author_id: Mapped[int] = mapped_column(
        ForeignKey(Author.id, ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)


class AuthorIdentifier(Base):
    """What names one author and nobody else: a key at Open Library, VIAF, ISNI or Wikidata."""

    __tablename__ = "author_identifiers"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id, ondelete="CASCADE"), index=True)


class Subject(Base):
    """What works are about, or of what kind they are."""

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)


class Series(Base):
    """Works that belong together in an order."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)


class Work(Base):
    """What people call a book, in whatever edition.

    `byline` (the authors as one text) and `main_subject` (a slug) repeat what the tables below
    say, so that a list of works is one statement; `catalog.services` keeps them true.
    """

    __tablename__ = "works"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_is_given"),
        Index(None, "title", "id"),
        Index(None, "first_published", "id"),
        Index(None, "main_subject"),
        Index(None, "series_id", "series_position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    subtitle: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    byline: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    main_subject: Mapped[str | None] = mapped_column(String(LONGEST_SLUG))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    first_published: Mapped[int | None] = mapped_column(SmallInteger)
    series_id: Mapped[int | None] = mapped_column(ForeignKey(Series.id, ondelete="RESTRICT"))
    series_position: Mapped[int | None] = mapped_column(SmallInteger)
    added_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(server_default="1")  # see `versions.py`


class FormerSlug(Base):
    """An address that a work once had; it leads to the present one for ever."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), index=True)


class Authorship(Base):
    """Who wrote which work, in the order of the title page."""

    __tablename__ = "authorships"
    __table_args__ = (Index(None, "author_id", "work_id"),)

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    author_id: Mapped[int] = mapped_column(
        ForeignKey(Author.id, ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)


class WorkSubject(Base):
    """Which subjects a work has, the main one first."""

    __tablename__ = "work_subjects"
    __table_args__ = (Index(None, "subject_id", "work_id"),)

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(
        ForeignKey(Subject.id, ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)


class Edition(Base):
    """One published form of a work, usually with an ISBN of its own."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("pages > 0", name="pages_are_positive"),
        CheckConstraint("length(isbn13) = 13", name="isbn13_has_13_digits"),
        Index(None, "work_id", "published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"))
    isbn13: Mapped[str | None] = mapped_column(String(13), unique=True)
    publisher: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    published: Mapped[int | None] = mapped_column(SmallInteger)
    pages: Mapped[int | None] = mapped_column()
    format: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    translators: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")


class WorkIdentifier(Base):
    """What names one work: a key at Open Library or Goodreads, or in the file of an operator.

    The scheme `title` is our own: its value is a digest of title and first author
    (`naming.title_key`), by which files that know no keys find a work again.
    """

    __tablename__ = "work_identifiers"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), index=True)


class EditionIdentifier(Base):
    """What names one edition beside its ISBN: a key at Open Library, an LCCN or OCLC number."""

    __tablename__ = "edition_identifiers"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"), index=True)


class UnverifiedIsbn(Base):
    """An ISBN as a file gave it, whose checksum is wrong: printed so, or mistyped; who knows.

    It names no edition for certain, so several may have the same.
    """

    __tablename__ = "unverified_isbns"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey(Edition.id, ondelete="CASCADE"), primary_key=True
    )
    value: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class RedirectedKey(Base):
    """A key of another catalogue that was given up for another one, `target`."""

    __tablename__ = "redirected_keys"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    target: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER))


class RatingsElsewhere(Base):
    """What readers of another site gave a work, as a file told: never part of our own summary.

    `ones` to `fives` count the ratings of one to five stars, all nought where a file tells only
    their number and average. A work has one row for each source.
    """

    __tablename__ = "ratings_elsewhere"
    __table_args__ = (
        CheckConstraint("average BETWEEN 0 AND 5", name="average_is_in_range"),
        Index(None, "ratings_count", "work_id"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    ratings_count: Mapped[int]
    average: Mapped[float] = mapped_column(Float)
    ones: Mapped[int] = mapped_column(default=0)
    twos: Mapped[int] = mapped_column(default=0)
    threes: Mapped[int] = mapped_column(default=0)
    fours: Mapped[int] = mapped_column(default=0)
    fives: Mapped[int] = mapped_column(default=0)
    load_id: Mapped[int | None] = mapped_column()


class CatalogLoad(Base):
    """How far the loading of a file has come, written together with what was loaded.

    `digest` (SHA-256 of the file's bytes), `source` and `encoding` say that a file is the same;
    `entries` is how many of its entries are done with, `rejects_size` how many bytes of the file
    of rejects belong to them. `reasons` counts why entries were rejected, skipped or kept in part.
    """

    __tablename__ = "catalog_loads"
    __table_args__ = (Index(None, "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(LONGEST_SCHEME))
    encoding: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    entries: Mapped[int] = mapped_column(BigInteger, default=0)
    added: Mapped[int] = mapped_column(BigInteger, default=0)
    changed: Mapped[int] = mapped_column(BigInteger, default=0)
    unchanged: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    reasons: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    rejects_file: Mapped[str] = mapped_column(Text, default="")
    rejects_size: Mapped[int] = mapped_column(BigInteger, default=0)


# Prefixes are ranges of code points, so the order must be that of code points.
_Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


class SearchWord(Base):
    """A word of a work's title or byline, folded by `search.fold`; searches read only these."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(_Word, primary_key=True)
    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, index=True
    )
