"""What a role lets one do, and how long a suspension holds."""

from datetime import timedelta

import pytest

from bookreviews.accounts.models import ROLES
from bookreviews.accounts.viewer import Viewer
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("role", "is_moderator", "is_admin"),
    [("reader", False, False), ("moderator", True, False), ("admin", True, True)],
)
def test_each_role_may_what_the_one_before_may(
    role: str, is_moderator: bool, is_admin: bool
) -> None:
    viewer = Viewer(1, "ada", "Ada", role)
    assert (viewer.is_moderator, viewer.is_admin) == (is_moderator, is_admin)


def test_there_are_three_roles() -> None:
    assert ROLES == ("reader", "moderator", "admin")


def test_a_suspension_holds_until_it_ends() -> None:
    ends = NOON + timedelta(days=1)
    viewer = Viewer(1, "alex", "Alex", "reader", suspended_until=ends)
    assert viewer.is_suspended(NOON)
    assert not viewer.is_suspended(ends)
    assert not Viewer(1, "alex", "Alex", "reader").is_suspended(NOON)
