"""CSV of any dialect, with headers of any kind."""

from pathlib import Path
from typing import Any

import pytest

from bookreviews.catalog.loading import spreadsheets
from bookreviews.catalog.loading.entries import Person, Rejected, Tally
from bookreviews.catalog.loading.facts import DOUBTFUL
from bookreviews.catalog.loading.spreadsheets import natural_order, parted_title
from bookreviews.catalog.loading.streams import UnreadableFile
from tests.catalog.loading.files import contents_of, csv_file, entries_of, text_file

GOODBOOKS = (
    "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,"
    "original_publication_year,original_title,title,language_code,average_rating,ratings_count,"
    "work_ratings_count,work_text_reviews_count,ratings_1,ratings_2,ratings_3,ratings_4,ratings_5"
)


def one(file: Path) -> Any:
    (content,) = contents_of(file)
    return content


def test_the_columns_of_goodbooks(tmp_path: Path) -> None:
    row = (
        '1,99,77,2792775,272,439023483,9.78E+12,"Suzanne Collins, Mary GrandPré",-8.0,'
        'Hunger,"The Hunger Games (The Hunger Games, #1)",en-US,4.34,90,100,9,1,2,3,4,10'
    )
    book = one(text_file(tmp_path, GOODBOOKS, row))
    assert (book.title, book.series, book.series_position) == (
        "The Hunger Games",
        "The Hunger Games",
        1,
    )
    assert book.original_title == "Hunger"
    assert book.authors == (Person(name="Suzanne Collins"), Person(name="Mary GrandPré"))
    assert (book.first_published, book.language) == (-8, "en")
    assert book.identifiers == (("goodreads-work", "2792775"),)
    (publication,) = book.publications
    assert publication.isbns == ("9780439023481",)
    assert publication.identifiers == (("goodreads", "77"),)
    assert publication.language == "en-US"
    assert book.tally == Tally(
        source="goodreads", counts=(1, 2, 3, 4, 10), ratings_count=20, average=4.0
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_and_order(tmp_path: Path, delimiter: str) -> None:
    lines = (
        ["Publisher", "Book Title", "Year of Publication", "ISBN-13", "Author"],
        ["Ace", "The Left Hand of Darkness", "1969", "978-0-441-47812-5", "Le Guin, Ursula K."],
    )
    quoted = [delimiter.join(f'"{cell}"' for cell in line) for line in lines]
    book = one(text_file(tmp_path, *quoted))
    assert (book.title, book.first_published) == ("The Left Hand of Darkness", 1969)
    assert book.authors == (Person(name="Ursula K. Le Guin"),)
    assert book.publications[0].isbns == ("9780441478125",)


def test_what_goodreads_exports(tmp_path: Path) -> None:
    header = "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Binding"
    row = (
        '18423,Good Omens,Terry Pratchett,"Pratchett, Terry",Neil Gaiman,'
        '"=""0441478123""",,0,Paperback'
    )
    book = one(text_file(tmp_path, header, row))
    assert book.authors == (Person(name="Terry Pratchett"), Person(name="Neil Gaiman"))
    assert book.publications[0].isbns == ("9780441478125",)
    assert book.publications[0].identifiers == (("goodreads", "18423"),)
    assert book.tally is None


def test_ids_of_nobody_named_are_those_of_the_file(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("title", "work_id"), ("One", "1"), ("Two", "2"))
    first, second = contents_of(file)
    (scheme, value) = first.identifiers[0]
    assert scheme.startswith("file-")
    assert (value, second.identifiers) == ("1", ((scheme, "2"),))
    named = list(contents_of(file, owner="library"))
    assert named[0].identifiers == (("library-work", "1"),)


@pytest.mark.parametrize(
    ("written", "title", "series", "position"),
    [
        ("Twilight (Twilight, #1)", "Twilight", "Twilight", 1),
        ("Maus (Maus, #1-2)", "Maus", "Maus", None),
        (
            "His Dark Materials (His Dark Materials #1-3)",
            "His Dark Materials",
            "His Dark Materials",
            None,
        ),
        ("Mort (Death, #1; Discworld, #4)", "Mort", "Death", 1),
        ("Raising Steam (Discworld, #40, Moist von Lipwig #3 )", "Raising Steam", "Discworld", 40),
        (
            "A Storm of Swords (A Song of Ice and Fire, #3: Part 2 of 2)",
            "A Storm of Swords",
            "A Song of Ice and Fire",
            3,
        ),
        (
            "Happily Ever After (The Selection, #0.4, 0.5)",
            "Happily Ever After",
            "The Selection",
            None,
        ),
        ("Ranma ½, Vol. 1 (Ranma ½ (US 2nd), #1)", "Ranma ½, Vol. 1", "Ranma ½ (US 2nd)", 1),
        (
            "The Silmarillion (Middle-Earth Universe)",
            "The Silmarillion (Middle-Earth Universe)",
            "",
            None,
        ),
        ("Saga #1", "Saga #1", "", None),
        ("#GIRLBOSS", "#GIRLBOSS", "", None),
        ("(#1)", "(#1)", "", None),
        ("Half open (Series, #1", "Half open (Series, #1", "", None),
    ],
)
def test_a_series_inside_a_title(
    written: str, title: str, series: str, position: int | None
) -> None:
    assert parted_title(written) == (title, series, position)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("J.K. Rowling, Mary GrandPré", ["J.K. Rowling", "Mary GrandPré"]),
        (
            "Martin Luther King, Jr., Clayborne Carson",
            ["Martin Luther King, Jr.", "Clayborne Carson"],
        ),
        ("Le Guin, Ursula K.; Tolkien, J. R. R.", ["Ursula K. Le Guin", "J. R. R. Tolkien"]),
        ("J.K. Rowling/Mary GrandPré", ["J.K. Rowling", "Mary GrandPré"]),
        ("Homer, Homer", ["Homer"]),
        (" , ,", []),
    ],
)
def test_authors_in_one_cell(tmp_path: Path, written: str, names: list[str]) -> None:
    book = one(csv_file(tmp_path, ("title", "authors"), ("A title", written)))
    assert [person.name for person in book.authors] == names


def test_names_are_turned_round() -> None:
    assert natural_order("Tolkien, J. R. R.") == "J. R. R. Tolkien"
    assert natural_order("King, Jr.") == "King, Jr."
    assert natural_order("Plato") == "Plato"


def test_a_row_may_hold_line_ends(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path, ("title", "description"), ("One", 'Two "lines"\nof text.'), ("Two", "")
    )
    first, second = entries_of(file)
    assert first.content.description == 'Two "lines"\nof text.'  # type: ignore[union-attr]
    assert (first.line, second.line) == (2, 4)


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row(tmp_path: Path) -> None:
    rows = [f"Title {number},Author {number}" for number in range(5)]
    file = text_file(tmp_path, "title,author", *rows[:2], 'Broken,"Author', *rows[2:])
    entries = entries_of(file)
    assert [entry.line for entry in entries] == [2, 3, 4, 5, 6, 7]
    assert entries[2].content == Rejected(spreadsheets.OPEN_QUOTE)
    assert entries[5].content.title == "Title 4"  # type: ignore[union-attr]


def test_rows_that_cannot_be(tmp_path: Path) -> None:
    file = text_file(
        tmp_path, "title,isbn", "One,812971060", "Two", "Three,1,2", ",9780441478125", "", "Last,"
    )
    entries = entries_of(file)
    assert entries[0].notes == [DOUBTFUL]
    assert [entry.content for entry in entries[1:4]] == [
        Rejected(spreadsheets.OTHER_FIELDS),
        Rejected(spreadsheets.OTHER_FIELDS),
        Rejected(spreadsheets.NO_TITLE),
    ]
    assert entries[4].content.publications == ()  # type: ignore[union-attr]


def test_a_header_alone_is_no_error(tmp_path: Path) -> None:
    assert entries_of(csv_file(tmp_path, ("title", "author"))) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mark_at_the_beginning_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    file = text_file(tmp_path, "title,author", "Ære,Jón", encoding=encoding)
    assert one(file).title == "Ære"


def test_another_encoding_has_to_be_said(tmp_path: Path) -> None:
    file = text_file(tmp_path, "titre,auteur", "Été,Zoé", encoding="cp1252")
    assert one(file) == Rejected(spreadsheets.NOT_TEXT)
    (book,) = contents_of(file, encoding="cp1252")
    assert (book.title, book.authors) == ("Été", (Person(name="Zoé"),))
    file = text_file(tmp_path, "titre,année", "Été,1999", encoding="cp1252")
    with pytest.raises(UnreadableFile, match="--encoding cp1252"):
        entries_of(file)


def test_averages_without_counts_of_stars(tmp_path: Path) -> None:
    header = ("title", "average_rating", "ratings_count")
    file = csv_file(tmp_path, header, ("A", "4.5", "1,200"), ("B", "7", "9"), ("C", "4", ""))
    first, second, third = contents_of(file)
    assert first.tally == Tally(source="elsewhere", ratings_count=1200, average=4.5)
    assert (second.tally, third.tally) == (None, None)
