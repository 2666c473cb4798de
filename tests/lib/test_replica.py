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
