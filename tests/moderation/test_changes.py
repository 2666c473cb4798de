"""Decisions about changes of the catalogue: what was merged isn't turned down."""

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import CatalogEdit, Work
from bookreviews.errors import Conflict
from bookreviews.extensions import session
from bookreviews.moderation import changes, merging
from bookreviews.transactions import transaction
from tests.catalog.acts import LATER, add, merge, state


def turn_down(by: Viewer, edit_id: int) -> None:
    with transaction():
        changes.decline(by=by, edit_id=edit_id, reason="No such book.", at=LATER)


@pytest.mark.parametrize("added_wins", [True, False])
def test_a_book_that_was_added_stays_while_a_merge_holds(
    alex: Viewer, mo: Viewer, book_id: int, added_wins: bool
) -> None:
    edit_id = add(alex, "Another One", authors=["Jane Doe"])
    work_id = session().get_one(CatalogEdit, edit_id).work_id
    assert work_id is not None
    merge_id = merge(mo, *((work_id, book_id) if added_wins else (book_id, work_id)))
    with pytest.raises(Conflict, match="was merged with another"):
        turn_down(mo, edit_id)
    with transaction():
        merging.undo(by=mo, merge_id=merge_id, reason="They are two.", at=LATER)
    turn_down(mo, edit_id)
    assert state(edit_id) == "declined"
    assert session().get_one(Work, work_id).left_at is not None
