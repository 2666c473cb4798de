"""Where a database stands among the migrations."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def newest(folder: Path) -> str | None:
    """Return the revision that the migrations in `folder` lead to."""
    return ScriptDirectory(str(folder)).get_current_head()


def known(folder: Path) -> set[str]:
    """Return all revisions that the migrations in `folder` pass through."""
    return {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}


def current(connection: Connection) -> str | None:
    """Return the revision of a database, or None where no migration has run."""
    return MigrationContext.configure(connection).get_current_revision()
