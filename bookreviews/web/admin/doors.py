"""How a room of admins is entered: by a blueprint that lets nobody else in."""

from typing import cast

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from bookreviews.viewing import viewer
from bookreviews.web.sign_in import ask_to_sign_in

PREFIX = "/admin"


def room(name: str, path: str = "") -> Blueprint:
    """Return the blueprint of a room. Visitors are asked to sign in; others find nothing there."""
    blueprint = Blueprint(f"admin_{name}", __name__, url_prefix=PREFIX + path)
    blueprint.before_request(_admins_only)
    return blueprint


def _admins_only() -> AnyResponse | None:
    reader = viewer()
    if reader is None:
        return ask_to_sign_in()
    if not reader.is_admin:
        abort(404)  # the page of an address that nobody knows
    return None


def back_to(address: str) -> Response:
    """Lead to where what was just done can be seen."""
    return cast(Response, redirect(address, 303))
