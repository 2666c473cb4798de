"""Which errors say that the database is out of reach or full, and not that our code is wrong.

Such an error passes by itself, or when the operator has made room: whoever meets it may try again.
"""

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

# What may be an outage.
TROUBLES = (SQLAlchemyError, sqlite3.Error, OSError)

# SQLite's codes, of which the lower byte says the kind.
_OF_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
# PostgreSQL's classes of states: the connection, too few resources (a full disk, too many
# connections), an operator (a stop, a timeout), the system. Then a lock that took too long, a
# server that takes no writes, since another took over from it, and a replica that had to go on.
_CLASSES_OF_POSTGRESQL = ("08", "53", "57", "58")
_OF_POSTGRESQL = ("55P03", "25006", "40001")
_OF_THE_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)


def is_outage(error: BaseException) -> bool:
    """Tell whether `error`, as SQLAlchemy, a driver or the system raises it, is an outage."""
    if isinstance(error, PoolIsEmpty):
        return True
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF in _OF_SQLITE
    if isinstance(original, psycopg.Error):
        return _is_outage_of_postgresql(original)
    return isinstance(original, OSError) and original.errno in _OF_THE_SYSTEM


def _is_outage_of_postgresql(error: psycopg.Error) -> bool:
    state = error.sqlstate
    if state is None:  # nothing that the server has said: it wasn't reached, or went away
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state.startswith(_CLASSES_OF_POSTGRESQL) or state in _OF_POSTGRESQL
