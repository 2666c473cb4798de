"""People: finding somebody."""

from flask import render_template, request

from bookreviews.accounts import queries
from bookreviews.accounts.models import ROLES
from bookreviews.lib.text import is_readable
from bookreviews.web.admin.doors import room

blueprint = room("people", "/people")

STATES = {
    queries.WAITING: "Waiting for approval",
    queries.SUSPENDED: "Suspended",
    queries.UNCONFIRMED: "Address not confirmed",
    queries.ERASED: "Erased",
}


@blueprint.get("")
def show() -> str:
    """Find people by username, name or exact address, by role, by what holds for them."""
    q = request.args.get("q", "").strip()
    role, state = request.args.get("role"), request.args.get("state")
    asked = {
        "q": q if is_readable(q) else "",
        "role": role if role in ROLES else "",
        "state": state if state in STATES else "",
    }
    page = queries.search_people(
        q=asked["q"],
        role=asked["role"] or None,
        state=asked["state"] or None,
        after=request.args.get("after"),
    )
    query = {name: value for name, value in asked.items() if value}
    return render_template(
        "admin/people.html", page=page, asked=asked, query=query, roles=ROLES, states=STATES
    )
