"""What moderation has to be reminded of, at the time the board says."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from bookreviews.jobs import moderation
from bookreviews.moderation import services, surges
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("job", "room", "name"),
    [
        (moderation.end_suspensions, services, "end_suspensions"),
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
