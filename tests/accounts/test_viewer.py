"""What a role lets one do."""

import pytest

from bookreviews.accounts.models import ROLES
from bookreviews.accounts.viewer import Viewer


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
