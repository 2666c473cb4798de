"""Who is trusted with the catalogue: one rule, and each of its refusals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import AUTHOR, EDITION, SERIES, SUBJECT, WORK
from bookreviews.catalog.permissions import (
    REVERTED_LATELY,
    TRUSTED_AFTER,
    TRUSTED_WITH,
    can_confirm,
    can_contribute,
    can_merge,
    is_trusted,
)
from tests.conftest import NOON

READER = Viewer(1, "alex", "Alex", "reader")
MODERATOR = Viewer(2, "mo", "Mo", "moderator")
SUSPENDED = Viewer(3, "sue", "Sue", "moderator", suspended_until=NOON + timedelta(days=1))
WAITING = Viewer(4, "una", "Una", "reader", is_approved=False)


@dataclass
class Known:
    joined_at: datetime = NOON - TRUSTED_AFTER
    confirmed: int = TRUSTED_WITH
    last_reverted_at: datetime | None = None
    trusted_at: datetime | None = None


def test_whoever_may_write_may_contribute() -> None:
    assert [can_contribute(one, NOON) for one in (None, READER, SUSPENDED, WAITING)] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("known", "trusted"),
    [
        (Known(), True),
        (Known(joined_at=NOON - TRUSTED_AFTER + timedelta(seconds=1)), False),
        (Known(confirmed=TRUSTED_WITH - 1), False),
        (Known(last_reverted_at=NOON - REVERTED_LATELY), True),
        (Known(last_reverted_at=NOON - REVERTED_LATELY + timedelta(seconds=1)), False),
        (Known(joined_at=NOON, confirmed=0, last_reverted_at=NOON, trusted_at=NOON), True),
        (None, False),
    ],
)
def test_a_reader_is_trusted_by_what_they_did(known: Known | None, trusted: bool) -> None:
    assert is_trusted(READER, known, NOON) == trusted
    assert not is_trusted(WAITING, known, NOON)


def test_moderators_are_trusted_unless_they_are_suspended() -> None:
    assert is_trusted(MODERATOR, None, NOON)
    assert not is_trusted(SUSPENDED, Known(), NOON)
    assert not is_trusted(None, None, NOON)


def test_nobody_confirms_their_own() -> None:
    assert can_confirm(READER, Known(), editor_id=9, at=NOON)
    assert not can_confirm(READER, Known(), editor_id=READER.id, at=NOON)
    assert not can_confirm(READER, None, editor_id=9, at=NOON)


@pytest.mark.parametrize("kind", [WORK, EDITION, AUTHOR, SERIES, SUBJECT])
def test_merging_is_for_moderators_where_it_moves_what_others_wrote(kind: str) -> None:
    assert can_merge(MODERATOR, None, kind=kind, at=NOON)
    assert can_merge(READER, Known(), kind=kind, at=NOON) == (kind not in (WORK, SUBJECT))
    assert not can_merge(READER, None, kind=kind, at=NOON)
