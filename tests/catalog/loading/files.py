"""Small files of every format, as they come from those who make them."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pymarc import Field, Indicators, Record, Subfield
from pymarc.marcxml import record_to_xml

from bookreviews.catalog.loading import loads
from bookreviews.catalog.loading.entries import Entry


def dump_line(kind: str, key: str, **record: Any) -> str:
    """Return a line of one of Open Library's dumps."""
    whole = {"key": key, "type": {"key": f"/type/{kind}"}, **record}
    return "\t".join([f"/type/{kind}", key, "3", "2024-01-02T03:04:05.6", json.dumps(whole)])


def author_line(number: int, name: str, **record: Any) -> str:
    return dump_line("author", f"/authors/OL{number}A", name=name, **record)


def work_line(number: int, title: str, *authors: int, **record: Any) -> str:
    roles = [
        {"type": {"key": "/type/author_role"}, "author": {"key": f"/authors/OL{author}A"}}
        for author in authors
    ]
    return dump_line("work", f"/works/OL{number}W", title=title, authors=roles, **record)


def edition_line(number: int, title: str, work: int, **record: Any) -> str:
    works = [{"key": f"/works/OL{work}W"}]
    return dump_line("edition", f"/books/OL{number}M", title=title, works=works, **record)


def text_file(folder: Path, *lines: str, name: str = "books.txt", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return file


def packed(file: Path) -> Path:
    """Return the same file, packed by gzip."""
    beside = file.with_name(f"{file.name}.gz")
    beside.write_bytes(gzip.compress(file.read_bytes()))
    return beside


def csv_file(
    folder: Path, header: Sequence[str], *rows: Sequence[object], name: str = "books.csv"
) -> Path:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([header, *rows])
    file = folder / name
    file.write_text(table.getvalue(), encoding="utf-8", newline="")
    return file


def marc_record(
    *fields: tuple[str, str, Sequence[tuple[str, str]]], language: str = "eng"
) -> Record:
    """Return a record of the fields (tag, indicators, subfields) that are given."""
    record = Record(leader="00000nam a2200000 a 4500")
    published = f"010203s1999    nyu           000 1 {language} d"
    record.add_field(Field(tag="008", data=published))
    for tag, indicators, subfields in fields:
        record.add_field(
            Field(
                tag=tag,
                indicators=Indicators(*indicators),
                subfields=[Subfield(*one) for one in subfields],
            )
        )
    return record


def marc_file(folder: Path, *records: Record) -> Path:
    file = folder / "books.mrc"
    file.write_bytes(b"".join(record.as_marc() for record in records))
    return file


def marc_xml_file(folder: Path, *records: Record) -> Path:
    file = folder / "books.xml"
    inner = b"".join(record_to_xml(record) for record in records)
    namespace = b'xmlns="http://www.loc.gov/MARC21/slim"'
    file.write_bytes(
        b'<?xml version="1.0"?><collection ' + namespace + b">" + inner + b"</collection>"
    )
    return file


def entries_of(file: Path, **wishes: str) -> list[Entry]:
    """Return all that a file says, read as the loader reads it."""
    examined = loads.examine(file, **wishes)
    with examined.source:
        return list(examined.recognised.entries())


def contents_of(file: Path, **wishes: str) -> Iterable[Any]:
    return [entry.content for entry in entries_of(file, **wishes)]
