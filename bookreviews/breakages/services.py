"""Every write to breakages. The doors commit."""

import traceback
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from bookreviews.breakages.models import LONGEST_ERROR, LONGEST_PLACE, Breakage
from bookreviews.config import ROOT
from bookreviews.extensions import row_in_turn, session

KEPT = timedelta(days=90)

_OURS = ROOT / "bookreviews"


def note(*, place: str, error: BaseException, at: datetime) -> None:
    """Count an error: which one, and the last line of ours that it came through."""
    key = (at.date(), place[:LONGEST_PLACE], name_of(error)[:LONGEST_ERROR])
    day, where, what = key
    breakage = row_in_turn(
        Breakage, key, lambda: Breakage(day=day, place=where, error=what, count=0, last_at=at)
    )
    breakage.count += 1
    breakage.last_at = at


def forget_old(*, at: datetime) -> None:
    """Forget what broke 90 days ago."""
    session().execute(delete(Breakage).where(Breakage.day < (at - KEPT).date()))


def name_of(error: BaseException) -> str:
    """Return "KeyError in reviews/services.py:120"; nothing of its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    if not ours:
        return type(error).__name__
    where = Path(ours[-1].filename).relative_to(_OURS)
    return f"{type(error).__name__} in {where}:{ours[-1].lineno}"
