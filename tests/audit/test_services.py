"""The trail: what is added stays as it is, and lookups are told once an hour."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries, services
from bookreviews.audit.models import COMMAND
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


def record(actor: Viewer | None, act: str, **more: object) -> None:
    said = {"person_id": None, "details": {}, "at": NOON, **more}
    with transaction():
        services.record(actor=actor, act=act, **said)  # type: ignore[arg-type]


def test_people_commands_and_the_site_are_told_apart(app: Flask, ada: Viewer, bo: Viewer) -> None:
    record(ada, "changed a role", person_id=bo.id, details={"after": "moderator"})
    record(None, "lifted a suspension", person_id=bo.id)
    record(None, "made an admin", kind=COMMAND)
    told = [(e.actor_kind, e.actor_username, e.person_username) for e in queries.entries().rows]
    assert told == [
        ("command", None, None),
        ("system", None, "bo"),
        ("person", "ada", "bo"),
    ]


@any_database
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET act = 'nothing'",
        "DELETE FROM audit_entries",
        "DELETE FROM users WHERE username IN ('ada', 'bo')",
    ],
)
def test_the_database_refuses_to_change_it(
    app: Flask, ada: Viewer, bo: Viewer, statement: str
) -> None:
    record(ada, "changed a role", person_id=bo.id)
    with pytest.raises(DBAPIError), transaction():
        session().execute(text(statement))
    assert [entry.act for entry in queries.entries().rows] == ["changed a role"]


@any_database
def test_a_lookup_is_told_once_an_hour_for_both(
    app: Flask, ada: Viewer, mo: Viewer, bo: Viewer
) -> None:
    hour = services.LOOKUPS_ARE_APART
    for actor, person, at in (
        (ada, bo, NOON),
        (ada, bo, NOON + hour - timedelta(seconds=1)),
        (mo, bo, NOON),
        (ada, mo, NOON),
        (ada, bo, NOON + hour),
    ):
        with transaction():
            services.record_lookup(actor=actor, person_id=person.id, at=at)
    told = [(e.actor_username, e.person_username) for e in queries.entries().rows]
    assert told == [("ada", "bo"), ("ada", "mo"), ("mo", "bo"), ("ada", "bo")]
