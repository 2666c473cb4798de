"""Which column of a table means what: many spellings, one name."""

import re
from collections.abc import Sequence

# The first spelling found wins: the columns of one name are in the order of preference.
_SPELLINGS = {
    "title": "title|book title|name of book|book name|titel|titre|titulo|titolo",
    "original_title": "original title",
    "subtitle": "subtitle|sub title",
    "authors": "authors|author names|creators|autoren|auteurs|autores",
    "author": "author|author name|creator|book author|primary author|autor|auteur|autore|writer",
    "more_authors": "additional authors|other authors",
    "translators": "translators|translator|translated by",
    "isbn13": "isbn13|isbn 13|ean|ean13|gtin",
    "isbn": "isbn|isbn10|isbn 10|isbn uid|isbns",
    "first_published": "original publication year|first published|first publish year"
    "|original year|year of first publication",
    "published": "year published|publication year|year of publication|published|publication date"
    "|publish date|published year|date published|pub year|year|date|jahr|annee",
    "language": "language code|language|lang|sprache|langue",
    "publisher": "publisher|publishers|verlag|editeur|editorial|imprint",
    "pages": "number of pages|num pages|page count|pages|pagecount|seiten",
    "format": "binding|format|book format|physical format",
    "series": "series|series name|series title",
    "position": "series position|series number|series index|volume|number in series|position",
    "description": "description|summary|blurb|synopsis|abstract|desc",
    "subjects": "subjects|genres|genre|tags|categories|category|subject|bookshelves",
    "work": "work id|work key",
    "edition": "best book id|goodreads book id|book id|bookid|edition id|goodreads id",
    "ratings_count": "work ratings count|ratings count|rating count|num ratings|numratings",
    "average": "average rating|avg rating|rating",
    "ones": "ratings 1|rating 1|1 star",
    "twos": "ratings 2|rating 2|2 stars",
    "threes": "ratings 3|rating 3|3 stars",
    "fours": "ratings 4|rating 4|4 stars",
    "fives": "ratings 5|rating 5|5 stars",
}
_RANKS = {
    spelling: (name, rank)
    for name, spellings in _SPELLINGS.items()
    for rank, spelling in enumerate(spellings.split("|"))
}
_NOT_WORDS = re.compile(r"[\W_]+")


def meanings(header: Sequence[str]) -> dict[str, int]:
    """Return where each known column stands, by its name here."""
    best: dict[str, tuple[int, int]] = {}
    for place, written in enumerate(header):
        name, rank = _RANKS.get(_NOT_WORDS.sub(" ", written.casefold()).strip(), ("", 0))
        if name and (name not in best or rank < best[name][0]):
            best[name] = (rank, place)
    return {name: place for name, (_rank, place) in best.items()}


def is_goodreads(header: Sequence[str]) -> bool:
    """Tell whether the ids in a table are those of Goodreads, whatever its other columns are."""
    names = {_NOT_WORDS.sub(" ", written.casefold()).strip() for written in header}
    return bool(names & {"goodreads book id", "best book id"}) or names >= {
        "book id",
        "author l f",
        "my rating",
    }
