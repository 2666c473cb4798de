"""MARC 21, what libraries exchange: ISO 2709 and MARCXML, read through pymarc."""

import logging
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pymarc import Field, Indicators, Leader, Record, Subfield
from pymarc.exceptions import PymarcException

from bookreviews.catalog.loading import facts
from bookreviews.catalog.loading.entries import (
    Book,
    Content,
    Entry,
    Identifier,
    Person,
    Publication,
    Rejected,
    Skipped,
)
from bookreviews.catalog.loading.spreadsheets import natural_order
from bookreviews.catalog.loading.streams import Source, UnreadableFile
from bookreviews.catalog.loading.xml import bare, records
from bookreviews.catalog.naming import byline_of

BROKEN = "the record breaks the rules of MARC 21"
NO_TITLE = "there is no title"
NO_BOOK = "no text in a language: a map, a score, a picture"

_END_OF_RECORD = b"\x1d"
_LENGTH_OF_LEADER = 24
_TEXTS = frozenset("atim")  # language material, manuscripts, spoken words, computer files
_MARKS_AT_END = re.compile(r"[\s/:;,=]+$")
_POINT_AT_END = re.compile(r"(?<=\w{3})\.$")
_IN_BRACKETS = re.compile(r"^\(([\w.-]+)\)(.+)$")
_IN_ADDRESS = re.compile(r"(?:viaf\.org/viaf|isni\.org/isni|wikidata\.org/(?:wiki|entity))/(\w+)")
_TRANSLATORS = frozenset({"trl", "translator"})
_OTHER_ROLES = re.compile(r"^(trl|edt|ill|aui|nrt|win|translator|editor|illustrator|narrator)\b")
_POSITION = re.compile(r"(\d{1,4})\D*$")
_NAMING_PEOPLE = {"viaf": "viaf", "isni": "isni", "wikidata": "wikidata", "dlc": "lccn"}

logging.getLogger("pymarc").setLevel(logging.ERROR)  # what it says of a record is our rejects'


def binary_entries(source: Source) -> Iterator[Entry]:
    """Yield what each record of an ISO 2709 file says; `line` is its number."""
    for number, chunk in enumerate(_chunks(source), start=1):
        notes: list[str] = []
        yield Entry(number, chunk, _decoded(chunk, notes), notes)


def xml_entries(source: Source) -> Iterator[Entry]:
    """Yield what each record of a MARCXML file says; `line` is its number."""
    for number, element in enumerate(records(source, "record".__eq__), start=1):
        notes: list[str] = []
        record = _record_of(element)
        yield Entry(number, _told(record), _content(record, notes), notes)


def _chunks(source: Source) -> Iterator[bytes]:
    """Yield each record's bytes; where a length is damaged, what comes up to the next end."""
    waiting = b""
    while block := source.read(64 * 1024):
        *whole, waiting = (waiting + block).split(_END_OF_RECORD)
        yield from (chunk.lstrip(b"\r\n ") + _END_OF_RECORD for chunk in whole if chunk.strip())
        if len(waiting) > 100_000:  # no record is longer, by its leader's five digits
            yield waiting
            waiting = b""
    if waiting.strip():
        yield waiting
        raise UnreadableFile(
            f"{source.path} ends in the middle of a record, so it was cut off on its way here. "
            "What came before is loaded."
        )


def _decoded(chunk: bytes, notes: list[str]) -> Content:
    if len(chunk) < _LENGTH_OF_LEADER or not chunk.endswith(_END_OF_RECORD):
        return Rejected(BROKEN)
    try:
        record = Record(chunk, to_unicode=True, utf8_handling="replace", hide_utf8_warnings=True)
    except (PymarcException, ValueError, IndexError, UnicodeError):
        return Rejected(BROKEN)
    return _content(record, notes)


def _record_of(element: Element) -> Record:
    record = Record()
    for child in element:
        name = bare(child.tag)
        if name == "leader":
            record.leader = Leader((child.text or "").ljust(_LENGTH_OF_LEADER))
        elif name == "controlfield":
            record.add_field(  # type: ignore[no-untyped-call]
                Field(tag=child.get("tag", "000"), data=child.text or "")
            )
        elif name == "datafield":
            record.add_field(  # type: ignore[no-untyped-call]
                _field_of(child)
            )
    return record


def _field_of(element: Element) -> Field:
    return Field(
        tag=element.get("tag", "000"),
        indicators=Indicators(element.get("ind1", " "), element.get("ind2", " ")),
        subfields=[Subfield(one.get("code", "?"), one.text or "") for one in element],
    )


def _told(record: Record) -> bytes:
    return str(record).encode()[:2000]


def _content(record: Record, notes: list[str]) -> Content:
    if record.leader[6] not in _TEXTS:
        return Skipped(NO_BOOK)
    title = record.get("245")
    name = facts.title_of(_tidied(_first(title, "a")))
    if not name:
        return Rejected(NO_TITLE)
    publication = _publication(record, notes)
    series, position = _series(record)
    original = record.get("041")
    return Book(
        title=name,
        subtitle=facts.line_of(_tidied(_first(title, "b"))),
        original_title=_original_title(record),
        authors=tuple(_authors(record)),
        subjects=facts.subjects_of(_subjects(record)),
        series=series,
        series_position=position,
        description=facts.paragraphs_of(_first(record.get("520"), "a")),
        language=facts.language_of(_first(original, "h")[:3])
        or facts.original_language(publication),
        first_published=publication.published,
        identifiers=(),
        publications=(publication,),
    )


def _original_title(record: Record) -> str:
    """Return how a translated work was called first; other uniform titles are no titles of it."""
    uniform = record.get("240")
    return facts.title_of(_tidied(_first(uniform, "a"))) if _first(uniform, "l") else ""


def _publication(record: Record, notes: list[str]) -> Publication:
    isbns = facts.Isbns()
    for field in record.get_fields("020"):
        isbns.take(_first(field, "a"))
    notes += isbns.notes()
    fixed = record.get("008")
    fixed_text = (fixed.data if fixed else None) or ""
    imprints = [*record.get_fields("264"), *record.get_fields("260")]
    imprint = next((f for f in imprints if _indicator(f, 1) in "1 "), None)
    translators = [
        facts.name_of(natural_order(_tidied(_first(field, "a"))))
        for field in record.get_fields("700")
        if _TRANSLATORS & {role.strip(" .").lower() for role in field.get_subfields("e", "4")}
    ]
    return Publication(
        isbns=isbns.held,
        doubtful_isbns=isbns.doubtful,
        identifiers=_number(record),
        publisher=facts.name_of(_tidied(_first(imprint, "b"))),
        published=facts.year_of(fixed_text[7:11]) or facts.year_of(_first(imprint, "c")),
        pages=facts.pages_of(_first(record.get("300"), "a")),
        format=facts.format_of(_first(record.get("338"), "a")),
        language=facts.language_of(fixed_text[35:38].strip()),
        translators=byline_of([name for name in translators if name]),
    )


def _number(record: Record) -> tuple[Identifier, ...]:
    """Return the record's own number, which means something with who gave it only."""
    number, owner = record.get("001"), record.get("003")
    if not (number and owner and number.data and owner.data):
        return ()
    scheme = f"marc-{facts.line_of(owner.data, 30).lower()}"
    return ((scheme, facts.line_of(number.data, 100)),)


def _authors(record: Record) -> Iterator[Person]:
    """Yield the main author and those added who wrote: not translators, editors, illustrators."""
    for field in record.get_fields("100", "110", "700", "710"):
        roles = [role.strip(" .").lower() for role in field.get_subfields("e", "4")]
        is_added = field.tag.startswith("7")
        if is_added and (_first(field, "t") or any(map(_OTHER_ROLES.match, roles))):
            continue
        name = _tidied(_first(field, "a"))
        if field.tag.endswith("00") and _indicator(field, 0) == "1":
            name = natural_order(name)
        if name := facts.name_of(name):
            yield Person(name=name, identifiers=tuple(_identifiers(field)))


def _identifiers(field: Field) -> Iterator[Identifier]:
    """Yield what says who somebody is: "(viaf)102333412", or an address at viaf.org."""
    for written in field.get_subfields("0", "1"):
        in_brackets, in_address = _IN_BRACKETS.match(written), _IN_ADDRESS.search(written)
        if in_brackets and (scheme := _NAMING_PEOPLE.get(in_brackets[1].lower())):
            yield scheme, "".join(in_brackets[2].split())[:100]
        elif in_address:
            yield in_address[0].split(".")[0], in_address[1][:100]


def _subjects(record: Record) -> list[str]:
    fields = record.get_fields("650", "655")
    return [_tidied(_first(field, "a")) for field in fields]


def _series(record: Record) -> tuple[str, int | None]:
    field = next(iter(record.get_fields("800", "830", "490")), None)
    name = _first(field, "t" if field is not None and field.tag == "800" else "a")
    place = _POSITION.search(_first(field, "v"))
    return facts.name_of(_tidied(name)), int(place[1]) if place else None


def _indicator(field: Field, place: int) -> str:
    return str(field.indicators[place]) if field.indicators else " "


def _first(field: Field | None, code: str) -> str:
    return next(iter(field.get_subfields(code)), "") if field is not None else ""


def _tidied(text: str) -> str:
    """Return text without the marks that cataloguers put between fields."""
    return _POINT_AT_END.sub("", _MARKS_AT_END.sub("", text.strip().strip("[]")))
