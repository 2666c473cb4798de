"""What pages tell search engines and other programs about themselves: schema.org, as JSON-LD.

Each function returns a dict; `as_script` makes the block of a page of it, which browsers don't
execute and our Content-Security-Policy therefore lets stand.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from bookreviews.config import Settings
from bookreviews.lib.languages import known
from bookreviews.lib.orm import Record
from bookreviews.web.addresses import (
    author_path,
    book_path,
    edition_path,
    series_path,
    subject_path,
)
from bookreviews.web.pictures import preview_picture

Thing = dict[str, Any]

# In a script element only these could end it, or begin a comment; in JSON they may be escaped.
_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_BEST, _WORST = 5, 0.5
_FORMATS = {
    "hardcover": "https://schema.org/Hardcover",
    "paperback": "https://schema.org/Paperback",
    "ebook": "https://schema.org/EBook",
    "audiobook": "https://schema.org/AudiobookFormat",
}


def as_script(thing: Thing) -> Markup:
    """Return the element that tells of `thing`."""
    told = json.dumps({"@context": "https://schema.org", **thing}, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(
        Markup(told.translate(_ESCAPED))  # noqa: S704 - nothing in it can end the element
    )


def book(work: Record, authors: Sequence[Record], subjects: Sequence[Record]) -> Thing:
    """Tell of a work with its authors, subjects and rating."""
    return _known(
        {
            "@type": "Book",
            "@id": _whole(book_path(work.slug)),
            "url": _whole(book_path(work.slug)),
            "name": _title(work),
            "alternateName": work.original_title,
            "author": [_named("Person", author_path, author) for author in authors],
            "about": [subject.name for subject in subjects],
            "description": work.description,
            "inLanguage": known(work.language),
            "datePublished": _year(work.published),
            "image": _whole(preview_picture(work.cover)) if work.cover else None,
            "isPartOf": _series_of(work),
            "position": work.series_position,
            "aggregateRating": _rating(work),
        }
    )


def edition(row: Record, authors: Sequence[Record]) -> Thing:
    """Tell of one edition, and of which work it is one."""
    return _known(
        {
            "@type": "Book",
            "@id": _whole(edition_path(row.edition_id)),
            "url": _whole(edition_path(row.edition_id)),
            "name": _title(row),
            "author": [_named("Person", author_path, author) for author in authors],
            "isbn": row.isbn13,
            "publisher": {"@type": "Organization", "name": row.publisher}
            if row.publisher
            else None,
            "datePublished": _year(row.edition_published),
            "numberOfPages": row.pages,
            "bookFormat": _FORMATS.get(row.format.lower()),
            "inLanguage": known(row.edition_language),
            "translator": row.translators,
            "exampleOfWork": {"@type": "Book", "@id": _whole(book_path(row.slug))},
        }
    )


def author(row: Record) -> Thing:
    """Tell of an author."""
    return _known(
        {
            "@type": "Person",
            "@id": _whole(author_path(row.slug)),
            "url": _whole(author_path(row.slug)),
            "name": row.name,
            "description": row.bio,
            "birthDate": _year(row.born),
            "deathDate": _year(row.died),
        }
    )


def series(row: Record, works: Sequence[Record]) -> Thing:
    """Tell of a series with its books."""
    return _known(
        {
            "@type": "BookSeries",
            "@id": _whole(series_path(row.slug)),
            "url": _whole(series_path(row.slug)),
            "name": row.name,
            "hasPart": [
                _known({**_named("Book", book_path, work), "position": work.series_position})
                for work in works
            ],
        }
    )


def subject(path: Sequence[Record]) -> Thing:
    """Tell of the page of the last subject, and of which those before it are parts."""
    return {
        "@type": "CollectionPage",
        "@id": _whole(subject_path(path[-1].slug)),
        "url": _whole(subject_path(path[-1].slug)),
        "name": path[-1].name,
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": step.name,
                    "item": _whole(subject_path(step.slug)),
                }
                for position, step in enumerate(path, start=1)
            ],
        },
    }


def _named(kind: str, path: Any, row: Record) -> Thing:
    name = getattr(row, "name", None) or row.title
    return {"@type": kind, "@id": _whole(path(row.slug)), "name": name}


def _series_of(work: Record) -> Thing | None:
    if not work.series_name:
        return None
    address = _whole(series_path(work.series_slug))
    return {"@type": "BookSeries", "@id": address, "name": work.series_name}


def _rating(work: Record) -> Thing | None:
    if not work.ratings_count:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": round(work.average, 2),
        "ratingCount": work.ratings_count,
        "bestRating": _BEST,
        "worstRating": _WORST,
    }


def _title(row: Record) -> str:
    return f"{row.title}: {row.subtitle}" if row.subtitle else str(row.title)


def _year(number: int | None) -> str | None:
    """Write a year as ISO 8601 does, whose year before 1 is 0."""
    if number is None:
        return None
    return f"{number:04}" if number > 0 else f"-{-number - 1:04}" if number < 0 else None


def _known(thing: Thing) -> Thing:
    """Leave out what isn't known."""
    return {name: value for name, value in thing.items() if value not in (None, "", [])}


def _whole(path: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.site_url.rstrip("/") + path
