"""Letters go out by a real server, at least once, patiently, and never in a transaction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.extensions import session
from bookreviews.jobs import letters
from bookreviews.lib.mail import Folder
from bookreviews.mail import queries, services
from bookreviews.mail.models import Letter
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database
from tests.postbox import Postbox, listening


class Clock:
    """What time it is, as a test says."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(letters, "now", clock)
    return clock


@pytest.fixture
def postbox(app: Flask, clock: Clock) -> Iterator[Postbox]:
    """Return the server that the application sends its mail to."""
    with listening(Postbox()) as one:
        send_by(app, one.url)
        yield one


def send_by(app: Flask, url: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=url)


def write(template: str = "test") -> int:
    with transaction():
        services.write_letter(
            address="bo@example.org", template=template, details={"token": "t"}, at=NOON
        )
    return max(queries.due_letters(at=NOON))


def stored(letter_id: int) -> Letter:
    session().rollback()
    return (
        session()
        .scalars(
            select(Letter).where(Letter.id == letter_id).execution_options(populate_existing=True)
        )
        .one()
    )


@any_database
def test_a_letter_is_delivered(postbox: Postbox) -> None:
    letter_id = write()
    letters.deliver(letter_id=letter_id, at=NOON)
    (message,) = postbox.messages
    assert message["To"] == "bo@example.org"
    assert message["From"] == "BookReviews <no-reply@localhost>"
    assert message["Subject"] == "A test from BookReviews"
    assert message["Message-ID"] == f"<letter.{letter_id}.1773489600@localhost>"
    assert (stored(letter_id).sent_at, stored(letter_id).details) == (NOON, {})


def test_it_is_delivered_once_however_often_the_job_comes(postbox: Postbox) -> None:
    letter_id = write()
    for _time in range(3):
        letters.deliver(letter_id=letter_id, at=NOON)
    letters.deliver_due(NOON)
    assert len(postbox.messages) == 1


def test_the_sweep_finds_what_no_job_was_queued_for(postbox: Postbox) -> None:
    for _time in range(3):
        write()
    letters.deliver_due(NOON)
    assert len(postbox.messages) == 3


def test_a_letter_whose_worker_was_killed_is_sent_when_its_lease_ran_out(
    postbox: Postbox, clock: Clock
) -> None:
    letter_id = write()
    with transaction():
        services.take_letter(letter_id=letter_id, at=NOON)  # and then kill -9
    letters.deliver_due(NOON)
    assert postbox.messages == []
    clock.now += services.LEASE
    letters.deliver_due(clock.now)
    assert len(postbox.messages) == 1


def test_a_second_copy_can_be_told_by_its_id(postbox: Postbox, clock: Clock) -> None:
    letter_id = write()
    letters.deliver(letter_id=letter_id, at=NOON)
    with transaction():  # the worker was killed before it noted that
        letter = stored(letter_id)
        letter.sent_at, letter.address = None, "bo@example.org"
    clock.now += services.LEASE
    letters.deliver_due(clock.now)
    first, second = postbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_server_that_wants_it_later_gets_it_later(postbox: Postbox, clock: Clock) -> None:
    postbox.to_data.append("451 Come back later")
    letter_id = write()
    letters.deliver(letter_id=letter_id, at=NOON)
    assert stored(letter_id).last_error == "451 Come back later"
    letters.deliver_due(NOON)
    assert postbox.messages == []
    clock.now += services.WAITS[0]
    letters.deliver_due(clock.now)
    assert len(postbox.messages) == 1
    assert stored(letter_id).last_error is None


def test_a_server_that_refuses_it_for_good_is_left_in_peace(
    postbox: Postbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.to_recipient.append("550 Nobody <bo@example.org>")
    letter_id = write()
    letters.deliver(letter_id=letter_id, at=NOON)
    assert stored(letter_id).given_up_at == NOON
    clock.now += timedelta(days=3)
    letters.deliver_due(clock.now)
    assert postbox.messages == []
    assert [record.getMessage() for record in caplog.records if "Letter" in record.message] == [
        f"Letter {letter_id} could not be sent: 550 Nobody <…>"
    ]


def test_a_server_that_is_away_is_asked_once_in_a_sweep(app: Flask, clock: Clock) -> None:
    away = Postbox()
    send_by(app, away.url)
    first, second = write(), write()
    letters.deliver_due(NOON)
    assert "refused" in (stored(first).last_error or "")
    assert stored(first).due_at == NOON + services.WAITS[0]
    assert (stored(second).attempts, stored(second).due_at) == (0, NOON)
    clock.now += services.WAITS[0]
    with listening(away):
        letters.deliver_due(clock.now)
    assert len(away.messages) == 2


def test_a_template_that_fails_is_the_letters_failure_alone(postbox: Postbox) -> None:
    broken, _sound = write("no-such-template"), write()
    letters.deliver_due(NOON)
    assert len(postbox.messages) == 1
    assert "TemplateNotFound" in (stored(broken).last_error or "")


def test_letters_wait_where_mail_is_not_set_up(app: Flask, clock: Clock) -> None:
    letter_id = write()
    letters.deliver(letter_id=letter_id, at=NOON)
    letters.deliver_due(NOON)
    assert (stored(letter_id).attempts, queries.count_waiting()) == (0, 1)


def test_no_transaction_is_open_while_mail_goes(
    app: Flask, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_folder: Folder, _message: object) -> None:
        with app.app_context(), transaction():  # another writer needs not wait
            pass

    monkeypatch.setattr(Folder, "send", send)
    send_by(app, f"folder:{tmp_path}")
    letters.deliver(letter_id=write(), at=NOON)
    assert queries.count_waiting() == 0
