"""What can be said of each kind of thing, as plain values: what edits compare, keep and put back.

`Facts` maps the names of facts to text, numbers, lists of names or None. Years are whole numbers,
those before our era negative; an ISBN is thirteen digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import func, select

from bookreviews.catalog.models import (
    AUTHOR,
    EDITION,
    LONGEST_NAME,
    LONGEST_TITLE,
    NAMED,
    SERIES,
    SUBJECT,
    WORK,
    Author,
    Authorship,
    Edition,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.catalog.services import (
    EARLIEST_YEAR,
    LANGUAGE_CODE,
    LATEST_YEAR,
    LONGEST_DESCRIPTION,
)
from bookreviews.errors import Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.lib import text
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.slugs import slug_of

Facts: TypeAlias = dict[str, Any]

COVER = "cover"  # stands in histories beside the facts, and is given on a page of its own
LABELS = {
    "title": "Title",
    "subtitle": "Subtitle",
    "original_title": "Original title",
    "authors": "Authors",
    "subjects": "Subjects",
    "series": "Series",
    "series_position": "Number in the series",
    "first_published": "First published",
    "language": "Language",
    "description": "Description",
    COVER: "Cover",
    "isbn": "ISBN",
    "format": "Format",
    "publisher": "Publisher",
    "published": "Year of this edition",
    "pages": "Pages",
    "translators": "Translated by",
    "name": "Name",
}
FACTS_OF = {
    WORK: (
        "title",
        "subtitle",
        "original_title",
        "authors",
        "subjects",
        "series",
        "series_position",
        "first_published",
        "language",
        "description",
    ),
    EDITION: ("isbn", "format", "publisher", "published", "pages", "language", "translators"),
    AUTHOR: ("name",),
    SERIES: ("name",),
    SUBJECT: ("name",),
}
FORMATS = ("hardcover", "paperback", "ebook", "audiobook")

MOST_AUTHORS = 20
MOST_SUBJECTS = 10
MOST_PAGES = 99_999
LAST_POSITION = 9_999

_UNREADABLE = "Some characters can't be read; please retype this."


@dataclass(frozen=True, slots=True)
class Thing:
    """One work, edition, author, series or subject, and the work it belongs to if any.

    An edition that isn't there yet has no `id`.
    """

    kind: str
    id: int | None
    work_id: int | None = None


Entity: TypeAlias = Work | Edition | Author | Series | Subject


def entity(thing: Thing, *, in_turn: bool = False) -> Entity:
    """Return a thing as it is now, or raise NotFound; `in_turn` lets nobody else write about it."""
    table: Any = {WORK: Work, EDITION: Edition, **NAMED}[thing.kind]
    lock: Any = {"key_share": True} if in_turn else None
    found: Entity | None = session().get(
        table, thing.id, with_for_update=lock, populate_existing=True
    )
    if found is None:
        raise NotFound("It isn't here any more.")
    return found


def entity_in_turn(thing: Thing) -> Entity:
    """Return a thing to be written, as it is now that nobody else writes about it."""
    return entity(thing, in_turn=True)


def facts_of(found: Entity) -> Facts:
    """Return all that is said of a thing now."""
    if isinstance(found, Work):
        return _of_work(found)
    if isinstance(found, Edition):
        return _of_edition(found)
    return {"name": found.name}


def _of_work(work: Work) -> Facts:
    authors = (
        select(Author.name)
        .join(Authorship, Authorship.author_id == Author.id)
        .where(Authorship.work_id == work.id)
        .order_by(Authorship.position)
    )
    subjects = (
        select(Subject.name)
        .join(WorkSubject, WorkSubject.subject_id == Subject.id)
        .where(WorkSubject.work_id == work.id)
        .order_by(WorkSubject.position)
    )
    series = select(Series.name).where(Series.id == work.series_id)
    return {
        "title": work.title,
        "subtitle": work.subtitle,
        "original_title": work.original_title,
        "authors": list(session().scalars(authors)),
        "subjects": list(session().scalars(subjects)),
        "series": session().scalar(series) if work.series_id else None,
        "series_position": work.series_position,
        "first_published": work.first_published,
        "language": work.language,
        "description": work.description,
    }


def _of_edition(edition: Edition) -> Facts:
    facts = {name: getattr(edition, name) for name in FACTS_OF[EDITION] if name != "isbn"}
    return {"isbn": edition.isbn13, **facts}


def checked(kind: str, said: Facts, *, may_name_subjects: bool = True) -> Facts:
    """Return facts tidied, or raise one Invalid that names all that can't be so.

    Only moderators add subjects: `may_name_subjects` False takes none that isn't on the list.
    """
    facts: Facts = {}
    problems: dict[str, str] = {}
    for name in FACTS_OF[kind]:
        if name not in said:
            continue
        try:
            facts[name] = _CHECKS[name](said[name])
        except ValueError as error:
            problems[name] = str(error)
    if facts.get("subjects") and not may_name_subjects:
        facts["subjects"], unknown = _from_the_list(facts["subjects"])
        if unknown:
            problems["subjects"] = f"“{unknown[0]}” isn’t on the list. Please choose from it."
    if problems:
        raise Invalid(**problems)
    if "series" in facts and not facts["series"]:
        facts["series_position"] = None
    return facts


def _from_the_list(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the names as the list of subjects spells them, and those it hasn't."""
    known: list[str] = []
    unknown: list[str] = []
    for name in names:
        alike = (func.lower(Subject.name) == name.lower()) | (
            Subject.slug == slug_of(name, otherwise="")
        )
        found = session().scalar(select(Subject.name).where(alike).limit(1))
        (known if found else unknown).append(found or name)
    return list(dict.fromkeys(known)), unknown


def _line(longest: int, *, needed: str = "") -> Callable[[Any], str]:
    def check(said: Any) -> str:
        line = text.tidy(" ".join(str(said or "").split()))
        if not text.is_readable(line) or text.has_hidden_characters(line):
            raise ValueError(_UNREADABLE)
        if needed and text.is_blank(line):
            raise ValueError(needed)
        if len(line) > longest:
            raise ValueError(f"Please use at most {longest:,} characters.")
        return line

    return check


def _names(most: int) -> Callable[[Any], list[str]]:
    one = _line(LONGEST_NAME)

    def check(said: Any) -> list[str]:
        names = list(dict.fromkeys(filter(None, map(one, said or ()))))
        if len(names) > most:
            raise ValueError(f"Please give at most {most}.")
        return names

    return check


def _whole(least: int, most: int) -> Callable[[Any], int | None]:
    def check(said: Any) -> int | None:
        if said is None or said == "":
            return None
        try:
            number = int(str(said).strip())
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"Please give a whole number from {least} to {most}.")
        return number

    return check


def _description(said: Any) -> str:
    words = text.tidy(str(said or ""))
    if not text.is_readable(words):
        raise ValueError(_UNREADABLE)
    if len(words) > LONGEST_DESCRIPTION:
        raise ValueError(f"Please use at most {LONGEST_DESCRIPTION:,} characters.")
    return words


def _isbn(said: Any) -> str | None:
    written = str(said or "").strip()
    if not written:
        return None
    isbn13 = isbn13_of(written)
    if isbn13 is None:
        raise ValueError("This is not an ISBN: a digit is missing or mistyped.")
    return isbn13


def _language(said: Any) -> str:
    code = str(said or "")
    if len(code) > 35 or not LANGUAGE_CODE.fullmatch(code):
        raise ValueError("Please choose a language from the list.")
    return code


def _format(said: Any) -> str:
    return _line(20)(said).lower()


_YEAR = _whole(EARLIEST_YEAR, LATEST_YEAR)
_CHECKS: dict[str, Callable[[Any], Any]] = {
    "title": _line(LONGEST_TITLE, needed="A book needs a title."),
    "subtitle": _line(LONGEST_TITLE),
    "original_title": _line(LONGEST_TITLE),
    "authors": _names(MOST_AUTHORS),
    "subjects": _names(MOST_SUBJECTS),
    "series": lambda said: _line(LONGEST_NAME)(said) or None,
    "series_position": _whole(0, LAST_POSITION),
    "first_published": _YEAR,
    "language": _language,
    "description": _description,
    "isbn": _isbn,
    "format": _format,
    "publisher": _line(LONGEST_NAME),
    "published": _YEAR,
    "pages": _whole(1, MOST_PAGES),
    "translators": _line(LONGEST_TITLE),
    "name": _line(LONGEST_NAME, needed="It needs a name."),
}
