"""What readers do to the catalogue, each in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import adding, contributions, editing
from bookreviews.catalog.facts import Thing, entity_in_turn, facts_of
from bookreviews.catalog.models import WORK, CatalogEdit
from bookreviews.extensions import session
from bookreviews.moderation import merging
from bookreviews.transactions import transaction
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


def trust(*readers: Viewer) -> None:
    """Let an admin trust these readers."""
    with transaction():
        for reader in readers:
            contributions.give_trust(user_id=reader.id, at=NOON)


def add(
    editor: Viewer, title: str, *, is_new: bool = False, at: datetime = LATER, **said: Any
) -> int:
    """Add a book; return the id of the edit."""
    with transaction():
        return adding.add_book(
            editor=editor, said={"title": title, **said}, is_new=is_new, at=at
        ).id


def edit(
    editor: Viewer,
    thing: Thing | int,
    *,
    seen: int = 0,
    why: str = "",
    at: datetime = LATER,
    **said: Any,
) -> int | None:
    """Change a thing, or the work of this id; return the id of the edit, or None."""
    thing = Thing(WORK, thing) if isinstance(thing, int) else thing
    with transaction():
        found = editing.change(
            editor=editor, thing=thing, wanted=said, seen=seen, summary=why, at=at
        )
        return found.id if found else None


def add_edition_to(work_id: int, editor: Viewer, **said: Any) -> int:
    """Add an edition to a work, or suggest it; return the id of the edit."""
    wanted = {"publisher": "Wiley", "pages": "474", "language": "en", **said}
    with transaction():
        return editing.add_to_work(
            editor=editor, work_id=work_id, wanted=wanted, summary="", at=LATER
        ).id


def confirm(by: Viewer, edit_id: int, at: datetime = LATER) -> None:
    with transaction():
        editing.confirm(by=by, edit_id=edit_id, at=at)


def decline(by: Viewer, edit_id: int, reason: str = "It is wrong.", at: datetime = LATER) -> None:
    with transaction():
        editing.decline(by=by, edit_id=edit_id, reason=reason, at=at)


def revert(by: Viewer, edit_id: int, reason: str = "It is wrong.", at: datetime = LATER) -> int:
    with transaction():
        return editing.revert(by=by, edit_id=edit_id, reason=reason, at=at).id


def merge(by: Viewer, winner: Thing | int, loser: Thing | int, reason: str = "The same.") -> int:
    """Merge two things, or the works of these ids; return the id of the merge."""
    both = [Thing(WORK, one, one) if isinstance(one, int) else one for one in (winner, loser)]
    with transaction():
        return merging.merge(by=by, winner=both[0], loser=both[1], reason=reason, at=LATER).id


def facts(thing: Thing | int) -> dict[str, Any]:
    """Return what is said of a thing, or of the work of this id."""
    session().rollback()
    thing = Thing(WORK, thing) if isinstance(thing, int) else thing
    return facts_of(entity_in_turn(thing))


def state(edit_id: int) -> str:
    session().rollback()
    return session().get_one(CatalogEdit, edit_id).state
