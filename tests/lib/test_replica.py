"""A replica that can't be asked is not read from, whatever the error was."""

import pytest
from sqlalchemy import create_engine

from bookreviews.lib.replica import Replica


def test_an_error_that_nobody_foresaw_takes_it_for_away_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_engine("sqlite://")
    replica = Replica(engine, engine, most_behind=5)
    monkeypatch.setattr("bookreviews.lib.replica._ask", lambda *_: 1)
    replica._look_and_go_on()
    assert replica._answers

    def fail(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr("bookreviews.lib.replica._ask", fail)
    for _ in range(3):
        replica._look_and_go_on()
        assert not replica._answers
    told = [record.getMessage() for record in caplog.records]
    assert told == ["the replica could not be asked: MemoryError"]
    monkeypatch.setattr("bookreviews.lib.replica._ask", lambda *_: 2)
    replica._look_and_go_on()
    assert replica._answers


def test_it_is_as_far_behind_as_the_oldest_place_that_it_has_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = create_engine("sqlite://")
    replica = Replica(engine, engine, most_behind=5)
    clock = iter((10.0, 12.0, 15.0, 15.0))
    monkeypatch.setattr("bookreviews.lib.replica.monotonic", lambda: next(clock))
    assert replica.behind == 0.0
    for primary, reached in ((100, 50), (200, 50)):
        places = iter((primary, reached))
        monkeypatch.setattr("bookreviews.lib.replica._ask", lambda *_, places=places: next(places))
        replica.look()
    assert replica.behind == 5.0
    places = iter((200, 150))
    monkeypatch.setattr("bookreviews.lib.replica._ask", lambda *_: next(places))
    replica.look()
    assert replica.behind == 3.0
    places = iter((200, 200))
    replica.look()
    assert replica.behind == 0.0
