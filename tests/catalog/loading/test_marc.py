"""MARC 21, as libraries exchange it."""

from pathlib import Path
from typing import Any

import pytest
from pymarc import Leader, Record

from bookreviews.catalog.loading import marc
from bookreviews.catalog.loading.entries import Person, Rejected, Skipped
from bookreviews.catalog.loading.streams import UnreadableFile
from tests.catalog.loading.files import contents_of, marc_file, marc_record, marc_xml_file

VIAF = "http://viaf.org/viaf/102333412"
WRITERS = [marc_file, marc_xml_file]


def left_hand() -> Record:
    return marc_record(
        ("020", "  ", [("a", "9780441478125 (pbk.)")]),
        ("020", "  ", [("a", "0441478124")]),
        ("041", "1 ", [("a", "eng"), ("h", "fre")]),
        ("100", "1 ", [("a", "Le Guin, Ursula K.,"), ("d", "1929-2018."), ("1", VIAF)]),
        ("245", "14", [("a", "The left hand of darkness :"), ("b", "a novel /"), ("c", "By her.")]),
        ("264", " 1", [("a", "New York :"), ("b", "Ace Books,"), ("c", "1987.")]),
        ("300", "  ", [("a", "xii, 304 pages ;")]),
        ("490", "1 ", [("a", "Hainish cycle ;"), ("v", "4")]),
        ("520", "  ", [("a", "An envoy.")]),
        ("650", " 0", [("a", "Science fiction.")]),
        ("700", "1 ", [("a", "Stege, Gisela,"), ("e", "translator.")]),
        ("700", "1 ", [("a", "Gaiman, Neil.")]),
    )  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_a_record(tmp_path: Path, write: Any) -> None:
    (book,) = contents_of(write(tmp_path, left_hand()))
    assert (book.title, book.subtitle) == ("The left hand of darkness", "a novel")
    assert book.authors == (
        Person(name="Ursula K. Le Guin", identifiers=(("viaf", "102333412"),)),
        Person(name="Neil Gaiman"),
    )
    assert (book.subjects, book.description) == (("Science fiction",), "An envoy.")
    assert (book.series, book.series_position, book.language) == ("Hainish cycle", 4, "fr")
    (publication,) = book.publications
    assert (publication.isbns, publication.doubtful_isbns) == (("9780441478125",), ("0441478124",))
    assert (publication.publisher, publication.published, publication.pages) == (
        "Ace Books",
        1999,
        304,
    )
    assert (publication.language, publication.translators) == ("en", "Gisela Stege")


@pytest.mark.parametrize(("language", "original"), [("English", "Vägen"), ("", "")])
def test_the_original_title_of_a_translation(tmp_path: Path, language: str, original: str) -> None:
    record = marc_record(
        ("240", "10", [("a", "Vägen."), ("l", language)]),
        ("245", "14", [("a", "The road /")]),
    )
    (book,) = contents_of(marc_file(tmp_path, record))
    assert (book.title, book.original_title) == ("The road", original)


@pytest.mark.parametrize("write", WRITERS)
def test_maps_are_no_books(tmp_path: Path, write: Any) -> None:
    record = left_hand()
    record.leader = Leader("00000nem a2200000 a 4500")
    assert contents_of(write(tmp_path, record)) == [Skipped(marc.NO_BOOK)]


def test_a_record_without_a_title(tmp_path: Path) -> None:
    assert contents_of(marc_file(tmp_path, marc_record())) == [Rejected(marc.NO_TITLE)]


def test_a_damaged_record_costs_only_itself(tmp_path: Path) -> None:
    file = marc_file(tmp_path, left_hand())
    whole = file.read_bytes()
    file.write_bytes(whole + b"99999garbage" * 9 + b"\x1d" + whole)
    first, damaged, last = contents_of(file)
    assert damaged == Rejected(marc.BROKEN)
    assert first == last


def test_a_file_that_was_cut_off_says_so_after_what_came(tmp_path: Path) -> None:
    file = marc_file(tmp_path, left_hand())
    file.write_bytes(file.read_bytes() * 2 + file.read_bytes()[:100])
    with pytest.raises(UnreadableFile, match="cut off"):
        contents_of(file)


def test_xml_that_was_cut_off(tmp_path: Path) -> None:
    file = marc_xml_file(tmp_path, left_hand())
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(UnreadableFile, match="cut off"):
        contents_of(file)


def test_entities_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xml"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        "<collection><record><leader>&b;</leader></record></collection>"
    )
    with pytest.raises(UnreadableFile, match="entities"):
        contents_of(file)
