"""The tables of the catalogue: works, their editions, and what they are found by."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.orm import Base, Moment
from bookreviews.lib.slugs import LONGEST as LONGEST_SLUG

LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_WORD = 40


class Author(Base):
    """Someone who wrote a work."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)


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


# Prefixes are ranges of code points, so the order must be that of code points.
_Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


class SearchWord(Base):
    """A word of a work's title or byline, folded by `search.fold`; searches read only these."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(_Word, primary_key=True)
    work_id: Mapped[int] = mapped_column(
        ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True, index=True
    )
