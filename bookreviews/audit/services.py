"""Every write to the audit trail: entries are added, in the transaction of what they tell of."""

from datetime import datetime, timedelta
from typing import Any

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries
from bookreviews.audit.models import PERSON, SYSTEM, AuditEntry
from bookreviews.extensions import session

LOOKED_UP = "looked up"

# Someone who reads a person's record goes back and forth; once an hour tells enough.
LOOKUPS_ARE_APART = timedelta(hours=1)


def record(
    *,
    actor: Viewer | None,
    act: str,
    person_id: int | None,
    details: dict[str, Any],
    at: datetime,
    kind: str = SYSTEM,
) -> None:
    """Write down what somebody did; without an actor, `kind` says whether a command or the site.

    `person_id` is whom it concerns. `details` must be JSON and hold no e-mail address, password,
    token or removed words.
    """
    session().add(
        AuditEntry(
            at=at,
            actor_id=actor.id if actor else None,
            actor_kind=PERSON if actor else kind,
            act=act,
            person_id=person_id,
            details=details,
        )
    )
    session().flush()


def is_lookup_due(*, actor: Viewer, person_id: int, at: datetime) -> bool:
    """Tell whether a look at this person's record would be a new entry."""
    since = at - LOOKUPS_ARE_APART
    return not queries.has_entry(actor=actor.id, person=person_id, act=LOOKED_UP, since=since)


def record_lookup(*, actor: Viewer, person_id: int, at: datetime) -> None:
    """Write down that somebody looks at a person's record; at most once an hour for both."""
    if is_lookup_due(actor=actor, person_id=person_id, at=at):
        record(actor=actor, act=LOOKED_UP, person_id=person_id, details={}, at=at)
