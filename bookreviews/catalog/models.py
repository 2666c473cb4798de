"""The tables of the catalogue: works, their editions, what they are found by, who changed what."""

from datetime import datetime
from typing import Any

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
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.accounts.models import User
from bookreviews.lib.orm import Base, Moment
from bookreviews.lib.slugs import LONGEST as LONGEST_SLUG

LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_COVER = 48
LONGEST_SCHEME = 40
LONGEST_IDENTIFIER = 120
LONGEST_SUMMARY = 300

# What can be edited and merged.
WORK, EDITION, AUTHOR, SERIES, SUBJECT = "work", "edition", "author", "series", "subject"
KINDS = (WORK, EDITION, AUTHOR, SERIES, SUBJECT)

# How a change stands: it holds; it holds and waits for somebody to confirm it; it waits and doesn't
# hold; it was declined; it held and was taken back.
APPLIED, UNCONFIRMED, SUGGESTED = "applied", "unconfirmed", "suggested"
DECLINED, REVERTED = "declined", "reverted"


def _only(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# So much of a title sorts the books of a subject.
LONGEST_START = 60
# Where a book of unknown age stands in a list by year: after all others.
UNKNOWN_YEAR = -9999

_ZERO = text("0")


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


class AuthorIdentifier(Base):
    """What names one author and nobody else: a key at Open Library, VIAF, ISNI or Wikidata."""

    __tablename__ = "author_identifiers"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id, ondelete="CASCADE"), index=True)


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


NAMED: dict[str, type[Author | Series | Subject]] = {
    AUTHOR: Author,
    SERIES: Series,
    SUBJECT: Subject,
}


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
        Index(None, "merged_into_id", **_only("merged_into_id IS NOT NULL")),
        Index(None, "popularity", "id"),
        Index(None, "score", "id"),
        Index(None, "language", "popularity", "id"),
        Index(None, "first_published", "popularity", "id"),
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
    unconfirmed_since: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    merged_into_id: Mapped[int | None]
    popularity: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    score: Mapped[float] = mapped_column(Float, default=0.0, server_default=_ZERO)
    cover: Mapped[str | None] = mapped_column(String(LONGEST_COVER))  # see `images/`


class CoverImage(Base):
    """A picture that somebody gave a book as its cover, and until when the book showed it."""

    __tablename__ = "cover_images"
    __table_args__ = (
        Index(None, "work_id", "id"),
        Index(None, "left_at", **_only("left_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_COVER), index=True)
    uploader_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


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


class Contributor(Base):
    """What somebody's work on the catalogue adds up to, moved by whoever confirms or reverts it."""

    __tablename__ = "contributors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    confirmed: Mapped[int] = mapped_column(default=0)
    last_reverted_at: Mapped[datetime | None] = mapped_column(Moment)
    trusted_at: Mapped[datetime | None] = mapped_column(Moment)


class Merge(Base):
    """Two that were one: the loser's belongings went to the winner.

    `moved` says what went and what was there before, so that undoing needs no guess.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('work', 'edition', 'author', 'series', 'subject')", name="kind_is_known"
        ),
        CheckConstraint("winner_id <> loser_id", name="of_two"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_somebody"),
        Index(None, "kind", "winner_id", "id"),
        Index(None, "kind", "loser_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    winner_id: Mapped[int]
    loser_id: Mapped[int]
    winner_name: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    loser_name: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    loser_slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    undo_reason: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")


class CatalogEdit(Base):
    """A change of a thing's facts: who, when, what and why; the history that everyone can read.

    `before` and `after` hold the facts that differ, by their names. A work's history has its
    editions' too: they carry its `work_id`. `thing_id` is None while an edition is only suggested.
    Changes that hold are numbered from 1 for each thing, in the order in which they took effect.
    """

    __tablename__ = "catalog_edits"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('work', 'edition', 'author', 'series', 'subject')", name="kind_is_known"
        ),
        CheckConstraint(
            "state IN ('applied', 'unconfirmed', 'suggested', 'declined', 'reverted')",
            name="state_is_known",
        ),
        UniqueConstraint("kind", "thing_id", "number"),
        Index(None, "kind", "thing_id", "id"),
        Index(None, "work_id", "id"),
        Index(None, "editor_id", "at"),
        Index("ix_catalog_edits_waiting", "id", **_only("state IN ('unconfirmed', 'suggested')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    thing_id: Mapped[int | None]
    number: Mapped[int | None]
    work_id: Mapped[int | None] = mapped_column(ForeignKey(Work.id, ondelete="RESTRICT"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(Moment)
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reverts_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog_edits.id", ondelete="RESTRICT")
    )
    merge_id: Mapped[int | None] = mapped_column(ForeignKey(Merge.id, ondelete="RESTRICT"))
