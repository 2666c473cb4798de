"""Every write to what admins set. The doors commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.services import record
from bookreviews.errors import Conflict, NotAllowed
from bookreviews.extensions import after_commit, session
from bookreviews.site import queries
from bookreviews.site.models import SiteSetting
from bookreviews.site.permissions import can_change
from bookreviews.site.settings import as_json, checked_all

CHANGED = "changed a setting"

# What follows from a setting beyond the next page, and is a job's to do.
_AFTERWARDS = {"count_early_ratings": "judge_early_ratings"}

Change = tuple[str, Any, Any]


def change(
    *, actor: Viewer, values: Mapping[str, Any], at: datetime, seen: datetime | None = None
) -> list[Change]:
    """Change settings, and write each change into the audit trail with before and after.

    `values` are checked here, as text or typed. `seen` is the last change that the page knew
    which sends all settings: it must not undo what somebody else has changed since. What is
    returned names each setting that is different now, with before and after.
    """
    if not can_change(actor):
        raise NotAllowed("Admins alone change the site.")
    wanted = checked_all(values)
    last = queries.last_change()
    if seen is not None and last is not None and last > seen:
        raise Conflict(
            "Somebody else has changed the settings since this page was opened. Please look at "
            "theirs in another tab, then load this page again."
        )
    before = queries.stored()
    changes = [
        (name, getattr(before, name), value)
        for name, value in wanted.items()
        if getattr(before, name) != value
    ]
    for name, old, new in changes:
        _set(name, as_json(new), at)
        details = {"setting": name, "before": as_json(old), "after": as_json(new)}
        record(actor=actor, act=CHANGED, person_id=None, details=details, at=at)
        if name in _AFTERWARDS:
            after_commit(_AFTERWARDS[name])
    return changes


def _set(name: str, value: Any, at: datetime) -> None:
    setting = session().get(SiteSetting, name, with_for_update=True, populate_existing=True)
    if setting is None:
        session().add(SiteSetting(name=name, value=value, changed_at=at))
    else:
        setting.value, setting.changed_at = value, at
    try:
        session().flush()
    except IntegrityError as error:
        raise Conflict(
            "Somebody else has just changed this. Please load the page again."
        ) from error
