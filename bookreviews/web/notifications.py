"""What the site has told a reader: the list, and marking it as read."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required

from bookreviews.lib.clock import now
from bookreviews.lib.orm import LARGEST_INTEGER
from bookreviews.moderation.vocabulary import KINDS
from bookreviews.notifications import queries, services
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.get("")
@login_required
def show() -> str:
    """List one's notifications, the newest first. Looking changes nothing."""
    page = queries.notifications_of(signed_in_viewer(), after=request.args.get("after"))
    return render_template("notifications/show.html", page=page, decisions=KINDS)


@blueprint.post("/reading")
@login_required
def create_reading() -> Answer:
    """Mark all as read that were there when the page was made."""
    newest = request.form.get("up_to", type=int)
    with transaction():
        services.mark_all_read(
            signed_in_viewer(), now(), up_to=_row_id(newest) if newest is not None else None
        )
    return redirect(url_for("notifications.show"), 303)


def _row_id(number: int) -> int:
    """Return a number that a row could have, near the one that was sent."""
    return max(0, min(number, LARGEST_INTEGER))
