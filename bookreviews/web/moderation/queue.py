"""The queue: what waits for a decision, and books about which far more is said than usual."""

from flask import request

from bookreviews.lib.clock import now
from bookreviews.moderation import desk, queue
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.moderation.doors import page, place, wanted_filter
from bookreviews.web.moderation.forms import LockForm
from bookreviews.web.moderation.surges import prefix_for

blueprint = place("queue")


@blueprint.get("")
def show() -> str:
    """Show the open cases, the most urgent first."""
    return queue_page()


def queue_page(
    *, refused_locks: dict[int, LockForm] | None = None, problem: str | None = None
) -> str:
    """Render the queue, with a form that was refused, or with what was wrong."""
    wanted, at = wanted_filter(), now()
    surges = desk.open_surges()
    forms = {row.work_id: LockForm(None, prefix=prefix_for(row.work_id)) for row in surges}
    return page(
        "queue",
        wanted=wanted,
        surges=surges,
        lock_forms=forms | (refused_locks or {}),
        problem=problem,
        locked=desk.locked_works(at),
        appeals_count=desk.count_open_appeals(),
        count=queue.count_cases(wanted),
        me=signed_in_viewer(),
        cases=queue.list_cases(wanted, after=request.args.get("after")),
    )
