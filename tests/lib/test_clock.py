"""The clock gives moments that can be stored and compared."""

from datetime import UTC, datetime, timedelta

from bookreviews.lib.clock import now


def test_now_is_between_before_and_after_and_in_utc() -> None:
    before = datetime.now(UTC)
    moment = now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.utcoffset() == timedelta(0)
