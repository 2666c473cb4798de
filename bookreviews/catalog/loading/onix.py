"""ONIX 3.0, what publishers send: reference names and short tags alike."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

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
from bookreviews.catalog.loading.streams import Source
from bookreviews.catalog.loading.xml import bare, records
from bookreviews.catalog.naming import byline_of

NO_TITLE = "there is no title"
WITHDRAWN = "taken back by its publisher"

# Short tags by what they stand for, as far as they are read here.
_NAMES = {
    "a001": "RecordReference",
    "a002": "NotificationType",
    "productidentifier": "ProductIdentifier",
    "b221": "ProductIDType",
    "b244": "IDValue",
    "descriptivedetail": "DescriptiveDetail",
    "b012": "ProductForm",
    "collection": "Collection",
    "titledetail": "TitleDetail",
    "b202": "TitleType",
    "titleelement": "TitleElement",
    "x409": "TitleElementLevel",
    "b203": "TitleText",
    "b030": "TitlePrefix",
    "b031": "TitleWithoutPrefix",
    "b029": "Subtitle",
    "x410": "PartNumber",
    "contributor": "Contributor",
    "b034": "SequenceNumber",
    "b035": "ContributorRole",
    "b036": "PersonName",
    "b039": "NamesBeforeKey",
    "b040": "KeyNames",
    "b047": "CorporateName",
    "nameidentifier": "NameIdentifier",
    "x415": "NameIDType",
    "language": "Language",
    "b253": "LanguageRole",
    "b252": "LanguageCode",
    "extent": "Extent",
    "b218": "ExtentType",
    "b219": "ExtentValue",
    "subject": "Subject",
    "b070": "SubjectHeadingText",
    "collateraldetail": "CollateralDetail",
    "textcontent": "TextContent",
    "x426": "TextType",
    "d104": "Text",
    "publishingdetail": "PublishingDetail",
    "imprint": "Imprint",
    "b079": "ImprintName",
    "publisher": "Publisher",
    "b081": "PublisherName",
    "publishingdate": "PublishingDate",
    "x448": "PublishingDateRole",
    "b306": "Date",
}
_ORIGINAL_TITLE = "03"  # a TitleType
_ISBNS = frozenset({"02", "03", "15"})
_FORMS = {"A": "audiobook", "BB": "hardcover", "BC": "paperback", "E": "ebook"}
_NAMING_PEOPLE = {"16": "isni", "21": "orcid"}
_WRITERS = ("A01", "A02", "A03", "A12", "A99")


def entries(source: Source) -> Iterator[Entry]:
    """Yield what each product says; `line` is its number."""
    for number, product in enumerate(records(source, _is_product), start=1):
        for element in product.iter():
            element.tag = _NAMES.get(bare(element.tag), bare(element.tag))
        notes: list[str] = []
        reference = _text(product, "RecordReference")
        yield Entry(number, reference.encode(), _content(product, notes), notes)


def _is_product(name: str) -> bool:
    return name in {"Product", "product"}


def _content(product: Element, notes: list[str]) -> Content:
    if _text(product, "NotificationType") == "05":
        return Skipped(WITHDRAWN)
    title = _element_of_title(product, "DescriptiveDetail/TitleDetail", "01")
    original = _element_of_title(product, "DescriptiveDetail/TitleDetail", "01", is_original=True)
    name = _title(title)
    if not name:
        return Rejected(NO_TITLE)
    publication = _publication(product, notes)
    series = _element_of_title(product, "DescriptiveDetail/Collection/TitleDetail", "02")
    place = _text(series, "PartNumber")
    return Book(
        title=name,
        subtitle=facts.line_of(_text(title, "Subtitle")),
        original_title=_title(original),
        authors=tuple(_authors(product)),
        subjects=facts.subjects_of(
            _text(subject, "SubjectHeadingText").split(";")[0]
            for subject in product.iterfind("DescriptiveDetail/Subject")
        ),
        series=facts.name_of(_title(series)),
        series_position=int(place)
        if place.isascii() and place.isdigit() and len(place) < 5
        else None,
        description=_description(product),
        language=_language(product, "02") or facts.original_language(publication),
        first_published=_year(product, "20", "11") or publication.published,
        publications=(publication,),
    )


def _publication(product: Element, notes: list[str]) -> Publication:
    isbns = facts.Isbns()
    for identifier in product.iterfind("ProductIdentifier"):
        if _text(identifier, "ProductIDType") in _ISBNS:
            isbns.take(_text(identifier, "IDValue"))
    notes += isbns.notes()
    form = _text(product, "DescriptiveDetail/ProductForm")
    publisher = _text(product, "PublishingDetail/Imprint/ImprintName") or _text(
        product, "PublishingDetail/Publisher/PublisherName"
    )
    pages = (
        _text(extent, "ExtentValue")
        for extent in product.iterfind("DescriptiveDetail/Extent")
        if _text(extent, "ExtentType") in {"00", "05", "07", "08", "10", "11"}
    )
    return Publication(
        isbns=isbns.held,
        doubtful_isbns=isbns.doubtful,
        publisher=facts.name_of(publisher),
        published=_year(product, "01"),
        pages=facts.pages_of(next(pages, "")),
        format=_FORMS.get(form, _FORMS.get(form[:1], "")),
        language=_language(product, "01"),
        translators=byline_of([name for one in _people(product, "B06") if (name := _name(one))]),
    )


def _authors(product: Element) -> Iterator[Person]:
    for contributor in _people(product, *_WRITERS):
        if name := _name(contributor):
            yield Person(name=name, identifiers=tuple(_identifiers(contributor)))


def _people(product: Element, *roles: str) -> list[Element]:
    """Return the contributors who have one of these roles, in their sequence."""
    found = [
        contributor
        for contributor in product.iterfind("DescriptiveDetail/Contributor")
        if {(role.text or "").strip() for role in contributor.iterfind("ContributorRole")}
        & {*roles}
    ]
    return sorted(found, key=lambda one: facts.number_of(_text(one, "SequenceNumber")))


def _name(contributor: Element) -> str:
    apart = f"{_text(contributor, 'NamesBeforeKey')} {_text(contributor, 'KeyNames')}"
    whole = _text(contributor, "PersonName") or _text(contributor, "CorporateName")
    return facts.name_of(whole or apart)


def _identifiers(contributor: Element) -> Iterator[Identifier]:
    for identifier in contributor.iterfind("NameIdentifier"):
        scheme = _NAMING_PEOPLE.get(_text(identifier, "NameIDType"))
        if scheme and (value := "".join(_text(identifier, "IDValue").split())[:100]):
            yield scheme, value


def _element_of_title(
    product: Element, path: str, level: str, *, is_original: bool = False
) -> Element | None:
    """Return the title of a product ("01") or of its collection ("02"), if it has one."""
    for detail in product.iterfind(path):
        if (_text(detail, "TitleType") == _ORIGINAL_TITLE) is not is_original:
            continue
        for element in detail.iterfind("TitleElement"):
            if _text(element, "TitleElementLevel") == level:
                return element
    return None


def _title(element: Element | None) -> str:
    apart = f"{_text(element, 'TitlePrefix')} {_text(element, 'TitleWithoutPrefix')}"
    return facts.title_of(_text(element, "TitleText") or apart)


def _description(product: Element) -> str:
    """Return the longest text about the book that is meant for readers."""
    texts = (
        facts.paragraphs_of("".join(content.find("Text").itertext()))  # type: ignore[union-attr]
        for content in product.iterfind("CollateralDetail/TextContent")
        if _text(content, "TextType") in {"02", "03"} and content.find("Text") is not None
    )
    return max(texts, key=len, default="")


def _language(product: Element, role: str) -> str:
    for language in product.iterfind("DescriptiveDetail/Language"):
        if _text(language, "LanguageRole") == role:
            return facts.language_of(_text(language, "LanguageCode"))
    return ""


def _year(product: Element, *roles: str) -> int | None:
    for date in product.iterfind("PublishingDetail/PublishingDate"):
        if _text(date, "PublishingDateRole") in roles:
            return facts.year_of(_text(date, "Date")[:4])
    return None


def _text(element: Element | None, path: str) -> str:
    return (element.findtext(path) or "").strip() if element is not None else ""
