"""Moments are aware and in UTC, whatever the database keeps."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bookreviews.accounts.models import SignInAttempt
from bookreviews.extensions import session
from bookreviews.lib.orm import slices_of
from tests.conftest import any_database


def keep(moment: datetime) -> datetime:
    session().add(SignInAttempt(account_digest="x", address="y", attempted_at=moment))
    session().flush()
    session().expire_all()
    return session().scalars(select(SignInAttempt.attempted_at)).one()


@any_database
def test_a_moment_comes_back_as_the_same_moment_in_utc(app: Flask) -> None:
    there = datetime(2026, 3, 14, 14, 30, 15, 123456, timezone(timedelta(hours=5, minutes=30)))
    kept = keep(there)
    assert kept == there
    assert kept.utcoffset() == timedelta(0)


@any_database
def test_moments_of_different_zones_compare_as_moments(app: Flask) -> None:
    keep(datetime(2026, 3, 14, 14, tzinfo=timezone(timedelta(hours=5))))
    before = select(SignInAttempt.id).where(
        SignInAttempt.attempted_at < datetime(2026, 3, 14, 10, tzinfo=UTC)
    )
    assert session().scalars(before).all()


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="time zone"):
        keep(datetime(2026, 3, 14, 12))  # noqa: DTZ001 - that is the point


def test_ids_are_bound_in_slices_in_their_order() -> None:
    assert list(slices_of({5, 3, 9, 1, 7}, most=2)) == [[1, 3], [5, 7], [9]]
    assert list(slices_of([2, 2, 1])) == [[1, 2]]
    assert list(slices_of([])) == []
    assert max(len(ids) for ids in slices_of(range(40_000))) < 32_766  # what SQLite takes
