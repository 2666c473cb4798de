"""Every write to letters: written with what they tell of, taken by one worker, sent at least once.

Sending takes long and must not hold up other writers: `take_letter` and its commit, the sending,
`note_sent` or `note_failure` and its commit. A worker that dies in between leaves a letter that
is due again when its lease has run out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import after_commit, session
from bookreviews.lib.failures import LONGEST
from bookreviews.lib.orm import Record
from bookreviews.mail import queries
from bookreviews.mail.models import Letter

# How long whoever took a letter may take to send it: more than all of SMTP's answers together.
LEASE = timedelta(minutes=5)

# After the first failure, the second, and so on; after as many again the letter is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)

SENT_IS_KEPT = timedelta(days=7)
ANY_IS_KEPT = timedelta(days=90)


def write_letter(*, address: str, template: str, details: Mapping[str, Any], at: datetime) -> None:
    """Write a letter, to be sent once this transaction has been committed."""
    letter = Letter(
        address=address, template=template, details=dict(details), written_at=at, due_at=at
    )
    session().add(letter)
    session().flush()
    after_commit("deliver", letter_id=letter.id)


def take_letter(*, letter_id: int, at: datetime) -> Record | None:
    """Take a letter to send it now; None where it isn't due, because another worker has it.

    A new one is due whatever the clocks say: that of its writer may be ahead of ours.
    """
    taken = session().execute(
        update(Letter)
        .where(
            Letter.id == letter_id,
            or_(Letter.due_at <= at, Letter.attempts == 0),
            Letter.sent_at.is_(None),
            Letter.given_up_at.is_(None),
        )
        .values(due_at=at + LEASE, attempts=Letter.attempts + 1)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return queries.get_letter(letter_id) if taken.one_or_none() else None


def note_sent(*, letter_id: int, at: datetime) -> None:
    """Note that a letter was sent, and forget what was in it and to whom it went."""
    session().execute(
        update(Letter)
        .where(Letter.id == letter_id)
        .values(sent_at=at, given_up_at=None, last_error=None, address="", details={})
        .execution_options(synchronize_session=False)
    )


def note_failure(*, letter_id: int, attempt: int, error: str, is_final: bool, at: datetime) -> None:
    """Note why the `attempt` at sending failed; the letter waits longer each time, then no more.

    If its lease ran out and another worker has tried since, that one's word counts.
    """
    ends = {"given_up_at": at}
    if not is_final and attempt <= len(WAITS):
        ends = {"due_at": at + WAITS[attempt - 1]}
    session().execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.attempts == attempt, Letter.sent_at.is_(None))
        .values(last_error=error[:LONGEST], **ends)
        .execution_options(synchronize_session=False)
    )


def send_again(letter_id: int, at: datetime) -> None:
    """Try a letter anew at once, as if it had just been written; an admin asks for it."""
    letter = session().get(Letter, letter_id, populate_existing=True)
    if letter is None:
        raise NotFound("There is no such letter.")
    if letter.sent_at is not None:
        raise Conflict("This letter has been sent.")
    letter.attempts, letter.due_at, letter.given_up_at = 0, at, None
    session().flush()
    after_commit("deliver", letter_id=letter_id)


def forget_address(address: str) -> None:
    """Forget all letters to an address: whoever had it is no longer here."""
    session().execute(delete(Letter).where(Letter.address == address))


def forget_username(username: str) -> None:
    """Forget all letters that tell this username, whichever address it had when they were written.

    One by one, since few letters wait and JSON is no column to search.
    """
    for letter in session().scalars(select(Letter).where(Letter.sent_at.is_(None))):
        if letter.details.get("username") == username:
            session().delete(letter)
    session().flush()


def forget_old(*, at: datetime) -> None:
    """Forget letters sent long ago, and any that are too old to mean anything."""
    session().execute(delete(Letter).where(Letter.sent_at < at - SENT_IS_KEPT))
    session().execute(delete(Letter).where(Letter.written_at < at - ANY_IS_KEPT))
