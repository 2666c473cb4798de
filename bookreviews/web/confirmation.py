"""Confirming an address by the link in a letter; a button does it, as mail scanners open links."""

from flask import Blueprint, redirect, render_template, url_for

from bookreviews.accounts import queries, services
from bookreviews.errors import Conflict, NotFound
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from bookreviews.web.answers import Answer
from bookreviews.web.letters import secret_address, used_up

blueprint = Blueprint("confirmation", __name__, url_prefix="/confirm")


@blueprint.get("/<confirmation_token>")
@secret_address
def show(confirmation_token: str) -> Answer:
    """Show whose address would be confirmed, and the button."""
    return _page(confirmation_token)


@blueprint.post("/<confirmation_token>")
@secret_address
def create(confirmation_token: str) -> Answer:
    """Confirm the address, signed in or not."""
    try:
        with transaction():
            services.confirm_email(token=confirmation_token, at=now())
    except NotFound as error:
        return _used_up(error)
    except Conflict as error:
        return _page(confirmation_token, problem=error)
    return redirect(url_for("confirmation.done"), 303)


@blueprint.get("/done")
def done() -> str:
    """Say that it is done, to whoever followed the link."""
    return render_template("accounts/confirmed.html")


def _page(token: str, *, problem: Conflict | None = None) -> Answer:
    try:
        confirmation = queries.get_confirmation(token, now=now())
    except NotFound as error:
        return _used_up(error)
    page = render_template(
        "accounts/confirm.html", token=token, confirmation=confirmation, problem=problem
    )
    return page, problem.status if problem else 200


def _used_up(error: NotFound) -> Answer:
    return used_up(
        error,
        ask_again=f"{url_for('settings.show')}#email",
        words="In your settings you see whether your address is confirmed, and can have another "
        "letter.",
    )
