"""Why something can't be backed up or restored, in words for an operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from bookreviews.errors import DomainError
from bookreviews.lib.failures import words_of


class BackupRefused(DomainError):
    """It can't be done, and nothing was changed."""

    status = 409
    title = "That can't be backed up or restored"


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Tell of files that can't be read or written, and of databases that fail, in one sentence."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise BackupRefused(f"{where}{error.strerror or words_of(error)}.") from error
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        raise BackupRefused(f"The database failed. {words_of(error)}") from error
