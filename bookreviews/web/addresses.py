"""The addresses that pages show most, made by plain functions.

Flask's `url_for` takes about 6 microseconds; a book page shows two hundred addresses. A test
holds each of these against the URL map.
"""

from bookreviews.lib.orm import Record


def book_path(slug: str) -> str:
    """Return the address of a book's page."""
    return f"/books/{slug}"


def book_reviews_path(slug: str) -> str:
    """Return the address of all reviews of a book, and where new ones are posted."""
    return f"/books/{slug}/reviews"


def book_editions_path(slug: str) -> str:
    """Return the address of all editions of a book."""
    return f"/books/{slug}/editions"


def edition_path(edition_id: int) -> str:
    """Return the permanent address of an edition."""
    return f"/editions/{edition_id}"


def author_path(slug: str) -> str:
    """Return the address of an author's page."""
    return f"/authors/{slug}"


def subject_path(slug: str) -> str:
    """Return the address of a subject's page."""
    return f"/subjects/{slug}"


def series_path(slug: str) -> str:
    """Return the address of a series' page."""
    return f"/series/{slug}"


def language_path(code: str) -> str:
    """Return the address of the books written in a language."""
    return f"/languages/{code}"


def year_path(year: int) -> str:
    """Return the address of the books first published in a year."""
    return f"/years/{year}"


def decade_path(first_year: int) -> str:
    """Return the address of the books first published in ten years."""
    return f"/years/{first_year}s"


def user_path(username: str) -> str:
    """Return the address of a reader's profile."""
    return f"/users/{username}"


def review_path(review_id: int) -> str:
    """Return the permanent address of a review."""
    return f"/reviews/{review_id}"


def statement_path(action_id: int) -> str:
    """Return the address of what the person concerned is told about a decision."""
    return f"/statements/{action_id}"


def ledger_path(action_id: int) -> str:
    """Return the permanent address of an entry of the public ledger."""
    return f"/moderation/log/{action_id}"


_PLACES = {"author": "authors", "series": "series", "subject": "subjects"}


def thing_path(edit: Record) -> str:
    """Return the page of what a change is about: an edition's is its book's."""
    place = _PLACES.get(edit.kind, "books")
    return f"/{place}/{edit.slug}"


ADDRESSES = (
    book_path,
    book_reviews_path,
    book_editions_path,
    edition_path,
    author_path,
    subject_path,
    series_path,
    language_path,
    year_path,
    decade_path,
    user_path,
    review_path,
    statement_path,
    ledger_path,
)
