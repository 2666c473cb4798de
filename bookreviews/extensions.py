"""The extensions, made here without an application and bound to one in `app.py`."""

from typing import Any, cast

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, Executable, Result
from sqlalchemy.orm import Session, scoped_session

from bookreviews.lib.orm import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()


def session() -> scoped_session[Session]:
    """Return the database session of the running request or command."""
    return cast("scoped_session[Session]", db.session)


def read(statement: Executable, **values: Any) -> Result[*tuple[Any, ...]]:
    """Run a statement that only reads, and return its rows.

    It goes past the ORM, whose care for entities costs rows as much again. Nothing is flushed
    before: what this transaction has added but not flushed isn't seen.
    """
    return session().connection().execute(statement, values)


def engine() -> Engine:
    """Return the engine of the running application."""
    return db.engine
