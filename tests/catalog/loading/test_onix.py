"""ONIX 3.0, with reference names and with short tags."""

from pathlib import Path

import pytest

from bookreviews.catalog.loading import onix
from bookreviews.catalog.loading.entries import Person, Rejected, Skipped
from tests.catalog.loading.files import contents_of

PRODUCT = """
<Product>
  <RecordReference>example.1</RecordReference><NotificationType>03</NotificationType>
  <ProductIdentifier><ProductIDType>15</ProductIDType>
    <IDValue>9780441478125</IDValue></ProductIdentifier>
  <DescriptiveDetail>
    <ProductForm>BC</ProductForm>
    <Collection><TitleDetail><TitleType>01</TitleType><TitleElement>
      <TitleElementLevel>02</TitleElementLevel><PartNumber>4</PartNumber>
      <TitleText>Hainish Cycle</TitleText>
    </TitleElement></TitleDetail></Collection>
    <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
      <TitlePrefix>The</TitlePrefix><TitleWithoutPrefix>Left Hand of Darkness</TitleWithoutPrefix>
      <Subtitle>A novel</Subtitle></TitleElement></TitleDetail>
    <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>B06</ContributorRole>
      <PersonName>Gisela Stege</PersonName></Contributor>
    <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>
      <NameIdentifier><NameIDType>16</NameIDType>
        <IDValue>0000 0001 2144 2345</IDValue></NameIdentifier>
      <NamesBeforeKey>Ursula K.</NamesBeforeKey><KeyNames>Le Guin</KeyNames></Contributor>
    <Language><LanguageRole>01</LanguageRole><LanguageCode>ger</LanguageCode></Language>
    <Language><LanguageRole>02</LanguageRole><LanguageCode>eng</LanguageCode></Language>
    <Extent><ExtentType>00</ExtentType><ExtentValue>304</ExtentValue></Extent>
    <Subject><SubjectHeadingText>science fiction</SubjectHeadingText></Subject>
  </DescriptiveDetail>
  <CollateralDetail><TextContent><TextType>03</TextType>
    <Text>An <b>envoy</b>.</Text></TextContent></CollateralDetail>
  <PublishingDetail><Publisher><PublisherName>Ace</PublisherName></Publisher>
    <PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>19870701</Date></PublishingDate>
  </PublishingDetail>
</Product>"""


def message(folder: Path, products: str, *, short: bool = False) -> Path:
    file = folder / "books.onix"
    text = f'<ONIXMessage release="3.0"><Header/>{products}</ONIXMessage>'
    if short:
        for tag, name in onix._NAMES.items():
            text = text.replace(f"<{name}>", f"<{tag}>").replace(f"</{name}>", f"</{tag}>")
        text = text.replace("Product>", "product>").replace("ONIXMessage", "ONIXmessage")
    file.write_text(text)
    return file


@pytest.mark.parametrize("short", [False, True])
def test_a_product(tmp_path: Path, short: bool) -> None:
    (book,) = contents_of(message(tmp_path, PRODUCT, short=short))
    assert (book.title, book.subtitle) == ("The Left Hand of Darkness", "A novel")
    assert book.authors == (
        Person(name="Ursula K. Le Guin", identifiers=(("isni", "0000000121442345"),)),
    )
    assert (book.series, book.series_position, book.language) == ("Hainish Cycle", 4, "en")
    assert (book.description, book.subjects) == ("An envoy.", ("Science fiction",))
    (publication,) = book.publications
    assert (publication.isbns, publication.format) == (("9780441478125",), "paperback")
    assert (publication.publisher, publication.published, publication.pages) == ("Ace", 1987, 304)
    assert (publication.language, publication.translators) == ("de", "Gisela Stege")


def test_the_original_title_is_none_of_its_own(tmp_path: Path) -> None:
    original = PRODUCT.replace("<TitleType>01</TitleType>", "<TitleType>03</TitleType>")
    original = original[original.rindex("<TitleDetail>") : original.rindex("</TitleDetail>")]
    original = f"{original.replace('Left Hand', 'Linke Hand')}</TitleDetail>"
    told = PRODUCT.replace("<DescriptiveDetail>", f"<DescriptiveDetail>{original}")
    (book,) = contents_of(message(tmp_path, told))
    assert book.title == "The Left Hand of Darkness"
    assert book.original_title == "The Linke Hand of Darkness"


def test_what_was_taken_back_and_what_has_no_title(tmp_path: Path) -> None:
    gone = "<Product><NotificationType>05</NotificationType></Product>"
    assert contents_of(message(tmp_path, gone + "<Product/>")) == [
        Skipped(onix.WITHDRAWN),
        Rejected(onix.NO_TITLE),
    ]
