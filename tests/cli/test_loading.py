"""Operators load files: once, again, on after an interruption, beside the serving site."""

import csv
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from bookreviews import create_app
from bookreviews.catalog.loading import loads, pace
from bookreviews.catalog.loading.alone import Running, alone
from bookreviews.catalog.loading.streams import UnreadableFile
from bookreviews.catalog.models import Author, CatalogLoad, Work
from bookreviews.catalog.search.indexing import index_works
from bookreviews.catalog.search.tables import SearchDocument
from bookreviews.cli import loading
from bookreviews.config import ROOT
from bookreviews.extensions import engine, session
from tests.catalog.loading.files import (
    author_line,
    csv_file,
    edition_line,
    packed,
    text_file,
    work_line,
)
from tests.conftest import any_database, settings_for

_GOODBOOKS = os.environ.get("GOODBOOKS", str(ROOT.parent / "shared" / "data" / "goodbooks-10k"))


def run(app: Flask, *arguments: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["catalog", *map(str, arguments)])
    session().rollback()
    return result.exit_code, result.output


def count(kind: type) -> int:
    return session().scalar(select(func.count()).select_from(kind)) or 0


def rejects_of(file: Path) -> list[list[str]]:
    beside = file.with_name(f"{file.name}.rejects.csv")
    return list(csv.reader(beside.read_text("utf-8").splitlines())) if beside.exists() else []


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 10)
    monkeypatch.setattr(pace, "FEWEST", 10)
    monkeypatch.setattr(pace.Pace, "learn", lambda *_: None)
    monkeypatch.setattr(pace.Pace, "__init__", lambda self: setattr(self, "size", 10))


@pytest.fixture
def works_file(tmp_path: Path) -> Path:
    """Return a dump with 100 works, every tenth of them broken."""
    lines = [work_line(n, f"Title {n}") if n % 10 else f"broken {n}" for n in range(1, 111)]
    return text_file(tmp_path, *lines)


def test_a_file_is_loaded_once_and_all_is_told(app: Flask, works_file: Path) -> None:
    code, told = run(app, "load", works_file)
    assert code == 0
    assert (
        "books.txt (Open Library): 110 entries; 99 added, 0 changed, 0 unchanged, 11 rejected,"
        " 0 skipped.\n  11 rejected: the line has other than five fields\n"
        f"  Which they are is in {works_file}.rejects.csv\n" in told
    )
    header, first, *_rest = rejects_of(works_file)
    assert header == ["line", "outcome", "reason", "text"]
    assert first == ["10", "rejected", "the line has other than five fields", "broken 10"]
    code, told = run(app, "load", works_file)
    assert (code, "so nothing changes" in told) == (0, True)
    code, told = run(app, "load", "--again", works_file)
    assert (code, "0 added, 0 changed, 99 unchanged, 11 rejected" in told) == (0, True)
    assert (count(Work), len(rejects_of(works_file))) == (99, 12)


def test_the_place_of_the_rejects_is_told_plainly(
    app: Flask, works_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (works_file.parent / "below").mkdir()
    monkeypatch.chdir(works_file.parent / "below")
    _code, told = run(app, "load", f"../{works_file.name}")
    assert f"Which they are is in {works_file}.rejects.csv\n" in told


def test_ratings_once_more_are_no_news(app: Flask, tmp_path: Path) -> None:
    work = text_file(tmp_path, work_line(1, "The Hobbit"), name="works")
    ratings = text_file(tmp_path, "/works/OL1W\t\t5\t2024-01-02", "/works/OL1W\t\t4\t2024-01-03")
    assert "2 entries; 2 added" in run(app, "load", work, ratings)[1]
    told = run(app, "load", "--again", ratings)[1]
    assert "2 entries; 0 added, 0 changed, 2 unchanged" in told


def test_the_order_of_files_is_no_matter(app: Flask, tmp_path: Path) -> None:
    edition = text_file(tmp_path, edition_line(1, "Hobbit", 1), name="a")
    work = packed(text_file(tmp_path, work_line(1, "The Hobbit", 1), name="b"))
    author = text_file(tmp_path, author_line(1, "J. R. R. Tolkien"), name="c")
    code, told = run(app, "load", edition, work, author)
    assert (code, told.count("1 added")) == (0, 3)
    (found,) = session().scalars(select(Work))
    assert (found.title, found.byline) == ("The Hobbit", "J. R. R. Tolkien")
    code, told = run(app, "loads")
    assert (code, told.count("1 added"), told.count("until")) == (0, 3, 3)


def test_no_load_yet(app: Flask) -> None:
    assert run(app, "loads") == (0, "No file has been loaded yet.\n")


@any_database
def test_a_load_that_was_killed_goes_on_where_it_was(
    app: Flask, works_file: Path, database_url: str, small_batches: None
) -> None:
    """It is killed at the worst moment: all is written, the rejects too, and not committed."""
    script = (
        "import os, signal\n"
        "from bookreviews.__main__ import main\n"
        "from bookreviews.catalog.loading import loads, pace\n"
        "pace.Pace.__init__ = lambda self: setattr(self, 'size', 10)\n"
        "pace.Pace.learn = lambda *_: None\n"
        "record, done = loads.record, []\n"
        "def killed(*arguments, **more):\n"
        "    done.append(record(*arguments, **more))\n"
        "    if len(done) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "loads.record = killed\n"
        "main()\n"
    )
    settings = app.config["SETTINGS"]
    killed = subprocess.run(
        [sys.executable, "-c", script, "catalog", "load", str(works_file)],
        env={
            **os.environ,
            "BOOKREVIEWS_ENV": "test",
            "DATABASE_URL": database_url,
            "SECRET_KEY": settings.secret_key,
            "SITE_URL": settings.site_url,
        },
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    half = session().scalars(select(CatalogLoad)).one()
    assert (half.entries, half.added, half.rejected, half.finished_at) == (30, 27, 3, None)
    assert (count(Work), len(rejects_of(works_file))) == (27, 5)
    assert count(SearchDocument) == 0
    code, told = run(app, "load", works_file)
    assert (code, "Going on after 30 entries" in told) == (0, True)
    assert "110 entries; 99 added, 0 changed, 0 unchanged, 11 rejected" in told
    assert (count(Work), count(SearchDocument)) == (99, 99)
    assert [row[0] for row in rejects_of(works_file)] == ["line", *map(str, range(10, 111, 10))]


def test_ctrl_c_ends_after_whole_batches_and_says_how_to_go_on(
    app: Flask, works_file: Path, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_write", _interrupted_at(4, loading._write))
    code, told = run(app, "load", works_file)
    assert code == 130
    assert "give the same command once more" in told
    assert count(Work) == 27
    monkeypatch.undo()
    assert "NOT FINISHED" in run(app, "loads")[1]
    assert run(app, "load", works_file)[0] == 0
    assert count(Work) == 99


def test_what_search_was_not_told_before_an_end_it_learns_with_the_next_load(
    app: Flask, works_file: Path, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "index_works", _interrupted_at(4, index_works))
    assert run(app, "load", works_file)[0] == 1
    assert (count(Work), count(SearchDocument)) == (99, 30)
    monkeypatch.undo()
    code, told = run(app, "load", works_file)
    assert (code, "so nothing changes" in told) == (0, True)
    assert count(SearchDocument) == 99


def _interrupted_at(call: int, act: Callable[..., Any]) -> Callable[..., Any]:
    calls: Iterator[int] = iter(range(1, call + 1))

    def acting(*arguments: Any) -> Any:
        if next(calls) == call:
            raise KeyboardInterrupt
        return act(*arguments)

    return acting


def test_whoever_loads_for_hours_stays_the_only_one(app: Flask, postgres_url: str) -> None:
    """Or PostgreSQL would end a transaction that does nothing, and with it the load."""
    patient = create_app(settings_for(postgres_url, database_patience=5))
    with patient.app_context():
        limit = text("SHOW idle_in_transaction_session_timeout")
        assert session().scalar(limit) == "30s"
        session().remove()
        with alone():
            holding = text(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                "WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() "
                "AND a.query LIKE 'SET LOCAL idle_in_transaction_session_timeout = 0%'"
            )
            assert session().scalar(holding) == 1
        session().remove()
        engine().dispose()


@any_database
def test_two_loads_at_once_are_refused(app: Flask, works_file: Path) -> None:
    with alone():
        code, told = run(app, "load", works_file)
    assert (code, told) == (1, f"Error: {Running()}\n")
    assert run(app, "load", works_file)[0] == 0


def test_a_file_that_was_cut_off_is_loaded_as_far_as_it_goes(app: Flask, tmp_path: Path) -> None:
    lines = [work_line(n, f"Title {n * 7919 % 10007}") for n in range(1, 500)]
    file = packed(text_file(tmp_path, *lines))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    code, told = run(app, "load", file)
    assert (code, "cut off" in told) == (1, True)
    there = count(Work)
    assert 0 < there < 499
    assert count(SearchDocument) == there
    file.write_bytes(whole)
    code, told = run(app, "load", file)
    assert (code, f"{499 - there} added, 0 changed, {there} unchanged" in told) == (0, True)
    assert count(Work) == 499


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing.csv"], 1, "No such file"),
        (["."], 1, "is a folder"),
        (["--encoding", "klingon", "books.csv"], 1, "klingon is no encoding"),
        (["--rejects", "x", "books.csv", "more.csv"], 2, "--rejects names the file for one FILE"),
        ([], 2, "Missing argument"),
        (["--rejects", "missing/x.csv", "books.csv"], 1, "The rejects can't be written"),
    ],
)
def test_what_cannot_be_is_refused(
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    csv_file(tmp_path, ("title", "isbn"), ("", "812971060"))
    monkeypatch.chdir(tmp_path)
    ended, told = run(app, "load", *arguments)
    assert (ended, words in told) == (code, True)
    assert count(Work) == 0


def test_a_file_that_may_not_be_read(app: Flask, tmp_path: Path, monkeypatch: Any) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = csv_file(tmp_path, ("title",), ("One",))
    monkeypatch.setattr(Path, "open", refused)  # root may read everything
    with pytest.raises(UnreadableFile, match="Permission denied"):
        loads.examine(file)


real_books = pytest.mark.skipif(
    not Path(_GOODBOOKS).is_dir(),
    reason="GOODBOOKS names no folder with the books.csv.gz of goodbooks-10k",
)


@real_books
def test_ten_thousand_real_books(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "books.csv.gz"
    file.write_bytes((Path(_GOODBOOKS) / file.name).read_bytes())
    code, told = run(app, "load", file)
    assert code == 0, told
    assert "10,000 entries; 10,000 added, 0 changed, 0 unchanged, 0 rejected" in told
    assert (count(Work), count(Author)) == (10_000, 5_833)
    _header, *rejects = rejects_of(file)
    assert {row[1] for row in rejects} == {"taken in part"}
    assert len(rejects) == 182
    for slug, byline, year in (
        ("the-odyssey", "Homer, Robert Fagles, E.V. Rieu, Frédéric Mugler and Bernard Knox", -720),
        ("the-hunger-games", "Suzanne Collins", 2008),
        ("girlboss", "Sophia Amoruso", 2014),
    ):
        work = session().scalars(select(Work).where(Work.slug == slug)).one()
        assert (work.byline, work.first_published) == (byline, year)


@real_books
@any_database
def test_some_real_books_twice(app: Flask, tmp_path: Path) -> None:
    with gzip.open(Path(_GOODBOOKS) / "books.csv.gz", "rt", encoding="utf-8") as whole:
        file = text_file(tmp_path, *(line.rstrip("\n") for line in islice(whole, 301)))
    assert "300 entries; 300 added" in run(app, "load", file)[1]
    assert "0 added, 0 changed, 300 unchanged" in run(app, "load", "--again", file)[1]
    assert count(Work) == 300
