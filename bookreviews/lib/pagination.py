"""Keyset pagination: a page starts after the last row of the one before, never at an offset.

Page 1,000 costs what page 1 costs, and a row that arrives meanwhile shifts nothing. A cursor
is the sort key of a row, as URL-safe text; it is not a secret, and a broken one is refused.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Integer, SmallInteger, bindparam, tuple_

from bookreviews.lib.orm import LARGEST_INTEGER, Statement
from bookreviews.lib.text import is_readable

Row = TypeVar("Row")
Key = tuple[Any, ...]


class BrokenCursor(ValueError):
    """The text is no cursor, or one of another list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursors that lead on (`older`) and back to the start (`is_first`)."""

    rows: Sequence[Row]
    older: str | None
    is_first: bool


def page_of(
    rows: Sequence[Row], *, size: int, key: Callable[[Row], Key], is_first: bool
) -> Page[Row]:
    """Make a page of at most `size` rows out of up to `size + 1` fetched ones.

    The extra row is never shown; it only tells that there is a next page.
    """
    shown = rows[:size]
    more = len(rows) > size
    return Page(shown, encode(key(shown[-1])) if more else None, is_first)


def keyset(
    statement: Statement,
    columns: Sequence[Any],
    names: Sequence[str],
    *,
    downward: bool,
    continues: bool,
) -> Statement:
    """Sort `statement` by `columns`, the last of them unique; start after a row if it continues.

    The row's key is given as the parameters `after_<name>`, all columns in one direction, so
    that one index answers it.
    """
    if continues:
        last = tuple_(
            *(
                bindparam(f"after_{name}", type_=_wide(column.type))
                for name, column in zip(names, columns, strict=True)
            )
        )
        whole = tuple_(*columns)
        statement = statement.where(whole < last if downward else whole > last)
    return statement.order_by(*(c.desc() if downward else c.asc() for c in columns))


def continuing(after: str | None, names: Sequence[str], types: tuple[type, ...]) -> dict[str, Any]:
    """Return the parameters with which a `keyset` goes on after a cursor; none to begin with.

    A broken cursor raises BrokenCursor.
    """
    if after is None:
        return {}
    key = decode(after, types=types)
    return {f"after_{name}": value for name, value in zip(names, key, strict=True)}


def encode(key: Key) -> str:
    """Return the cursor of a sort key made of numbers, texts and moments."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in key]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, *, types: tuple[type, ...]) -> Key:
    """Return the sort key in `cursor`, whose parts are of these `types`, or raise BrokenCursor."""
    try:
        parts = zip(_parts(cursor), types, strict=True)
        return tuple(_restore(value, kind) for value, kind in parts)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BrokenCursor(cursor) from error


def _parts(cursor: str) -> list[Any]:
    plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(plain, list):
        raise TypeError("a key is a list")
    return plain


def _restore(value: Any, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(UTC)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not of {kind}")
    if (
        isinstance(value, (int, float)) and not abs(value) <= LARGEST_INTEGER
    ):  # so said, NaN fails too
        raise ValueError("no key of ours is that large")
    if isinstance(value, str) and not is_readable(value):
        raise ValueError("no text of ours has such characters")
    return value


def _wide(kind: Any) -> Any:
    """Let a key be any number we take, whatever its column holds; the index serves both."""
    return Integer() if isinstance(kind, SmallInteger) else kind
