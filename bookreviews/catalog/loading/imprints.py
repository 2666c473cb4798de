"""Editions without ISBN or key: recognised by what is said of them, among those of their work."""

from hashlib import blake2b
from typing import Any

from bookreviews.catalog.loading.entries import Identifier, Publication
from bookreviews.catalog.loading.kept import is_told
from bookreviews.catalog.loading.volumes import Printing, Told, names_of
from bookreviews.catalog.naming import compared, title_key

IMPRINT = "imprint"
"""The scheme of EditionIdentifier whose values are digests of what a file says; shown nowhere."""

_FACTS = ("publisher", "published", "pages", "format", "language", "translators")


def facts_of(publication: Publication) -> dict[str, Any]:
    """Return what a file says of an edition, by the columns of ours."""
    return {name: getattr(publication, name) for name in _FACTS}


def is_nameless(publication: Publication) -> bool:
    """Tell whether a file gives an edition nothing that it could be found by."""
    return not publication.doubtful_isbns and not any(names_of(publication))


def imprint_of(told: Told, publication: Publication) -> Identifier:
    """Return what finds an edition again when the file comes back, whatever became of it here.

    It is made of the file's words alone: a reader may have set ours right since, or a moderator
    have made one of two editions.
    """
    book = told.book
    author = [person.name for person in book.authors[:1]]
    work = book.identifiers[:1] or title_key(book.title, author)
    words = [
        compared(value) if isinstance(value, str) else value
        for value in facts_of(publication).values()
    ]
    return IMPRINT, blake2b(repr((work, words)).encode(), digest_size=16).hexdigest()


def are_one(printing: Printing, publication: Publication) -> bool:
    """Tell whether an edition of a work here is one that a file gives no name.

    It is if it says all that the file says; and if it has no name either, also if the file only
    says more.
    """
    told = _said(facts_of(publication))
    kept = _said({name: printing.facts[name] for name in _FACTS})
    has_name = printing.schemes or printing.doubtful_isbns
    return told.items() <= kept.items() or (not has_name and kept.items() <= told.items())


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if is_told(value)}
