"""What every door does when something breaks: count it for the admins, whatever else is broken."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from bookreviews.breakages import services
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction

_log = logging.getLogger("bookreviews")


def remember(error: BaseException, *, place: str) -> None:
    """Count an error in a transaction of its own.

    Where the database itself is what broke, the log has to do.
    """
    try:
        with transaction():
            services.note(place=place, error=error, at=now())
    except (SQLAlchemyError, OSError) as broken:
        _log.warning("An error could not be counted: %s", type(broken).__name__)
