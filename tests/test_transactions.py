"""One transaction around service calls: committed once, undone on any error, never stale."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.models import Credential, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import after_commit, engine, session
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note each commit and rollback that reaches the database."""
    seen: list[str] = []

    def note_commit(_connection: object) -> None:
        seen.append("commit")

    def note_rollback(_connection: object) -> None:
        seen.append("rollback")

    event.listen(engine(), "commit", note_commit)
    event.listen(engine(), "rollback", note_rollback)
    try:
        yield seen
    finally:
        event.remove(engine(), "commit", note_commit)
        event.remove(engine(), "rollback", note_rollback)


def rename(viewer: Viewer, name: str) -> None:
    session().get_one(User, viewer.id).name = name


def name_of(viewer: Viewer) -> str:
    """Return the name as another connection sees it."""
    with engine().connect() as connection:
        return str(connection.scalar(select(User.name).where(User.id == viewer.id)))


def rename_elsewhere(viewer: Viewer, name: str) -> None:
    with engine().begin() as connection:
        connection.execute(update(User).where(User.id == viewer.id).values(name=name))


@any_database
def test_all_is_committed_once(alex: Viewer, bo: Viewer) -> None:
    session().rollback()
    with watched() as seen:
        with transaction():
            rename(alex, "Alexandra")
            session().flush()
            rename(bo, "Bonnie")
            assert seen == []
        assert seen == ["commit"]
    assert (name_of(alex), name_of(bo)) == ("Alexandra", "Bonnie")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_any_error_undoes_all(alex: Viewer, error: type[BaseException]) -> None:
    def fail() -> None:
        with transaction():
            rename(alex, "Alexandra")
            session().flush()
            raise error

    session().rollback()
    with watched() as seen, pytest.raises(error):
        fail()
    assert seen == ["rollback"]
    assert name_of(alex) == "Alex"
    assert session().get_one(User, alex.id).name == "Alex"


@any_database
def test_a_refusal_by_the_database_at_the_end_undoes_all(alex: Viewer) -> None:
    def fail() -> None:
        with transaction():
            rename(alex, "Alexandra")
            session().add(Credential(user_id=4711, password_hash="x", changed_at=NOON))

    with pytest.raises(IntegrityError):
        fail()
    assert name_of(alex) == "Alex"


def test_the_next_one_works_after_an_error(alex: Viewer) -> None:
    with pytest.raises(IntegrityError), transaction():
        session().execute(text("INSERT INTO users (id) VALUES (1)"))
    with transaction():
        rename(alex, "Alexandra")
    assert name_of(alex) == "Alexandra"


@any_database
def test_what_was_read_before_is_read_again(alex: Viewer) -> None:
    user = session().get_one(User, alex.id)
    assert user.name == "Alex"
    rename_elsewhere(alex, "Alexandra")
    with transaction():
        assert user.name == "Alexandra"
        user.name += " the Reader"
    assert name_of(alex) == "Alexandra the Reader"


def test_what_was_changed_before_it_is_not_written(alex: Viewer, bo: Viewer) -> None:
    rename(alex, "Alexandra")
    with transaction():
        rename(bo, "Bonnie")
    assert (name_of(alex), name_of(bo)) == ("Alex", "Bonnie")


@any_database
def test_one_within_another_is_refused_and_undoes_all(alex: Viewer) -> None:
    def nest() -> None:
        with transaction():
            rename(alex, "Alexandra")
            with transaction():
                rename(alex, "Alexander")

    with pytest.raises(RuntimeError, match="within a transaction"):
        nest()
    assert name_of(alex) == "Alex"
    with transaction():
        rename(alex, "Alexis")
    assert name_of(alex) == "Alexis"


def test_on_sqlite_it_holds_the_writers_place_from_its_first_statement(app: Flask) -> None:
    with transaction(), engine().connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.execute(text("DELETE FROM users"))  # what we prepare until then stops nobody
        other.rollback()
        session().scalar(select(User.id))
        with pytest.raises(Exception, match="locked"):
            other.execute(text("DELETE FROM users"))


class Queue:
    """A queue that notes what it is given, and whether the commit was before."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.given: list[tuple[str, dict[str, object]]] = []
        self.seen: list[list[str]] = []
        self.log: list[str] = []

    def put(self, name: str, arguments: dict[str, object]) -> None:
        self.given.append((name, arguments))
        self.seen.append(list(self.log))
        if self.error:
            raise self.error


class TestJobs:
    @pytest.fixture
    def queue(self, app: Flask) -> Queue:
        app.extensions["jobs"] = Queue()
        return app.extensions["jobs"]

    def test_are_queued_after_the_commit_in_their_order(self, queue: Queue, alex: Viewer) -> None:
        session().rollback()
        with watched() as queue.log, transaction():
            after_commit("deliver", letter_id=1)
            rename(alex, "Alexandra")
            after_commit("deliver", letter_id=2)
            assert queue.given == []
        assert queue.given == [("deliver", {"letter_id": 1}), ("deliver", {"letter_id": 2})]
        assert queue.seen == [["commit"], ["commit"]]

    def test_are_queued_when_the_next_writer_may_go_on(self, app: Flask, queue: Queue) -> None:
        def write_too(_name: str, _arguments: object) -> None:
            with engine().connect() as other:
                other.exec_driver_sql("PRAGMA busy_timeout = 0")
                other.execute(text("DELETE FROM credentials"))

        queue.put = write_too  # type: ignore[method-assign]
        with transaction():
            after_commit("deliver")

    def test_are_dropped_with_what_was_undone(self, queue: Queue) -> None:
        def fail() -> None:
            with transaction():
                after_commit("deliver", letter_id=1)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with transaction():
            after_commit("deliver", letter_id=2)
        assert queue.given == [("deliver", {"letter_id": 2})]

    def test_asked_for_outside_are_not_done_with_the_next(self, queue: Queue) -> None:
        after_commit("deliver", letter_id=1)
        with transaction():
            pass
        assert queue.given == []

    def test_that_cannot_be_queued_are_logged_and_nothing_else(
        self, queue: Queue, alex: Viewer, caplog: pytest.LogCaptureFixture
    ) -> None:
        queue.error = OSError("away")
        with transaction():
            rename(alex, "Alexandra")
            after_commit("deliver", letter_id=1)
        assert name_of(alex) == "Alexandra"
        assert "The job deliver could not be queued (OSError: away)" in caplog.text
