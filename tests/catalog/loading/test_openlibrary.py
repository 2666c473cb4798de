"""Open Library's dumps, with every oddity that they have."""

from pathlib import Path
from typing import Any

import pytest

from bookreviews.catalog.loading import openlibrary
from bookreviews.catalog.loading.entries import Book, Person, Rating, Redirect, Rejected, Skipped
from tests.catalog.loading.files import (
    author_line,
    contents_of,
    dump_line,
    edition_line,
    entries_of,
    text_file,
    work_line,
)


def one(folder: Path, line: str) -> Any:
    (content,) = contents_of(text_file(folder, line))
    return content


def test_an_author(tmp_path: Path) -> None:
    told = author_line(
        1,
        "Ursula K. Le Guin",
        personal_name="Le Guin, Ursula K.",
        alternate_names=["Ursula Le Guin", "Ursula K. Le Guin", ""],
        remote_ids={"viaf": "102333412", "wikidata": "Q181659", "amazon": "B000"},
    )
    assert one(tmp_path, told) == Person(
        name="Ursula K. Le Guin",
        other_names=("Le Guin, Ursula K.", "Ursula Le Guin"),
        identifiers=(("openlibrary", "OL1A"), ("viaf", "102333412"), ("wikidata", "Q181659")),
    )


def test_a_work(tmp_path: Path) -> None:
    told = work_line(
        2,
        "The Left Hand of Darkness",
        1,
        subtitle="A novel",
        description={"type": "/type/text", "value": "An envoy."},
        subjects=["science fiction"],
        first_publish_date="March 1969",
    )
    assert one(tmp_path, told) == Book(
        title="The Left Hand of Darkness",
        subtitle="A novel",
        authors=(Person(identifiers=(("openlibrary", "OL1A"),)),),
        subjects=("Science fiction",),
        description="An envoy.",
        first_published=1969,
        identifiers=(("openlibrary", "OL2W"),),
    )


def test_an_edition(tmp_path: Path) -> None:
    told = edition_line(
        3,
        "Left Hand of Darkness",
        2,
        title_prefix="The ",
        isbn_10=["0441478123"],
        isbn_13=["9780441478125"],
        publishers=["Ace"],
        publish_date="July 1987",
        number_of_pages=304,
        physical_format="Mass Market Paperback",
        languages=[{"key": "/languages/eng"}],
        series=["Hainish Cycle ; 4"],
        identifiers={"goodreads": ["18423"]},
    )
    book = one(tmp_path, told)
    assert (book.title, book.identifiers) == (
        "The Left Hand of Darkness",
        (("openlibrary", "OL2W"),),
    )
    assert (book.series, book.series_position, book.language) == ("Hainish Cycle", 4, "en")
    (publication,) = book.publications
    assert publication.isbns == ("9780441478125",)
    assert publication.identifiers == (("openlibrary", "OL3M"), ("goodreads", "18423"))
    assert (publication.publisher, publication.published, publication.pages) == ("Ace", 1987, 304)
    assert (publication.format, publication.language) == ("paperback", "en")


def test_a_translation_says_nothing_of_the_language_of_the_work(tmp_path: Path) -> None:
    told = edition_line(
        3,
        "Die linke Hand der Dunkelheit",
        2,
        languages=[{"key": "/languages/ger"}],
        contributors=[{"role": "Translator", "name": "Gisela Stege"}],
    )
    book = one(tmp_path, told)
    assert (book.language, book.publications[0].language) == ("", "de")
    assert book.publications[0].translators == "Gisela Stege"
    told = edition_line(
        3,
        "Die linke Hand",
        2,
        languages=["/languages/ger"],
        translated_from=[{"key": "/languages/eng"}],
        translation_of="The Left Hand of Darkness",
    )
    book = one(tmp_path, told)
    assert (book.language, book.original_title) == ("en", "The Left Hand of Darkness")


@pytest.mark.parametrize(
    "entered",
    [
        [{"author": "/authors/OL1A", "type": "/type/author_role"}],
        [{"author": {"key": "/a/OL1A"}}],
        [{"key": "/a/OL1A"}],
        ["/authors/OL1A", "/authors/OL1A", None, 7],
        {"key": "/authors/OL1A"},
    ],
)
def test_authors_are_entered_in_many_ways(tmp_path: Path, entered: Any) -> None:
    book = one(tmp_path, dump_line("work", "/works/OL2W", title="A title", authors=entered))
    assert book.authors == (Person(identifiers=(("openlibrary", "OL1A"),)),)


def test_old_keys_mean_the_same(tmp_path: Path) -> None:
    assert one(tmp_path, dump_line("author", "/a/OL1A", name="A B")).identifiers == (
        ("openlibrary", "OL1A"),
    )
    book = one(tmp_path, dump_line("edition", "/b/OL3M", title="A title"))
    assert (book.identifiers, book.publications[0].identifiers) == ((), (("openlibrary", "OL3M"),))


def test_a_description_may_be_plain_text(tmp_path: Path) -> None:
    assert one(tmp_path, work_line(2, "A title", description="Plain.")).description == "Plain."


def test_redirects_and_what_was_deleted(tmp_path: Path) -> None:
    assert one(tmp_path, dump_line("redirect", "/works/OL2W", location="/works/OL3W")) == Redirect(
        identifier=("openlibrary", "OL2W"), target="OL3W"
    )
    assert one(tmp_path, dump_line("delete", "/works/OL2W")) == Skipped(openlibrary.DELETED)
    assert one(tmp_path, dump_line("redirect", "/people/x", location="/people/y")) == Skipped(
        openlibrary.NO_BOOK
    )
    assert one(
        tmp_path, dump_line("redirect", "/works/OL2W", location="/authors/OL3A")
    ) == Rejected(openlibrary.NO_KEY)
    assert one(tmp_path, dump_line("page", "/about")) == Skipped(openlibrary.NO_BOOK)


def test_ratings(tmp_path: Path) -> None:
    file = text_file(
        tmp_path,
        "/works/OL2W\t/books/OL3M\t4\t2020-01-31",
        "/works/OL2W\t\t5\t2020-01-31",
        "/works/OL2W\t\t6\t2020-01-31",
        "/authors/OL2A\t\t5\t2020-01-31",
    )
    assert contents_of(file) == [
        Rating(source="openlibrary", work=("openlibrary", "OL2W"), stars=4),
        Rating(source="openlibrary", work=("openlibrary", "OL2W"), stars=5),
        Rejected(openlibrary.BAD_RATING),
        Rejected(openlibrary.NO_KEY),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/type/work\t/works/OL2W\t1\t2020", openlibrary.NOT_FIVE_FIELDS),
        (work_line(2, "A title") + "\tmore", openlibrary.NOT_FIVE_FIELDS),
        ("/type/work\t/works/OL2W\t1\t2020\t{", openlibrary.BROKEN_JSON),
        ("/type/work\t/works/OL2W\t1\t2020\t" + "[" * 100_000, openlibrary.BROKEN_JSON),
        ("/type/work\t/works/OL2W\t1\t2020\t[1]", openlibrary.BROKEN_JSON),
        (dump_line("work", "/works/x", title="A title"), openlibrary.NO_KEY),
        (work_line(2, ""), openlibrary.NO_TITLE),
        (work_line(2, "\u200b"), openlibrary.NO_TITLE),
        (dump_line("work", "/works/OL2W"), openlibrary.NO_TITLE),
        (author_line(1, " "), openlibrary.NO_NAME),
    ],
)
def test_what_cannot_be_is_rejected_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    file = text_file(tmp_path, work_line(1, "First"), line, work_line(3, "Last"))
    first, rejected, last = entries_of(file)
    assert (rejected.content, rejected.line, rejected.raw) == (Rejected(reason), 2, line.encode())
    assert (first.content.title, last.content.title) == ("First", "Last")  # type: ignore[union-attr]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "dump.txt"
    line = work_line(1, "First").encode()
    file.write_bytes(line + b"\n/type/work\t/works/OL2W\t1\t2020\t{\xff}\n\n" + line)
    contents = list(contents_of(file))
    assert contents[1] == Rejected(openlibrary.NOT_UTF8)
    assert len(contents) == 3  # an empty line says nothing


def test_nuls_are_left_out(tmp_path: Path) -> None:
    assert one(tmp_path, work_line(2, "A\x00 title", description="x\x00y")).title == "A title"
