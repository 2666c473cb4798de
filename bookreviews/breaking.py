"""What every door does when something breaks: count it for the admins, whatever else is broken."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bookreviews.breakages import services
from bookreviews.config import Settings
from bookreviews.extensions import bound
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction

if TYPE_CHECKING:
    from bookreviews.breakages.sentry import Sentry

_log = logging.getLogger("bookreviews")


def open_sentry(settings: Settings) -> Sentry | None:
    """Return who else is told of errors, or None where nobody is set."""
    if not settings.sentry_dsn:
        return None
    # Here, for the library takes megabytes of each worker.
    from bookreviews.breakages.sentry import Sentry  # noqa: PLC0415

    return Sentry(settings)


def remember(error: BaseException, *, place: str, reference: str) -> None:
    """Tell Sentry of an error where there is one, and count it in a transaction of its own.

    Where the database itself is what broke, the log has to do.
    """
    sentry: Sentry | None = bound("sentry")
    if sentry is not None:
        sentry.tell(error, place=place, reference=reference)
    try:
        with transaction():
            services.note(place=place, error=error, at=now())
    except (SQLAlchemyError, OSError) as broken:
        _log.warning("An error could not be counted: %s", type(broken).__name__)
