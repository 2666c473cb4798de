"""How fast files are loaded, beside the bare bulk insert of the same rows, in one run.

    python -m benchmarks.loading [WORKS]

It writes dumps like Open Library's of WORKS works (20,000), 0.4 authors and 1.3 editions for each,
loads them as `bookreviews catalog load` does, reads back every row that this made, and puts the
same rows into the same tables and indexes, empty again: by executemany in one transaction into
SQLite, by COPY in one transaction into the empty PostgreSQL that BENCH_DATABASE_URL names. The
ratio says how fast loading is, parsing, matching, addresses, search and all, if putting is 1. It
is told by the clock and by processor time, which depends less on who else is busy here.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, select, text

from bookreviews import create_app
from bookreviews.catalog.loading import loads
from bookreviews.cli.loading import Wishes, load_file, loading
from bookreviews.config import Settings
from bookreviews.extensions import db, engine

_DAY = "2026-01-01T00:00:00"
_BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
"""
_WISHES = Wishes(source="", encoding="", rejects=None, again=False)


def main() -> None:
    """Measure and print."""
    works = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="bookreviews-loading-") as folder:
        here = Path(folder)
        files = list(_dumps(here, works))
        url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{here}/books.sqlite3")
        os.environ |= {"BOOKREVIEWS_ENV": "development", "DATABASE_URL": url}
        app = create_app(Settings.from_environment())
        with app.app_context():
            upgrade()
            kind = engine().dialect.name
            taken = _timed(lambda: _load(files))
            rows = dict(_rows())
            _empty()
            putting = _timed(lambda: _put(rows))
            engine().dispose()
    total = sum(len(some) for some in rows.values())
    print(f"{kind}: {works:,} works, {total:,} rows in {len(rows)} tables")
    for name, (wall, cpu) in (("loading", taken), ("bare insert", putting)):
        print(f"  {name:12} {wall:7.1f} s, of them {cpu:6.1f} s of CPU")
    print(
        f"  loading is {putting[0] / taken[0]:.2f} as fast as putting the rows, "
        f"{putting[1] / taken[1]:.2f} by CPU"
    )
    print(f"  a million works would take {taken[0] * 1_000_000 / works / 60:.0f} minutes")


def _timed(act: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.monotonic(), _cpu()
    act()
    return time.monotonic() - wall, _cpu() - cpu


def _cpu() -> float:
    """Return the processor time that we have used so far, and PostgreSQL's processes for us."""
    ours = time.process_time()
    if engine().dialect.name == "sqlite":
        return ours
    with engine().connect() as connection:
        pids = connection.scalars(text(_BACKENDS)).all()
    schedules = (Path(f"/proc/{pid}/schedstat") for pid in pids)
    theirs = (int(one.read_text().split()[0]) / 1e9 for one in schedules if one.exists())
    return ours + sum(theirs)


def _load(files: list[Path]) -> None:
    with redirect_stdout(StringIO()), loading():
        for file in files:
            examined = loads.examine(file)
            with examined.source:
                load_file(examined, _WISHES)


def _rows() -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """Yield the tables that have rows, those first that others refer to."""
    with engine().connect() as connection:
        for table in db.metadata.sorted_tables:
            if found := [tuple(row) for row in connection.execute(select(table))]:
                yield table, found


def _empty() -> None:
    """Make all tables as new; nobody may still be reading them."""
    db.session.remove()
    engine().dispose()
    downgrade(revision="base")
    upgrade()


def _put(rows: dict[Table, list[tuple[Any, ...]]]) -> None:
    with engine().begin() as connection:
        connection.execute(text("SELECT 1"))
        driver: Any = connection.connection.driver_connection
        for table, some in rows.items():
            columns = ", ".join(column.name for column in table.columns)
            if engine().dialect.name == "sqlite":
                marks = ", ".join("?" * len(table.columns))
                statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"
                driver.executemany(statement, [_plain(row) for row in some])
                continue
            with (
                driver.cursor() as cursor,
                cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy,
            ):
                for row in some:
                    copy.write_row(_plain(row))


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values as drivers take them."""
    return tuple(
        json.dumps(value)
        if isinstance(value, dict | list)
        else str(value)
        if hasattr(value, "isoformat")
        else value
        for value in row
    )


# ---- Dumps ------------------------------------------------------------------------------------
def _dumps(here: Path, works: int) -> Iterator[Path]:
    """Write dumps of people and books whose words come as often as words do."""
    dice = Random(works)
    words = [
        "".join(dice.choices("aeiou bcdfglmnprst", k=dice.randint(2, 9))) for _ in range(20_000)
    ]
    words = [word.replace(" ", "") or "a" for word in words]
    authors = works * 2 // 5

    def some(most: int) -> str:
        return " ".join(
            words[int(len(words) * dice.random() ** 3)] for _ in range(dice.randint(1, most))
        )

    def author(number: int) -> dict[str, Any]:
        name = f"{some(1)} {words[dice.randrange(len(words))]}".title()
        return {"name": name, "alternate_names": [some(2).title()] if number % 5 == 0 else []}

    def work(number: int) -> dict[str, Any]:
        return {
            "title": some(6).capitalize(),
            "authors": [{"author": {"key": f"/authors/OL{dice.randint(1, authors)}A"}}],
            "subjects": [words[int(500 * dice.random() ** 2)] for _ in range(dice.randint(0, 5))],
            "description": {"value": some(120)} if number % 3 == 0 else None,
        }

    def edition(number: int) -> dict[str, Any]:
        of = number if number <= works else dice.randint(1, works)
        return {
            "title": some(6).capitalize(),
            "works": [{"key": f"/works/OL{of}W"}],
            "isbn_13": [_isbn13(number)],
            "publishers": [words[dice.randrange(500)].title()],
            "publish_date": str(dice.randint(1900, 2020)),
            "number_of_pages": dice.randint(50, 900),
            "languages": [{"key": "/languages/eng"}],
            "physical_format": "Paperback",
        }

    yield _dump(here, "author", "/authors/OL{}A", authors, author)
    yield _dump(here, "work", "/works/OL{}W", works, work)
    yield _dump(here, "edition", "/books/OL{}M", works * 13 // 10, edition)


def _dump(
    here: Path, kind: str, key: str, number: int, record: Callable[[int], dict[str, Any]]
) -> Path:
    file = here / f"{kind}s.txt"
    with file.open("w") as lines:
        for one in range(1, number + 1):
            told = json.dumps({"key": key.format(one), **record(one)})
            lines.write(f"/type/{kind}\t{key.format(one)}\t1\t{_DAY}\t{told}\n")
    return file


def _isbn13(number: int) -> str:
    digits = f"978{number:09}"
    weighed = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


if __name__ == "__main__":
    main()
