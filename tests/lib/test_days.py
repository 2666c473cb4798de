"""Days are those of UTC, on both databases and whatever the session's time zone."""

from datetime import UTC, date, datetime, timedelta, timezone

from flask import Flask
from sqlalchemy import func, select, text

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.days import beginning_of, day_of, last_days
from tests.conftest import any_database


@any_database
def test_a_day_is_that_of_utc(app: Flask, alex: Viewer) -> None:
    user = session().get_one(User, alex.id)
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("SET TIME ZONE 'Pacific/Auckland'"))
    for moment, day in (
        (datetime(2026, 3, 14, 0, 0, tzinfo=UTC), "2026-03-14"),
        (datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC), "2026-03-14"),
    ):
        user.joined_at = moment
        session().flush()
        told = select(day_of(User.joined_at), func.count()).group_by(day_of(User.joined_at))
        assert [tuple(row) for row in session().execute(told)] == [(day, 1)]


def test_the_last_days_end_with_today() -> None:
    late = datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=3)))
    assert last_days(2, until=late) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert beginning_of(date(2026, 3, 1)) == datetime(2026, 3, 1, tzinfo=UTC)
