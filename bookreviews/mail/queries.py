"""Every read of letters."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from bookreviews.extensions import read
from bookreviews.lib.orm import Moment, Record
from bookreviews.mail.models import Letter

_IS_WAITING = and_(Letter.sent_at.is_(None), Letter.given_up_at.is_(None))

_LETTER = select(
    Letter.id,
    Letter.address,
    Letter.template,
    Letter.details,
    Letter.written_at,
    Letter.attempts,
).where(Letter.id == bindparam("letter_id"))
_DUE = (
    select(Letter.id)
    .where(_IS_WAITING, Letter.due_at <= bindparam("at", type_=Moment))
    .order_by(Letter.due_at, Letter.id)
    .limit(bindparam("most"))
)
_FAILED = (
    select(
        Letter.id,
        Letter.address,
        Letter.template,
        Letter.written_at,
        Letter.due_at,
        Letter.attempts,
        Letter.last_error,
        Letter.given_up_at,
    )
    .where(Letter.sent_at.is_(None), Letter.last_error.is_not(None))
    .order_by(Letter.written_at.desc(), Letter.id.desc())
    .limit(bindparam("most"))
)
_WAITING = select(func.count()).select_from(Letter).where(_IS_WAITING)
_GIVEN_UP = select(func.count()).select_from(Letter).where(Letter.given_up_at.is_not(None))


def get_letter(letter_id: int) -> Record:
    """Return what sending a letter needs: id, address, template, details, written_at, attempts."""
    return read(_LETTER, letter_id=letter_id).one()


def due_letters(*, at: datetime, most: int = 100) -> Sequence[int]:
    """Return the ids of letters that should be sent now, the longest due first."""
    return [row.id for row in read(_DUE, at=at, most=most)]


def failed_letters(most: int = 20) -> Sequence[Record]:
    """Return the newest letters that could not be sent so far, given up or still to be tried.

    Their id, address, template, written_at, due_at, attempts, last_error, given_up_at.
    """
    return read(_FAILED, most=most).all()


def count_waiting() -> int:
    """Return how many letters are still to be sent."""
    return int(read(_WAITING).scalar_one())


def count_given_up() -> int:
    """Return how many letters nobody tries to send any more."""
    return int(read(_GIVEN_UP).scalar_one())
