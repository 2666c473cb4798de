"""The audit trail as a table for spreadsheets: CSV whose cells are never taken for formulas."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from bookreviews.lib.orm import Record

HEAD = ("id", "at", "by", "act", "about", "details")

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Iterable[Record]) -> Iterator[str]:
    """Yield the lines of a CSV file of `entries`, its head first."""
    yield head()
    yield from lines_of(entries)


def head() -> str:
    """Return the first line, which names the columns."""
    return _line(HEAD)


def lines_of(entries: Iterable[Record]) -> Iterator[str]:
    """Yield a line for each entry."""
    for entry in entries:
        yield _line(
            (
                str(entry.id),
                entry.at.isoformat(timespec="seconds"),
                entry.actor_username or entry.actor_kind,
                entry.act,
                entry.person_username or "",
                json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
                if entry.details
                else "",
            )
        )


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_inert(cell) for cell in cells])
    return text.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
