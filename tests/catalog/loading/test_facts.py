"""Facts as files spell them."""

import pytest

from bookreviews.catalog.loading import facts
from bookreviews.catalog.loading.facts import DOUBTFUL, ROUNDED, SHEET_MUSIC, Isbns


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("1999", 1999),
        ("1999.0", 1999),
        ("-750.0", -750),
        ("May 4, 1999", 1999),
        ("c1999.", 1999),
        ("1999-05-04", 1999),
        ("0", None),
        ("19991", None),
        ("9999", None),
        ("", None),
        ("soon", None),
        (None, None),
    ],
)
def test_years(written: str | None, year: int | None) -> None:
    assert facts.year_of(written) == year


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("eng", "en"),
        ("/languages/eng", "en"),
        ("fre", "fr"),
        ("ger", "de"),
        ("en-US", "en-US"),
        ("en_GB", "en-GB"),
        ("nl", "nl"),
        ("fil", "fil"),
        ("mul", "mul"),
        ("und", ""),
        ("English", ""),
        ("xx", ""),
        ("", ""),
    ],
)
def test_languages(code: str, tag: str) -> None:
    assert facts.language_of(code) == tag


@pytest.mark.parametrize(
    ("written", "pages"),
    [("304", 304), ("xii, 304 p. : ill. ; 23 cm", 304), (304, 304), ("0", None), ("many", None)],
)
def test_pages(written: object, pages: int | None) -> None:
    assert facts.pages_of(written) == pages


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Mass Market Paperback", "paperback"),
        ("Hardcover", "hardcover"),
        ("Kindle Edition", "ebook"),
        ("Audio CD", "audiobook"),
        ("Papyrus", ""),
        (None, ""),
    ],
)
def test_formats(written: object, form: str) -> None:
    assert facts.format_of(written) == form


def test_subjects_leave_out_what_libraries_note_for_themselves() -> None:
    told = ["fiction", "Protected DAISY", "nyt:fiction=2012-01-01", "In library", "fiction", 7, " "]
    assert facts.subjects_of(told) == ("Fiction",)


def test_text_loses_what_cannot_be_shown() -> None:
    assert facts.line_of("A\x00 B\x1f\tC  D\ufffd") == "A B C D"
    assert (
        facts.paragraphs_of({"type": "/type/text", "value": "One\x00.\r\n\r\nTwo."})
        == "One.\n\nTwo."
    )
    assert facts.paragraphs_of(7) == ""
    assert facts.paragraphs_of("x" * 20_000).endswith("…")


class TestIsbns:
    @pytest.mark.parametrize(
        "written",
        ["9780439023481", "978-0-439-02348-1", "0439023483", "0-439-02348-3 (pbk.)", "439023483"],
    )
    def test_all_spellings_become_thirteen_digits(self, written: str) -> None:
        isbns = Isbns()
        isbns.take(written)
        assert (isbns.held, isbns.doubtful, isbns.notes()) == (("9780439023481",), (), [])

    def test_goodreads_writes_them_as_a_formula(self) -> None:
        isbns = Isbns()
        isbns.take('="0439023483"')
        assert isbns.held == ("9780439023481",)

    @pytest.mark.parametrize("written", ["812971060", "9780439023482", "ISBN", "12345"])
    def test_a_wrong_checksum_is_kept_and_never_repaired(self, written: str) -> None:
        isbns = Isbns()
        isbns.take(written)
        assert (isbns.held, isbns.doubtful, isbns.notes()) == ((), (written,), [DOUBTFUL])

    def test_sheet_music_is_kept_as_no_isbn(self) -> None:
        isbns = Isbns()
        isbns.take("979-0-060-11561-5")
        assert (isbns.held, isbns.doubtful) == ((), ("979-0-060-11561-5",))
        assert isbns.notes() == [SHEET_MUSIC]

    def test_a_rounded_number_is_noted_unless_the_whole_one_stands_beside(self) -> None:
        isbns = Isbns()
        isbns.take("9.78E+12")
        assert (isbns.held, isbns.doubtful, isbns.notes()) == ((), (), [ROUNDED])
        isbns.take("439023483")
        assert isbns.notes() == []

    def test_nothing_is_nothing(self) -> None:
        isbns = Isbns()
        isbns.take(None)
        isbns.take(" ")
        assert (isbns.held, isbns.doubtful, isbns.notes()) == ((), (), [])
