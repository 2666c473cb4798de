"""A backup holds one moment, whoever writes; restoring gives back every row, or changes nothing."""

import gzip
import io
import json
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, func, insert, inspect, select, text

from bookreviews import create_app
from bookreviews.accounts import ways_in
from bookreviews.accounts.viewer import Viewer
from bookreviews.backups import postgresql, services, sqlite
from bookreviews.backups.manifest import PART_OF, Table
from bookreviews.backups.refusals import BackupRefused
from bookreviews.backups.services import back_up, restore
from bookreviews.breakages import services as breakages
from bookreviews.catalog import services as catalog
from bookreviews.catalog.images.covers import give_cover
from bookreviews.catalog.images.making import make_cover
from bookreviews.catalog.images.reading import read_cover
from bookreviews.chores import services as chores
from bookreviews.extensions import bound, engine
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import crowd, world
from tests.backups.places import all_rows, empty_place, table_of
from tests.catalog.images.pictures import picture
from tests.conftest import NOON, any_database, settings_for
from tests.reviews.acts import add_work, post

ODD_WORDS = "Größe \N{BOOKS} and \\N \\. 'quotes' \"\n\n\t;"

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on an empty database of the same kind."""
    with empty_place(engine().dialect.name, tmp_path) as elsewhere:
        yield elsewhere


@pytest.fixture
def backup(app: Flask, alex: Viewer, book_id: int, tmp_path: Path) -> Path:
    post(alex, book_id, body=ODD_WORDS)
    return back_up(tmp_path / "backup.tar.gz", at=NOON).file


def refusal(archive: Path, place: Flask) -> str:
    """Return why an archive isn't restored, having seen that nothing was changed."""
    with place.app_context():
        with pytest.raises(BackupRefused) as refused:
            restore(archive)
        assert inspect(engine()).get_table_names() == []
        engine().dispose()
    return str(refused.value)


def fill_the_other_tables(admin: Viewer, work_id: int) -> None:
    """Let there be what the world goes without, and words that are hard to copy."""
    with transaction():
        breakages.note(place="home", error=ValueError(ODD_WORDS), at=NOON)
        chores.begin("tidy", every=timedelta(days=1), at=NOON)
        catalog.retitle_work(work_id=work_id, title="Python for Everyone")
        ways_in.register_attempt(identifier="nobody", address="192.0.2.1", at=NOON)
        site.change(actor=admin, values={"name": ODD_WORDS[:5]}, at=NOON)
    post(admin, work_id, body=ODD_WORDS)


def fill_what_is_empty() -> None:
    """Let each table that nothing of the above fills have a row, of values that it takes."""
    empty = [name for name, rows in all_rows().items() if not rows]
    with engine().begin() as connection:
        for table in map(table_of, empty):
            needed = [one for one in table.columns if not one.nullable and one.name != "id"]
            values = {one.name: value_for(one, number) for number, one in enumerate(needed, 1)}
            connection.execute(insert(table).values(values))


def value_for(column: Column[Any], number: int) -> Any:
    """Return a value for a column: the first row of another table, or one unlike its neighbours."""
    if column.foreign_keys:
        return 1
    kinds: dict[type, Any] = {datetime: NOON, str: "author", dict: {}, bool: True, float: 1.5}
    return kinds.get(column.type.python_type, number)


def let_each_review_each(readers: list[Viewer], works: list[int]) -> None:
    """Let there be many reviews at once: rows alone, since to post them takes long."""
    reviews = table_of("reviews")
    with engine().begin() as connection:
        pattern = connection.execute(select(reviews).limit(1)).mappings().one()
        facts = {name: value for name, value in pattern.items() if name != "id"}
        connection.execute(
            insert(reviews),
            [
                {**facts, "work_id": work_id, "author_id": reader.id}
                for work_id, reader in product(works, readers)
            ],
        )


def triggers() -> list[str]:
    of_kind = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }[engine().dialect.name]
    with engine().connect() as connection:
        return list(connection.scalars(text(of_kind)))


def rewritten(archive: Path, change: Change, *, into: Path) -> Path:
    """Write an archive whose manifest says something else, its parts as they are."""
    with tarfile.open(archive) as old, tarfile.open(into, "w:gz") as new:
        for member in old:
            content = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == "manifest.json":
                told = json.loads(content)
                change(told)
                content = json.dumps(told).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return into


@any_database
class TestBothDatabases:
    def test_every_row_of_every_table_comes_back(
        self, app: Flask, place: Flask, book_id: int, password_hash: str, tmp_path: Path
    ) -> None:
        cast = world.prepare(app, book_id=book_id, password_hash=password_hash)
        fill_the_other_tables(cast["ada"], book_id)
        let_each_review_each(crowd.readers(50, first=10), crowd.books(41))
        fill_what_is_empty()
        written = back_up(tmp_path / "backup.tar.gz", at=NOON)
        before = all_rows()
        assert len(before["reviews"]) > 2000
        assert [name for name, rows in before.items() if not rows] == []
        assert {name: held.rows for name, held in written.manifest.tables.items()} == {
            name: len(rows) for name, rows in before.items()
        }
        with place.app_context():
            restore(written.file)
            assert all_rows() == before
            engine().dispose()

    def test_it_is_one_moment_while_a_thread_keeps_posting(
        self, app: Flask, place: Flask, alex: Viewer, bo: Viewer, tmp_path: Path
    ) -> None:
        works = [add_work(f"Book {number}") for number in range(400)]
        posted: list[int] = []
        enough, stop = threading.Event(), threading.Event()

        def keep_posting() -> None:
            with app.app_context():
                for work_id in works:
                    for author in (alex, bo):
                        if not stop.is_set():
                            posted.append(post(author, work_id))
                        if len(posted) == 20:
                            enough.set()

        writer = threading.Thread(target=keep_posting)
        writer.start()
        assert enough.wait(60)
        before = len(posted)
        first = back_up(tmp_path / "backup.tar.gz", at=NOON)
        after = len(posted)
        stop.set()
        writer.join()
        assert before < after, "nothing was posted meanwhile: nothing was tried"
        with place.app_context():
            restore(first.file)
            reviews, summaries = table_of("reviews"), table_of("rating_summaries")
            with engine().connect() as connection:
                held = set(connection.scalars(select(reviews.c.id)))
                counted = connection.scalar(select(func.sum(summaries.c.reviews_count)))
            engine().dispose()
        assert held == set(posted[: len(held)]), "not what was there at one moment"
        assert before <= len(held) <= after + 1
        assert counted == len(held), "a summary is of another moment than its reviews"

    def test_what_is_restored_goes_on(
        self, bo: Viewer, book_id: int, backup: Path, place: Flask
    ) -> None:
        with place.app_context():
            restore(backup)
            next_id = post(bo, book_id)
            with engine().connect() as connection:
                reviews = table_of("reviews")
                assert connection.scalar(select(func.max(reviews.c.id))) == next_id
            engine().dispose()

    def test_the_ledgers_triggers_come_back(self, backup: Path, place: Flask) -> None:
        before = triggers()
        assert len(before) >= 3
        with place.app_context():
            restore(backup)
            assert triggers() == before
            engine().dispose()

    def test_a_database_with_tables_is_not_restored_into(self, app: Flask, backup: Path) -> None:
        before = all_rows()
        with pytest.raises(BackupRefused, match="has tables, and a backup is only restored into"):
            restore(backup)
        assert all_rows() == before

    def test_an_empty_database_has_nothing_to_back_up(self, place: Flask, tmp_path: Path) -> None:
        with place.app_context():
            with engine().connect() as connection:  # makes the file
                connection.execute(text("SELECT 1"))
            with pytest.raises(BackupRefused, match="no tables yet; there is nothing to back up"):
                back_up(tmp_path / "backup.tar.gz", at=NOON)
            engine().dispose()
        assert not (tmp_path / "backup.tar.gz").exists()

    def test_rows_that_are_not_what_was_backed_up_are_taken_back(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        def lie(told: dict[str, Any]) -> None:
            told["tables"]["reviews"]["rows"] += 1

        forged = rewritten(backup, lie, into=tmp_path / "forged")
        assert refusal(forged, place).endswith("and was taken back. It differs in: reviews")
        with place.app_context():  # it is as empty as before
            restore(backup)
            engine().dispose()

    def test_a_backup_of_tables_that_we_do_not_know_is_refused(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        def be_newer(told: dict[str, Any]) -> None:
            told["revision"], told["made_by"] = "0999_future", "9.1"

        newer = rewritten(backup, be_newer, into=tmp_path / "newer")
        words = refusal(newer, place)
        assert "tables are at 0999_future, which this BookReviews" in words
        assert "Version 9.1 made it: install that" in words

    def test_a_backup_of_the_other_database_is_refused(self, backup: Path, tmp_path: Path) -> None:
        (there,) = {"sqlite", "postgresql"} - {engine().dialect.name}
        with empty_place(there, tmp_path / "there") as place:
            (tmp_path / "there").mkdir(exist_ok=True)
            assert f"names {there}. A backup is restored into the kind" in refusal(backup, place)


class TestTarget:
    def test_only_we_may_read_it_and_nothing_else_is_left(
        self, backup: Path, tmp_path: Path
    ) -> None:
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        assert [file.name for file in tmp_path.iterdir()] == ["backup.tar.gz"]

    def test_a_file_is_never_overwritten(self, app: Flask, tmp_path: Path) -> None:
        (tmp_path / "backup").write_text("mine")
        with pytest.raises(BackupRefused, match="exists already, and is never overwritten"):
            back_up(tmp_path / "backup", at=NOON)
        assert (tmp_path / "backup").read_text() == "mine"

    def test_nor_is_one_that_appears_meanwhile(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pack = services.archive.pack

        def pack_slowly(*arguments: Any) -> None:
            pack(*arguments)
            (tmp_path / "backup").write_text("mine")

        monkeypatch.setattr(services.archive, "pack", pack_slowly)
        with pytest.raises(BackupRefused, match="exists already, and is never overwritten"):
            back_up(tmp_path / "backup", at=NOON)
        assert (tmp_path / "backup").read_text() == "mine"

    def test_in_a_folder_it_is_named_after_its_moment(self, app: Flask, tmp_path: Path) -> None:
        written = back_up(tmp_path, at=NOON)
        assert written.file == tmp_path / "bookreviews-20260314T120000Z.tar.gz"
        assert written.size == written.file.stat().st_size

    def test_a_folder_that_is_not_there_is_refused(self, app: Flask, tmp_path: Path) -> None:
        with pytest.raises(BackupRefused, match="There is no folder"):
            back_up(tmp_path / "no" / "backup", at=NOON)

    def test_what_fails_halfway_leaves_nothing(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device", "archive")

        monkeypatch.setattr(services.archive, "pack", fail)
        with pytest.raises(BackupRefused, match=r"archive: No space left on device\."):
            back_up(tmp_path / "backup", at=NOON)
        assert list(tmp_path.iterdir()) == []


class TestDamage:
    def test_a_cut_off_archive_is_refused(self, backup: Path, place: Flask) -> None:
        whole = backup.read_bytes()
        for length in (len(whole) - 4, len(whole) // 2, 100, 20):
            backup.write_bytes(whole[:length])
            assert "damaged or cut off" in refusal(backup, place)

    def test_a_changed_byte_is_noticed_wherever_it_is(self, backup: Path, place: Flask) -> None:
        whole = backup.read_bytes()
        for place_of_byte in range(10, len(whole) - 8, len(whole) // 12):
            broken = bytearray(whole)
            broken[place_of_byte] ^= 0x20
            backup.write_bytes(broken)
            assert "damaged" in refusal(backup, place)

    def test_a_changed_part_is_noticed_by_its_checksum(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        def expect_another(told: dict[str, Any]) -> None:
            told["parts"][PART_OF["sqlite"]]["sha256"] = "0" * 64

        forged = rewritten(backup, expect_another, into=tmp_path / "forged")
        assert "the checksum of database.sqlite3 is wrong" in refusal(forged, place)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "isn't a backup that BookReviews made"),
            (b"SQLite format 3\x00", "isn't a backup that BookReviews made"),
            (gzip.compress(b"hello" * 1000, mtime=0), "damaged or cut off"),
        ],
    )
    def test_what_is_no_backup_is_refused(
        self, app: Flask, place: Flask, tmp_path: Path, content: bytes, words: str
    ) -> None:
        (tmp_path / "foreign").write_bytes(content)
        assert words in refusal(tmp_path / "foreign", place)

    def test_an_archive_that_is_not_there_is_refused(
        self, app: Flask, place: Flask, tmp_path: Path
    ) -> None:
        assert "No such file or directory" in refusal(tmp_path / "nothing", place)


class TestSqlite:
    def test_changes_left_of_another_database_are_not_mixed_in(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        (tmp_path / "restored.sqlite3-wal").write_bytes(b"changes")
        with place.app_context(), pytest.raises(BackupRefused, match="left of another database"):
            restore(backup)
        assert not (tmp_path / "restored.sqlite3").exists()

    def test_only_we_may_read_what_is_restored(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        with place.app_context():
            restore(backup)
            engine().dispose()
        assert stat.S_IMODE((tmp_path / "restored.sqlite3").stat().st_mode) == 0o600

    def test_an_empty_file_is_an_empty_place(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        (tmp_path / "restored.sqlite3").touch()
        before = all_rows()
        with place.app_context():
            restore(backup)
            assert all_rows() == before
            engine().dispose()

    def test_a_file_of_something_else_stays_as_it_is(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        diary = "Dear diary, today I wrote no database. " * 50
        (tmp_path / "restored.sqlite3").write_text(diary)
        with place.app_context(), pytest.raises(BackupRefused, match="file is not a database"):
            restore(backup)
        assert (tmp_path / "restored.sqlite3").read_text() == diary

    def test_a_damaged_database_is_not_backed_up(self, app: Flask, tmp_path: Path) -> None:
        for number in range(300):
            add_work(f"Book {number}")
        file = sqlite.file_of(engine())
        engine().dispose()
        whole = bytearray(file.read_bytes())
        for page in range(4096 * 3, len(whole) - 4096, 4096):
            whole[page : page + 8] = b"\xff" * 8
        file.write_bytes(whole)
        with pytest.raises(BackupRefused, match=r"[Dd]atabase"):
            back_up(tmp_path / "backup", at=NOON)
        assert not (tmp_path / "backup").exists()

    def test_a_database_in_memory_is_refused(self, tmp_path: Path) -> None:
        with (
            create_app(settings_for("sqlite:///:memory:")).app_context(),
            pytest.raises(BackupRefused, match="in memory alone"),
        ):
            back_up(tmp_path / "backup", at=NOON)

    def test_the_copy_needs_no_file_beside_it(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        with place.app_context():
            restore(backup)
        names = {file.name for file in tmp_path.iterdir()}
        assert names == {"backup.tar.gz", "restored.sqlite3", "restored.sqlite3-turn"}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
class TestPostgresql:
    def test_the_password_is_in_no_list_of_processes(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = tmp_path / "bin" / "pg_dump"
        program.parent.mkdir()
        program.write_text('#!/bin/sh\necho "$@ [$PGPASSWORD]" >&2; exit 1\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")

        class Engine:
            dialect = engine().dialect
            url = engine().url.set(password="hunter2", username="bo")

        with pytest.raises(BackupRefused) as refused:
            postgresql._run("pg_dump", "--flag", engine=Engine())  # type: ignore[arg-type]
        told = str(refused.value)
        assert told.count("hunter2") == 1
        assert "[hunter2]" in told
        assert "user=bo" in told

    def test_a_program_that_is_missing_is_named(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(BackupRefused, match="`pg_missing` isn't installed"):
            postgresql._path_of("pg_missing")

    def test_what_pg_restore_refuses_leaves_nothing(
        self, backup: Path, place: Flask, tmp_path: Path
    ) -> None:
        with place.app_context(), engine().begin() as connection:
            connection.execute(
                text(
                    "CREATE FUNCTION moderation_actions_are_kept() RETURNS trigger "
                    "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
                )
            )
        assert "already exists" in refusal(backup, place)


def test_the_digest_has_no_order_and_misses_no_change() -> None:
    assert Table.of([b"a", b"b"]) == Table.of([b"b", b"a"])
    assert Table.of([b"a", b"b"]) != Table.of([b"a", b"c"])
    assert Table.of([b"a", b"a"]) != Table.of([b"a"])
    assert Table.of([]) == Table(0, "0" * 64)


def test_covers_come_back_with_the_books(
    app: Flask, mo: Viewer, book_id: int, place: Flask, tmp_path: Path
) -> None:
    made = make_cover(read_cover(picture()))
    with transaction():
        give_cover(work_id=book_id, made=made, storage=bound("media"), uploader_id=mo.id, at=NOON)
    archive = back_up(tmp_path / "backup.tar.gz", at=NOON).file
    for name in made.files:
        bound("media").delete(name)
    with place.app_context():
        restore(archive)
        assert {name: bound("media").get(name) for name in made.files} == made.files
        assert get_rated_work_by_id(book_id).cover == made.name
        engine().dispose()
