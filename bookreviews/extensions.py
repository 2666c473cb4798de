"""The extensions, made here without an application and bound to one in `app.py`."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import CursorResult, Engine, Executable, Result
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from bookreviews import reading
from bookreviews.lib.orm import Base, Record

db = SQLAlchemy(model_class=Base, session_options={"class_": reading.ReadingSession})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()

Row = TypeVar("Row", bound=Base)

# A job's name, and what it is to be called with.
Job = tuple[str, dict[str, Any]]

_JOBS = "jobs after the commit"


def session() -> scoped_session[Session]:
    """Return the database session of the running request or command."""
    return cast("scoped_session[Session]", db.session)


def read(statement: Executable, **values: Any) -> Result[*tuple[Any, ...]]:
    """Run a statement that only reads, and return its rows.

    It goes past the ORM, whose care for entities costs rows as much again. Nothing is flushed
    before: what this transaction has added but not flushed isn't seen.
    """
    return session().connection().execute(statement, values)


def read_apart(statement: Executable, **values: Any) -> Record | None:
    """Run a statement that only reads apart from the session, and return its row or None.

    For visitors, where it is all that a request asks: beginning and ending a session costs as much
    as a small statement.
    """
    with reading.connect_visitor(engine()) as connection:
        return connection.execute(statement, values).one_or_none()


def write(statement: Executable, **values: Any) -> int:
    """Run a statement that writes, past the ORM as well, and return to how many rows."""
    result = session().connection().execute(statement, values)
    return cast("CursorResult[Any]", result).rowcount


def bound(name: str) -> Any:
    """Return what `app.py` has bound to the running application under this name."""
    return current_app.extensions[name]


def row_in_turn(kind: type[Row], key: Any, new: Callable[[], Row]) -> Row:
    """Return a row as it is now that it is our turn on it, a new one where there was none.

    Where somebody else adds the same one at this moment, it is theirs.
    """
    session().flush()  # or what this transaction has changed already would be read over
    found = session().get(kind, key, populate_existing=True, with_for_update=True)
    if found is not None:
        return found
    try:
        with session().begin_nested():
            session().add(new())
    except IntegrityError:
        pass
    return session().get_one(kind, key, populate_existing=True, with_for_update=True)


def engine() -> Engine:
    """Return the engine of the running application."""
    return db.engine


def after_commit(job: str, **arguments: Any) -> None:
    """Let a worker do this job soon, once the running transaction has been committed.

    It only makes haste: the job is nothing that rows of the database don't tell as well.
    """
    session().info.setdefault(_JOBS, []).append((job, arguments))


def take_jobs() -> list[Job]:
    """Return the jobs that wait for the commit; from now on none do."""
    return cast("list[Job]", session().info.pop(_JOBS, []))


def queue_job(job: Job) -> None:
    """Put a job into the queue of the running application, whose workers take it from there."""
    name, arguments = job
    bound("jobs").put(name, arguments)
