"""What names an author, a work or an edition in other catalogues and on its back."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.catalog.models.books import Author, Edition, Work
from bookreviews.lib.orm import Base

LONGEST_SCHEME = 40
LONGEST_IDENTIFIER = 120


class AuthorIdentifier(Base):
    """What names one author and nobody else: a key at Open Library, VIAF, ISNI or Wikidata."""

    __tablename__ = "author_identifiers"

    scheme: Mapped[str] = mapped_column(String(LONGEST_SCHEME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_IDENTIFIER), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id, ondelete="CASCADE"), index=True)


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
