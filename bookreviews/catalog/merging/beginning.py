"""What comes before each merge: whether somebody may, and whether both are still here."""

from datetime import datetime

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions
from bookreviews.catalog.facts import Entity, Thing, entity_in_turn
from bookreviews.catalog.merging.records import name_of
from bookreviews.catalog.models import WORK
from bookreviews.catalog.permissions import can_merge
from bookreviews.catalog.turns import take_turn_on_catalogue, take_turns_on_works
from bookreviews.errors import Conflict, Invalid, NotAllowed


def begin(*, by: Viewer, winner: Thing, loser: Thing, at: datetime) -> tuple[Entity, Entity]:
    """Take the turn on two things of a kind and return both, or refuse."""
    take_turn_on_catalogue()
    contributions.begin(by, at=at)
    check_may_merge(by, winner.kind, at)
    if winner.kind != loser.kind or winner.id == loser.id:
        raise Invalid(other="Please choose another one: a thing can’t be merged with itself.")
    if winner.kind == WORK:
        take_turns_on_works([one.id for one in (winner, loser) if one.id is not None])
    found = entity_in_turn(winner), entity_in_turn(loser)
    for one in found:
        _check_is_here(one)
    return found


def check_may_merge(by: Viewer, kind: str, at: datetime) -> None:
    """Raise NotAllowed unless somebody may merge things of this kind, and take that back."""
    if not can_merge(by, contributions.find(by), kind=kind, at=at):
        raise NotAllowed("Merging is for moderators, and for readers who are trusted.")


def _check_is_here(found: Entity) -> None:
    if getattr(found, "left_at", None) or getattr(found, "merged_into_id", None):
        raise Conflict(f"“{name_of(found)}” was merged with another meanwhile, or taken away.")
