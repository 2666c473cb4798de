"""What moderation has to be reminded of, at the time the board says."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts import people
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.jobs import moderation
from bookreviews.moderation import services, surges
from bookreviews.transactions import transaction
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("job", "room", "name"),
    [
        (moderation.remind_moderators, services, "remind_moderators"),
        (moderation.watch_for_surges, surges, "watch"),
    ],
)
def test_each_calls_its_service(
    app: Flask, monkeypatch: pytest.MonkeyPatch, job: Any, room: Any, name: str
) -> None:
    seen: list[datetime] = []
    monkeypatch.setattr(room, name, lambda *, at: seen.append(at))
    job(NOON)
    assert seen == [NOON]


def test_suspensions_end(alex: Viewer, bo: Viewer) -> None:
    with transaction():
        for reader in (alex, bo):
            people.suspend(user_id=reader.id, until=NOON)
    moderation.end_suspensions(NOON)
    session().rollback()
    assert [session().get_one(User, one.id).suspended_until for one in (alex, bo)] == [None, None]
