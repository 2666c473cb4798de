"""Turns that PostgreSQL keeps: of all processes on all hosts, one at a time has a certain number.

A turn is a lock of a transaction of its own, so it holds through a pooler as well, and ends with
whoever held it, even after kill -9.
"""

from sqlalchemy import Connection, text

_TRY = text("SELECT pg_try_advisory_xact_lock(:turn)")
# It does nothing but hold, maybe for hours, which PostgreSQL would take for an accident.
_IDLE = text("SET LOCAL idle_in_transaction_session_timeout = 0")


def takes_turn(holder: Connection, turn: int) -> bool:
    """Take a turn until the holder's transaction ends, or tell that somebody else has it.

    `turn` is any number that nobody else's program takes in the same database.
    """
    if not holder.execute(_TRY, {"turn": turn}).scalar_one():
        holder.rollback()
        return False
    holder.execute(_IDLE)
    return True
