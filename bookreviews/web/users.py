"""Readers: the public profile of one."""

from flask import Blueprint, render_template, request

from bookreviews.accounts import queries as accounts
from bookreviews.reviews import queries as reviews
from bookreviews.viewing import viewer

blueprint = Blueprint("users", __name__)


@blueprint.get("/users/<username>")
def show(username: str) -> str:
    """Show who a reader is, and all that they reviewed or rated."""
    profile = accounts.get_profile(username)
    page = reviews.reviews_by(profile.id, viewer(), after=request.args.get("after"))
    return render_template("users/show.html", profile=profile, page=page)
