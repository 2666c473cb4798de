"""Facts as files spell them, made into what the catalogue keeps; what can't be is left out."""

import re
from collections.abc import Iterable
from functools import lru_cache

import langcodes

from bookreviews.catalog.loading.entries import Publication
from bookreviews.catalog.models import LONGEST_NAME, LONGEST_TITLE
from bookreviews.catalog.naming import compared
from bookreviews.catalog.services import EARLIEST_YEAR, LATEST_YEAR, LONGEST_DESCRIPTION
from bookreviews.lib import languages, text
from bookreviews.lib.isbn import as_isbn10, is_ismn, isbn13_of

LONGEST_ISBN = 40
MOST_PAGES = 50_000
MOST_SUBJECTS = 12

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SUBTITLE = re.compile(r"[:;(\[]")
_WHOLE = re.compile(r"(-?\d{1,4})(?:\.0+)?")
_NUMBER = re.compile(r"\d+")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFD])
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_ISBN_MARKS = re.compile(r"""[\s\-–—‐‑="']+""")
_AFTER_ISBN = re.compile(r"\s*[(:;,].*", re.DOTALL)
_FORMATS = {
    "audiobook": re.compile(r"audio|\bcd\b|cassette|mp3|spoken"),
    "ebook": re.compile(r"e-?book|kindle|electronic|epub|\bpdf\b|nook|digital|online"),
    "hardcover": re.compile(r"hard|cloth|library binding|leather"),
    "paperback": re.compile(r"paper|soft|mass market|trade|broch|pbk|taschenbuch|poche"),
}
_NOT_SUBJECTS = re.compile(
    r"[:=]|^(protected daisy|accessible book|in library|large type books|overdrive"
    r"|internet archive wishlist|long now manual for civilization|open library staff picks"
    r"|open_syllabus_project|reading level.*|new york times .*)$",
    re.IGNORECASE,
)


def line_of(value: object, longest: int = LONGEST_TITLE) -> str:
    """Return text on one line, without control characters, cut to `longest`."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and value.isprintable():  # as most are: a third of the time
        return " ".join(value.split())[:longest].rstrip()
    return text.tidy(" ".join(value.translate(_CONTROLS).split()))[:longest].rstrip()


def title_of(value: object) -> str:
    """Return a title on one line, or "" for what shows nothing."""
    title = line_of(value)
    return "" if text.is_blank(title) else title


def original_title_of(value: str, title: str) -> str:
    """Return how a work was called first, or "" if that is its `title`, but for a subtitle."""
    return "" if _main_words(value) == _main_words(title) else value


def _main_words(title: str) -> list[str]:
    return compared(_SUBTITLE.split(title, maxsplit=1)[0]) or [title]


def name_of(value: object) -> str:
    """Return a name on one line, or "" for what shows nothing."""
    name = line_of(value, LONGEST_NAME)
    return "" if text.is_blank(name) else name


def paragraphs_of(value: object) -> str:
    """Return a description, cut at its longest; plain text, or of a dict {type, value}."""
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        return ""
    whole = text.tidy(value.translate(_CONTROLS))
    return whole if len(whole) <= LONGEST_DESCRIPTION else f"{whole[: LONGEST_DESCRIPTION - 1]}…"


def year_of(value: object) -> int | None:
    """Return the year that a date in any spelling names: "1999.0", "May 4, 1999", "-750.0"."""
    spelled = str(value or "").strip()
    if whole := _WHOLE.fullmatch(spelled):
        year = int(whole[1])
    elif dated := _YEAR.search(spelled):
        year = int(dated[1])
    else:
        return None
    return year if year and EARLIEST_YEAR <= year <= LATEST_YEAR else None


def pages_of(value: object) -> int | None:
    """Return the number of pages: 304 for "xii, 304 p."."""
    numbers = [int(number[:6]) for number in _NUMBER.findall(str(value or ""))]
    return max((n for n in numbers if 0 < n <= MOST_PAGES), default=None)


def format_of(value: object) -> str:
    """Return the kind of an edition in the words of this site, or "" where nobody says it."""
    words = line_of(value).lower()
    return next((form for form, pattern in _FORMATS.items() if pattern.search(words)), "")


def number_of(value: object) -> int:
    """Return a count that may be written 4,780,653 or 12.0; 0 for anything else."""
    try:
        number = float(str(value).replace(",", ""))
    except ValueError:
        return 0
    return int(number) if 0 <= number < 2**31 else 0


@lru_cache(maxsize=2000)
def language_of(code: str) -> str:
    """Return the BCP 47 tag of a language in any code: "eng", "/languages/ger", "en_US"; or ""."""
    bare = code.rsplit("/", 1)[-1].strip()
    try:
        tag = langcodes.standardize_tag(bare)
    except ValueError:
        return ""
    is_known = len(tag) <= 35 and tag != languages.UNKNOWN and langcodes.tag_is_valid(tag)
    return tag if is_known else ""


def original_language(publication: Publication) -> str:
    """Return in which language a work seems to be written, by an edition of it.

    Where it was printed is no matter of the work: "en" for an edition in "en-US". A translation
    says nothing.
    """
    return "" if publication.translators else publication.language.split("-")[0]


def subjects_of(values: Iterable[object]) -> tuple[str, ...]:
    """Return the first subjects that are any; what libraries note for themselves isn't."""
    names = (name_of(value) for value in values)
    real = (name[:1].upper() + name[1:] for name in names if not _NOT_SUBJECTS.search(name))
    kept = dict.fromkeys(name for name in real if name)
    return tuple(kept)[:MOST_SUBJECTS]


class Isbns:
    """The ISBNs of one edition, from all places where a file names them.

    An ISBN whose checksum holds becomes its thirteen digits. One that lost leading noughts to a
    spreadsheet gets them back if the checksum then holds, which it does by chance for one number
    of eleven; the number is then as good as any that was typed. Everything else stays as it is
    written, as doubtful; numbers of sheet music too.
    """

    def __init__(self) -> None:
        self._held: dict[str, None] = {}
        self._doubtful: dict[str, None] = {}
        self._rounded: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    def take(self, value: object) -> None:
        """Take what a file has where an ISBN should be."""
        written = str(value or "").strip()
        if _ROUNDED.fullmatch(written):
            self._rounded[written] = None
            return
        bare = _ISBN_MARKS.sub("", _AFTER_ISBN.sub("", written))
        if not bare:
            return
        isbn13 = isbn13_of(bare) or isbn13_of(as_isbn10(bare))
        if isbn13:
            self._held[isbn13] = None
        else:
            self._doubtful[line_of(written, LONGEST_ISBN)] = None
            self._notes[SHEET_MUSIC if is_ismn(bare) else DOUBTFUL] = None

    @property
    def held(self) -> tuple[str, ...]:
        """Return those that hold, in thirteen digits."""
        return tuple(self._held)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Return those that don't, as they were written."""
        return tuple(self._doubtful)

    def notes(self) -> list[str]:
        """Say what was not taken as it stands; a rounded number is no loss beside a whole one."""
        notes = [*self._notes]
        if self._rounded and not self._held:
            notes.append(ROUNDED)
        return notes


DOUBTFUL = "an ISBN with a wrong checksum, kept as unverified"
SHEET_MUSIC = "a number of sheet music (ISMN), no ISBN, kept as unverified"
ROUNDED = "an ISBN rounded by a spreadsheet, left out"
