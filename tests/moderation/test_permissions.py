"""Who may decide what: the whole table."""

from datetime import UTC, datetime, timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation import permissions
from bookreviews.moderation.vocabulary import APPEAL_WITHIN, APPEALABLE, KINDS

ALEX = Viewer(1, "alex", "Alex", "reader")
MO = Viewer(3, "mo", "Mo", "moderator")
MAX = Viewer(4, "max", "Max", "moderator")
ADA = Viewer(5, "ada", "Ada", "admin")
EVE = Viewer(6, "eve", "Eve", "admin")
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(("viewer", "may"), [(None, False), (ALEX, False), (MO, True), (ADA, True)])
def test_who_sits_at_the_desk(viewer: Viewer | None, may: bool) -> None:
    assert permissions.can_moderate(viewer) is may


@pytest.mark.parametrize(
    ("moderator", "kind", "owner", "may"),
    [
        (ALEX, "hide", MO, False),
        (MO, "hide", ALEX, True),
        (MO, "suspend", ALEX, True),
        (MO, "hide", MO, False),
        (MO, "keep", MO, False),
        (MO, "hide", MAX, True),
        (MO, "suspend", MAX, True),
        (MO, "hide", ADA, False),
        (MO, "warn", ADA, False),
        (ADA, "hide", ADA, False),
        (ADA, "hide", EVE, True),
        (ADA, "suspend", EVE, False),
        (ADA, "warn", EVE, False),
        (ADA, "suspend", MO, True),
    ],
)
def test_who_decides_about_whom(moderator: Viewer, kind: str, owner: Viewer, may: bool) -> None:
    allowed = permissions.can_decide(
        moderator, kind=kind, person_id=owner.id, person_role=owner.role
    )
    assert allowed is may


def test_a_thing_without_an_owner_is_for_every_moderator() -> None:
    assert permissions.can_decide(MO, kind="lock", person_id=None, person_role=None)


@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_appealed_against(kind: str) -> None:
    allowed = permissions.can_appeal(ALEX, kind=kind, person_id=ALEX.id, acted_at=NOON, at=NOON)
    assert allowed is (kind in APPEALABLE)


@pytest.mark.parametrize(
    ("viewer", "waited", "may"),
    [
        (ALEX, timedelta(), True),
        (ALEX, APPEAL_WITHIN, True),
        (ALEX, APPEAL_WITHIN + timedelta(seconds=1), False),
        (MO, timedelta(), False),
        (None, timedelta(), False),
    ],
)
def test_who_appeals_and_until_when(viewer: Viewer | None, waited: timedelta, may: bool) -> None:
    allowed = permissions.can_appeal(
        viewer, kind="hide", person_id=ALEX.id, acted_at=NOON, at=NOON + waited
    )
    assert allowed is may


@pytest.mark.parametrize(
    ("moderator", "may"), [(MO, False), (MAX, True), (ADA, True), (ALEX, False)]
)
def test_another_moderator_decides_an_appeal(moderator: Viewer, may: bool) -> None:
    allowed = permissions.can_decide_appeal(moderator, acted_by_id=MO.id, person_id=ALEX.id)
    assert allowed is may


def test_nobody_decides_their_own_appeal() -> None:
    assert not permissions.can_decide_appeal(MAX, acted_by_id=None, person_id=MAX.id)
