"""How moderators come to their desk, and which part of the queue they ask for."""

from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bookreviews.errors import NotAllowed
from bookreviews.lib.clock import now
from bookreviews.lib.orm import LARGEST_INTEGER
from bookreviews.moderation import vocabulary
from bookreviews.moderation.permissions import can_moderate
from bookreviews.moderation.queue import Filter
from bookreviews.viewing import viewer
from bookreviews.web.moderation import wording
from bookreviews.web.sign_in import ask_to_sign_in

PREFIX = "/moderation"

_ALIKE = ("person", "network", "text")


def place(name: str, path: str = "") -> Blueprint:
    """Return the blueprint of a place at the desk. Visitors sign in; others find nothing there."""
    blueprint = Blueprint(f"moderation_{name}", __name__, url_prefix=PREFIX + path)
    blueprint.before_request(_moderators_only)
    return blueprint


def page(template: str, **shown: object) -> str:
    """Render a page of the desk, with the words of moderation at hand."""
    return render_template(
        f"moderation/{template}.html", words=wording, vocabulary=vocabulary, at=now(), **shown
    )


def back_to(address: str) -> Response:
    """Lead to where it goes on."""
    return cast(Response, redirect(address, 303))


def wanted_filter() -> Filter:
    """Return which cases the address asks for; what it misspells is left out."""
    asked = request.args
    reason, subject, same = asked.get("reason"), asked.get("subject"), asked.get("same")
    like = asked.get("like", type=int) or 0
    alike = same in _ALIKE and 0 < like <= LARGEST_INTEGER
    return Filter(
        reason=reason if reason in vocabulary.REASONS else None,
        subject=subject if subject in vocabulary.SUBJECTS else None,
        same=same if alike else None,
        like=like if alike else None,
    )


def address_of(path: str, wanted: Filter) -> str:
    """Return an address at the desk that keeps the filter."""
    return PREFIX + path + (f"?{urlencode(wanted.query)}" if wanted.query else "")


def _moderators_only() -> AnyResponse | None:
    reader = viewer()
    if reader is None:
        return ask_to_sign_in()
    if not can_moderate(reader):
        abort(404)  # the page of an address that nobody knows
    if reader.is_suspended(now()):
        raise NotAllowed("Your account is suspended; until that ends, others sit at the desk.")
    return None
