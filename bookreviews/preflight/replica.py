"""The replica before a start: reachable, and a replica at all."""

from collections.abc import Iterator

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bookreviews.lib.failures import words_of
from bookreviews.preflight.findings import Finding

_IS_REPLICA = text("SELECT pg_is_in_recovery()")


def look_at_replica(replica: Engine) -> Iterator[Finding]:
    """Yield what would keep pages from being read from it."""
    try:
        with replica.connect() as connection:
            is_replica = connection.execute(_IS_REPLICA).scalar_one()
    except SQLAlchemyError as error:
        yield Finding(
            f"The replica can't be reached: {words_of(error)}.",
            "See that it runs, and that REPLICA_URL is right; till then the primary does it all.",
        )
        return
    if not is_replica:
        yield Finding(
            "REPLICA_URL names a server that is no replica: nobody reads from it.",
            "Let it name one made by pg_basebackup -R, or remove it.",
        )
