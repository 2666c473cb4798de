"""What a file is shows in what it holds; what can't be read is refused with a sentence."""

import gzip
import zlib
from pathlib import Path

import pytest

from bookreviews.catalog.loading import loads, openlibrary, streams
from bookreviews.catalog.loading.entries import Rejected
from bookreviews.catalog.loading.streams import Growing, Source, UnreadableFile
from tests.catalog.loading.files import (
    author_line,
    contents_of,
    csv_file,
    edition_line,
    entries_of,
    packed,
    text_file,
    work_line,
)


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # or no two processes would name a test alike


def format_of(file: Path) -> str:
    examined = loads.examine(file)
    with examined.source:
        return examined.recognised.format


def test_the_name_says_nothing(tmp_path: Path) -> None:
    dump = text_file(tmp_path, work_line(1, "A title"), name="books.csv")
    assert format_of(dump) == "Open Library"
    assert format_of(packed(dump)) == "Open Library"
    ratings = text_file(tmp_path, "/works/OL1W\t\t5\t2020-01-01", name="works.xml")
    assert format_of(ratings) == "Open Library ratings"
    assert format_of(csv_file(tmp_path, ("title",), ("One",), name="dump.txt.gz")) == "CSV"


def test_a_damaged_first_line_hides_nothing(tmp_path: Path) -> None:
    assert format_of(text_file(tmp_path, "\tgarbage", work_line(1, "A title"))) == "Open Library"


def test_files_are_loaded_in_the_order_in_which_they_need_each_other(tmp_path: Path) -> None:
    lines = {
        "e": edition_line(1, "A title", 1),
        "r": "/works/OL1W\t\t5\t2020-01-01",
        "a": author_line(1, "A B"),
        "w": work_line(1, "A title"),
    }
    turns = {
        name: loads.examine(text_file(tmp_path, line, name=name)).recognised.turn
        for name, line in lines.items()
    }
    assert sorted(turns, key=lambda name: turns[name]) == ["a", "w", "e", "r"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (_packed(b""), "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "is a picture"),
        (_packed(b"\xff\xd8\xff\xe0" + b"x" * 100), "is a picture"),
        (b"PK\x03\x04" + b"x" * 100, "please unpack"),
        (_packed(_packed(b"title\n")), "packed twice"),
        (b"\0" * 1000, "no text"),
        (b"<html><p>Not found", "XML, but neither"),
        (b"Dear reader,\nthis is a letter.\n", "none of the files"),
        (b"author,year\nA,1999\n", "one for the title"),
        (b"\x1f\x8bxxxxxxxxxxxxxxxxxxxx", "damaged"),
    ],
)
def test_what_it_is_not(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "books"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        loads.examine(file)


def test_folders_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is a folder"):
        loads.examine(tmp_path)
    with pytest.raises(UnreadableFile, match="No such file"):
        loads.examine(tmp_path / "missing")


def test_a_line_too_long_is_rejected_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LONGEST_LINE", 2000)
    file = text_file(tmp_path, work_line(1, "One"), "x" * 70_000, work_line(2, "Two"))
    first, long, second = entries_of(file)
    assert (long.content, long.raw, long.line) == (Rejected(openlibrary.TOO_LONG), b"", 2)
    assert (first.line, second.line) == (1, 3)


def test_a_packed_file_that_was_cut_off_says_so_after_what_came(tmp_path: Path) -> None:
    lines = [work_line(number, f"Title {number * 7919}") for number in range(1, 2000)]
    file = packed(text_file(tmp_path, *lines))
    file.write_bytes(file.read_bytes()[:-200])
    examined = loads.examine(file)
    read = []
    with pytest.raises(UnreadableFile, match="cut off"):
        read.extend(examined.recognised.entries())


def test_a_bomb_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_ALWAYS_FINE", 1024 * 1024)
    bomb = tmp_path / "bomb.gz"
    packer = zlib.compressobj(9, wbits=31)
    line = f"{work_line(1, 'A title')}\n".encode()
    parts = [packer.compress(line)] + [packer.compress(b"x" * 1024 * 1024) for _ in range(40)]
    bomb.write_bytes(b"".join(parts) + packer.flush())
    with pytest.raises(Growing, match="200 times"):
        contents_of(bomb)


def test_an_encoding_is_one_of_text() -> None:
    assert streams.encoding_of("latin-1") == "iso8859-1"
    assert streams.encoding_of("UTF8") == ""
    for nonsense in ("klingon", "base64", "\0"):
        with pytest.raises(UnreadableFile, match="is no encoding"):
            streams.encoding_of(nonsense)


def test_the_digest_is_that_of_the_file_on_the_disk(tmp_path: Path) -> None:
    file = text_file(tmp_path, work_line(1, "A title"))
    with Source(file) as plain, Source(packed(file)) as other:
        assert plain.digest() != other.digest()
        assert plain.digest() == plain.digest()
