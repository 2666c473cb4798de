"""Who may change a review: its author, whatever the roles of others."""

from dataclasses import dataclass

import pytest

from bookreviews.accounts.models import ROLES
from bookreviews.accounts.viewer import Viewer
from bookreviews.reviews.permissions import can_edit


@dataclass(frozen=True)
class Written:
    author_id: int


@pytest.mark.parametrize("role", ROLES)
def test_only_its_author_changes_a_review(role: str) -> None:
    assert can_edit(Viewer(7, "alex", "Alex", role), Written(author_id=7))
    assert not can_edit(Viewer(8, "other", "Other", role), Written(author_id=7))


def test_nobody_who_is_not_signed_in_changes_a_review() -> None:
    assert not can_edit(None, Written(author_id=7))
