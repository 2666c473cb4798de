"""Cursors come back as they went out, and every other text is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, SmallInteger, column, select

from bookreviews.lib.pagination import (
    BrokenCursor,
    Page,
    continuing,
    decode,
    encode,
    keyset,
    page_of,
)
from bookreviews.lib.text import is_readable

_moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
_PARTS: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**31) + 1, 2**31 - 1),
    float: st.floats(-1e9, 1e9),
    str: st.text().filter(is_readable),
    datetime: _moments,
}
_keys = st.lists(st.sampled_from(list(_PARTS)), min_size=1, max_size=4).flatmap(
    lambda kinds: st.tuples(st.just(tuple(kinds)), st.tuples(*(_PARTS[kind] for kind in kinds)))
)


def cursor_of(plain: Any) -> str:
    """Forge a cursor of anything JSON can say, or of raw bytes."""
    raw = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class TestCursor:
    @given(_keys)
    def test_round_trip(self, drawn: tuple[tuple[type, ...], tuple[Any, ...]]) -> None:
        types, key = drawn
        assert decode(encode(key), types=types) == key

    @given(_keys)
    def test_is_fit_for_an_address(self, drawn: tuple[tuple[type, ...], tuple[Any, ...]]) -> None:
        cursor = encode(drawn[1])
        assert cursor.isascii()
        assert cursor.replace("-", "").replace("_", "").isalnum()

    def test_gives_moments_back_in_utc(self) -> None:
        there = datetime(2026, 3, 14, 14, tzinfo=timezone(timedelta(hours=2)))
        (moment,) = decode(encode((there,)), types=(datetime,))
        assert (moment, moment.tzinfo) == (there, UTC)

    def test_takes_a_whole_number_where_a_fraction_is_due(self) -> None:
        (value,) = decode(cursor_of([4]), types=(float,))
        assert (value, type(value)) == (4.0, float)

    @given(st.text() | st.binary().map(cursor_of))
    def test_of_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(BrokenCursor):
            decode(text, types=(int, str, datetime))

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "A",
            "!!!",
            "é",
            "\x00",
            "a" * 100_001,
            "bm90IEpTT04",
            cursor_of(b"\xff\xfe\x00"),
            cursor_of(b"[1"),
            cursor_of(b"[" * 100_000),
            cursor_of(b"[" * 3_000 + b"]" * 3_000),
            cursor_of(None),
            cursor_of(7),
            cursor_of("7"),
            cursor_of({"7": 7}),
            cursor_of([]),
            cursor_of([7, 7]),
            cursor_of([[7]]),
        ],
        ids=lambda cursor: repr(cursor[:20]),
    )
    def test_of_another_shape_is_refused(self, cursor: str) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor, types=(int,))

    @pytest.mark.parametrize("plain", ["7", {"7": 1}])
    def test_is_a_list_even_where_a_text_would_do(self, plain: Any) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of(plain), types=(str,))

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (int, None),
            (int, True),
            (int, 7.0),
            (int, "7"),
            (int, {}),
            (float, None),
            (float, True),
            (float, "7"),
            (str, 7),
            (str, None),
            (datetime, 7),
            (datetime, None),
            (datetime, ""),
            (datetime, "yesterday"),
            (datetime, "2026-02-30T00:00:00+00:00"),
        ],
    )
    def test_of_another_type_is_refused(self, kind: type, value: Any) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of([value]), types=(kind,))

    @pytest.mark.parametrize(
        ("kind", "number"),
        [
            *((int, n) for n in (2**31, -(2**31), 2**63, -(2**63), 10**400)),
            *((float, n) for n in (10**400, 1e300, -1e300)),
            *((float, float(n)) for n in ("nan", "inf", "-inf")),
        ],
        ids=lambda value: str(value)[:12],
    )
    def test_of_a_number_no_column_holds_is_refused(self, kind: type, number: float) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of([number]), types=(kind,))

    def test_of_more_digits_than_python_reads_is_refused(self) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of(b"[" + b"9" * 5_000 + b"]"), types=(int,))

    @pytest.mark.parametrize("text", ["a\x00b", chr(0xD800), chr(0xDFFF), "\ufffd"])
    def test_of_a_text_no_column_holds_is_refused(self, text: str) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of([text]), types=(str,))

    @pytest.mark.parametrize("moment", ["2026-03-14", "2026-03-14T12:00:00"])
    def test_of_a_naive_moment_is_refused(self, moment: str) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of([moment]), types=(datetime,))

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    def test_of_a_moment_outside_the_calendar_is_refused(self, moment: str) -> None:
        with pytest.raises(BrokenCursor):
            decode(cursor_of([moment]), types=(datetime,))


class TestPage:
    @staticmethod
    def page(count: int) -> Page[int]:
        return page_of(range(count), size=3, key=lambda row: (row,), is_first=True)

    def test_shows_what_fits_and_leads_on_from_the_last_row(self) -> None:
        page = self.page(4)
        assert list(page.rows) == [0, 1, 2]
        assert page.older == encode((2,))

    @pytest.mark.parametrize("count", [0, 1, 2, 3])
    def test_is_the_last_where_no_further_row_was_found(self, count: int) -> None:
        page = self.page(count)
        assert list(page.rows) == list(range(count))
        assert page.older is None


class TestKeyset:
    columns = (column("year", SmallInteger), column("id", Integer))

    def sql(self, *, downward: bool, continues: bool) -> str:
        statement = keyset(
            select(*self.columns),
            self.columns,
            ("year", "id"),
            downward=downward,
            continues=continues,
        )
        return " ".join(str(statement).split())

    def test_sorts_all_columns_in_one_direction(self) -> None:
        first = self.sql(downward=True, continues=False)
        assert first == "SELECT year, id ORDER BY year DESC, id DESC"
        assert self.sql(downward=False, continues=False).endswith("ORDER BY year ASC, id ASC")

    def test_continues_after_the_row_of_the_cursor(self) -> None:
        key = "(:after_year, :after_id)"
        assert f"(year, id) < {key}" in self.sql(downward=True, continues=True)
        assert f"(year, id) > {key}" in self.sql(downward=False, continues=True)


def test_a_statement_goes_on_after_a_cursor_or_begins() -> None:
    names, types = ("stars", "id"), (float, int)
    assert continuing(None, names, types) == {}
    cursor = encode((4.5, 7))
    assert continuing(cursor, names, types) == {"after_stars": 4.5, "after_id": 7}
    with pytest.raises(BrokenCursor):
        continuing("broken", names, types)
