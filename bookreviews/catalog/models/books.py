"""Works and their editions, who wrote them, what they are about, and how lists find them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.lib.languages import UNKNOWN
from bookreviews.lib.orm import Base, Moment
from bookreviews.lib.slugs import LONGEST as LONGEST_SLUG

LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_COVER = 48
# So much of a title sorts the books of a subject.
LONGEST_START = 60
# Where a book of unknown age stands in a list by year: after all others.
UNKNOWN_YEAR = -9999

_ZERO = text("0")


def only(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Author(Base):
    """Someone who wrote a work; what is known of their life, years as far as they are known."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    merged_into_id: Mapped[int | None]
    bio: Mapped[str] = mapped_column(Text, default="", server_default="")
    born: Mapped[int | None] = mapped_column(SmallInteger)
    died: Mapped[int | None] = mapped_column(SmallInteger)


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


class Subject(Base):
    """What works are about, or of what kind they are; a tree, since one may be part of another.

    `works_count` is how many works were listed under it when a chore last counted.
    """

    __tablename__ = "subjects"
    __table_args__ = (Index(None, "parent_id", "works_count", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    merged_into_id: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id", ondelete="RESTRICT"))
    works_count: Mapped[int] = mapped_column(default=0, server_default=_ZERO)


class Series(Base):
    """Works that belong together in an order."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    merged_into_id: Mapped[int | None]


class Work(Base):
    """What people call a book, in whatever edition.

    `byline` (the authors as one text) and `main_subject` (a slug) repeat what the tables below
    say, so that a list of works is one statement; `catalog.services` keeps them true. `popularity`
    (how many rated it here, then elsewhere: see `listings`) and `score` (how well, see
    reviews.scores) are told by those who count.

    What a new reader added is `unconfirmed_since` then, until somebody has looked. One that has
    `left_at` some moment, merged into another or turned down, shows nowhere; it keeps its row, so
    that this can be undone and old records hold. (`merged_into_id` has no foreign key: SQLite
    could only add one by copying the table, and no such row is ever deleted.)
    """

    __tablename__ = "works"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_is_given"),
        Index(None, "title", "id"),
        Index(None, "first_published", "id"),
        Index(None, "main_subject"),
        Index(None, "series_id", "series_position"),
        Index(None, "merged_into_id", **only("merged_into_id IS NOT NULL")),
        Index(None, "popularity", "id"),
        Index(None, "score", "id"),
        Index(None, "language", "popularity", "id"),
        Index(None, "first_published", "popularity", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    subtitle: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    original_title: Mapped[str] = mapped_column(
        String(LONGEST_TITLE), default="", server_default=""
    )
    byline: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    main_subject: Mapped[str | None] = mapped_column(String(LONGEST_SLUG))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default=UNKNOWN)
    first_published: Mapped[int | None] = mapped_column(SmallInteger)
    series_id: Mapped[int | None] = mapped_column(ForeignKey(Series.id, ondelete="RESTRICT"))
    series_position: Mapped[int | None] = mapped_column(SmallInteger)
    added_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(server_default="1")  # see `versions.py`
    unconfirmed_since: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    merged_into_id: Mapped[int | None]
    popularity: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    score: Mapped[float] = mapped_column(Float, default=0.0, server_default=_ZERO)
    cover: Mapped[str | None] = mapped_column(String(LONGEST_COVER))  # see `images/`


class FormerSlug(Base):
    """An address that a work once had; it leads to the present one for ever."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), index=True)


class Authorship(Base):
    """Who wrote which work, in the order of the title page.

    `popularity` and `published` are the work's, so that an author's works are read in order.
    """

    __tablename__ = "authorships"
    __table_args__ = (
        Index(None, "author_id", "work_id"),
        Index(None, "author_id", "popularity", "work_id"),
        Index(None, "author_id", "published", "work_id"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    author_id: Mapped[int] = mapped_column(
        ForeignKey(Author.id, ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)
    popularity: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    published: Mapped[int] = mapped_column(
        SmallInteger, default=UNKNOWN_YEAR, server_default=text(str(UNKNOWN_YEAR))
    )


class WorkSubject(Base):
    """Which subjects a work has, the main one first."""

    __tablename__ = "work_subjects"
    __table_args__ = (Index(None, "subject_id", "work_id"),)

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(
        ForeignKey(Subject.id, ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)


class Listing(Base):
    """A work's place in the lists of one of its subjects, or of one that this is part of.

    It repeats what those lists sort by, so that an index holds each of them in its order;
    `catalog.listings` keeps it true.
    """

    __tablename__ = "listings"
    __table_args__ = (
        Index(None, "subject_id", "work_id"),
        Index(None, "subject_id", "popularity", "work_id"),
        Index(None, "subject_id", "score", "work_id"),
        Index(None, "subject_id", "published", "work_id"),
        Index(None, "subject_id", "title", "work_id"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(
        ForeignKey(Subject.id, ondelete="RESTRICT"), primary_key=True
    )
    popularity: Mapped[int] = mapped_column()
    score: Mapped[float] = mapped_column(Float)
    published: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(LONGEST_START))


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
    language: Mapped[str] = mapped_column(String(35), default=UNKNOWN)
    translators: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")


class CoverImage(Base):
    """A picture that somebody gave a book as its cover, and until when the book showed it."""

    __tablename__ = "cover_images"
    __table_args__ = (
        Index(None, "work_id", "id"),
        Index(None, "left_at", **only("left_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_COVER), index=True)
    uploader_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


class FormerName(Base):
    """An address that an author, a series or a subject once had; it leads to the present one."""

    __tablename__ = "former_names"
    __table_args__ = (
        CheckConstraint("kind IN ('author', 'series', 'subject')", name="kind_is_known"),
        Index(None, "kind", "thing_id"),
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), primary_key=True)
    thing_id: Mapped[int]
