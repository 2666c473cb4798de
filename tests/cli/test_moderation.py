"""Operators lock and open books, even when nobody can sign in."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.models import AuditEntry
from bookreviews.catalog.services import retitle_work
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation.models import ModerationAction
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.reviews.services import WorkLocked
from bookreviews.transactions import transaction
from tests.conftest import any_database
from tests.reviews.acts import post


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["moderation", *arguments])
    session().rollback()
    return result.exit_code, result.output


@any_database
def test_a_locked_book_takes_no_reviews_until_it_is_opened(
    app: Flask, alex: Viewer, book_id: int
) -> None:
    code, told = run(app, "lock", "python-for-beginners", "--days", "2")
    assert (code, "takes no new reviews until" in told) == (0, True)
    until = get_rated_work_by_id(book_id).locked_until
    assert timedelta(days=1.9) < until - now() < timedelta(days=2.1)
    with pytest.raises(WorkLocked):
        post(alex, book_id, at=now())
    assert run(app, "unlock", "python-for-beginners") == (0, "The book takes new reviews again.\n")
    post(alex, book_id, at=now())


def test_the_ledger_and_the_trail_tell_of_it(app: Flask, book_id: int) -> None:
    run(app, "lock", "python-for-beginners")
    run(app, "unlock", "python-for-beginners")
    actions = session().scalars(select(ModerationAction).order_by(ModerationAction.id)).all()
    assert [(one.kind, one.actor_id) for one in actions] == [("lock", None), ("unlock", None)]
    entries = session().scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.act, one.actor_kind) for one in entries] == [
        ("decided: lock", "command"),
        ("decided: unlock", "command"),
    ]


def test_a_book_that_is_open_cannot_be_opened(app: Flask, book_id: int) -> None:
    assert run(app, "unlock", "python-for-beginners") == (1, "Error: This book isn’t locked.\n")


@pytest.mark.parametrize("command", ["lock", "unlock"])
def test_a_book_that_is_not_there_is_refused(app: Flask, book_id: int, command: str) -> None:
    assert run(app, command, "python") == (1, "Error: There is no such book here.\n")
    with transaction():
        retitle_work(work_id=book_id, title="Python at Last")
    told = "Error: This has another address now.\n"
    assert run(app, command, "python-for-beginners") == (1, told)


@pytest.mark.parametrize("days", ["0", "-1", "61", "soon"])
def test_a_lock_lasts_for_days_that_make_sense(app: Flask, book_id: int, days: str) -> None:
    assert run(app, "lock", "python-for-beginners", "--days", days)[0] == 2
    assert get_rated_work_by_id(book_id).locked_until is None
