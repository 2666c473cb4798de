"""What Open Library knows of a book that isn't here, for the form that adds it."""

from flask import current_app
from flask_smorest import Blueprint

from bookreviews.api.describing import SIGNED_IN, refuses
from bookreviews.api.problems import signed_in
from bookreviews.api.schemas import LookupSchema
from bookreviews.catalog import lookup
from bookreviews.catalog.permissions import can_contribute
from bookreviews.errors import NotAllowed
from bookreviews.lib.clock import now

blueprint = Blueprint("api_lookups", __name__, description="Books elsewhere")


@blueprint.route("/lookups/<isbn>")
@blueprint.response(200, LookupSchema)
@blueprint.doc(security=[SIGNED_IN])
@refuses(blueprint, 401, 403, 404, 429, 502)
def show(isbn: str) -> lookup.Found:
    """Return what Open Library says of the book with an ISBN, if the operator lets us ask."""
    if not can_contribute(signed_in(), now()):
        raise NotAllowed("Your account can read at the moment, but not add books.")
    return lookup.look_up(current_app.config["SETTINGS"].open_library_url, isbn)
