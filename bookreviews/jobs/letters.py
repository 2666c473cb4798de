"""Jobs about letters: deliver one that was just written, and any that are due."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app

from bookreviews.config import Settings
from bookreviews.jobs.board import Jobs
from bookreviews.lib.clock import now
from bookreviews.lib.failures import words_of
from bookreviews.lib.mail import NotDelivered, Refused, Transport, Unreachable, compose
from bookreviews.lib.mail import transport_of as transport_at
from bookreviews.lib.orm import Record
from bookreviews.mail import queries, services
from bookreviews.mail.rendering import render
from bookreviews.site.queries import current
from bookreviews.transactions import transaction


def post_on(jobs: Jobs) -> None:
    """Put these jobs on the board."""
    jobs.add(deliver)
    jobs.add_chore(deliver_due, every=timedelta(minutes=1))


def deliver(*, letter_id: int, at: datetime) -> None:
    """Deliver a letter, unless another worker has it or mail is not set up."""
    transport = _transport()
    if transport is not None:
        _deliver(letter_id, transport, at)


def deliver_due(at: datetime) -> None:
    """Deliver all letters that are due: those that wait to be tried again, and those lost sight of.

    A server that is away is not asked again for each of them.
    """
    transport = _transport()
    if transport is None:
        return
    for letter_id in queries.due_letters(at=at):
        if isinstance(_deliver(letter_id, transport, now()), Unreachable):
            return


def _deliver(letter_id: int, transport: Transport, at: datetime) -> Exception | None:
    """Take, send, note; return what went wrong. No transaction is open while the mail goes."""
    with transaction():
        letter = services.take_letter(letter_id=letter_id, at=at)
    if letter is None:
        return None
    try:
        transport.send(_message(letter))
    except Exception as error:  # a template may fail in any way; the letter says how
        _note_failure(letter, error)
        return error
    with transaction():
        services.note_sent(letter_id=letter_id, at=now())
    return None


def _note_failure(letter: Record, error: Exception) -> None:
    reason = str(error) if isinstance(error, NotDelivered) else words_of(error)
    reason = reason.replace(letter.address, "…")  # servers repeat it; a log needs no addresses
    with transaction():
        services.note_failure(
            letter_id=letter.id,
            attempt=letter.attempts,
            error=reason,
            is_final=isinstance(error, Refused),
            at=now(),
        )
    current_app.logger.warning("Letter %s could not be sent: %s", letter.id, reason)


def _message(letter: Record) -> EmailMessage:
    settings: Settings = current_app.config["SETTINGS"]
    site = {"site_name": current().name, "site_url": settings.site_url.rstrip("/")}
    words = render(letter.template, letter.details | site)
    # The same for each copy of a letter, and for no letter of a database restored from an older
    # copy, where numbers begin again.
    name = f"letter.{letter.id}.{letter.written_at.timestamp():.0f}"
    return compose(
        sender=settings.mail_from,
        to=letter.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"{name}@{urlsplit(settings.site_url).hostname}",
        at=letter.written_at,
    )


def _transport() -> Transport | None:
    url = current_app.config["SETTINGS"].mail_url
    return transport_at(url) if url else None
