"""How Alembic reaches the database: through the application that runs the command."""

import logging
import re
from logging.config import fileConfig
from pathlib import Path

from alembic import context
from flask import current_app

from bookreviews.lib import revisions, upgrading
from bookreviews.lib.orm import Moment
from bookreviews.reviews.models import Stars

# What a database makes for search by itself, beside the tables that models describe.
_OF_SEARCH = re.compile(
    r"search_(index|terms|trigrams)(_\w+)?|lexemes|ix_search_documents_(lexemes_\d|upper_tiers)"
    r"|ix_search_vocabulary_trigrams"
)

fileConfig(context.config.config_file_name, disable_existing_loggers=False)
database = current_app.extensions["migrate"].db


def render_item(kind, item, autogen_context):
    """Write our column types as what they are in the database: migrations import no models."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Stars):
        return "sa.SmallInteger()"
    return False


def include_name(name, kind, parents):
    """Compare the models with all that they describe."""
    return name is None or not _OF_SEARCH.fullmatch(name)


def migrate_offline():
    """Print the SQL instead of running it (`--sql`)."""
    context.configure(
        url=str(database.engine.url), target_metadata=database.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_online():
    """Run the migrations in one transaction, in our turn; what fails leaves nothing behind."""
    with upgrading.turn(database.engine):
        upgrading.until_free(migrate)


def is_for_newest():
    """Tell whether this brings the tables to the newest revision, as `db upgrade` does."""
    try:
        return context.get_revision_argument() == context.get_head_revision()
    except KeyError:  # it only looks
        return False


def is_ahead():
    """Tell whether a newer release has made these tables: they serve the code before, too."""
    with database.engine.connect() as connection:
        found = revisions.current(connection)
    return found is not None and found not in revisions.known(Path(context.script.dir))


def migrate():
    """Run what is left to be run by now: whoever had the turn before may have done it all."""
    if is_for_newest() and is_ahead():
        logging.getLogger("alembic").info("A newer release has made these tables; they stay.")
        return
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Rebuilding a table drops the old one, which must not cascade into others. Nobody gets
            # this connection afterwards: it would go on without foreign keys.
            connection.connection.invalidate(soft=True)
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection.execution_options(sqlite_begin="BEGIN IMMEDIATE"),
            target_metadata=database.metadata,
            render_item=render_item,
            include_name=include_name,
            transactional_ddl=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            upgrading.wait_briefly(connection)
            upgrading.drop_broken_indexes(connection)
            context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
