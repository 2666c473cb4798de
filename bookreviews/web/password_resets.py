"""Ways back in for who has forgotten the password: asking for a letter, and following its link.

Whoever asks gets the same answer, whether there is such an account or not.
"""

from flask import Blueprint, redirect, render_template, request, url_for

from bookreviews.accounts import queries, services
from bookreviews.errors import Invalid, NotFound, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import NewPasswordForm, ResetRequestForm
from bookreviews.web.letters import secret_address, used_up

blueprint = Blueprint("password_resets", __name__, url_prefix="/password-resets")


@blueprint.get("")
def show() -> str:
    """Ask whose password is forgotten."""
    return _request_page(ResetRequestForm(formdata=None))


@blueprint.post("")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Write the letter, where there is an account to write to."""
    form = ResetRequestForm()
    if not form.validate():
        return _request_page(form), 422
    try:
        with transaction():
            services.ask_for_reset(
                identifier=form.identifier.data, address=request.remote_addr or "", at=now()
            )
    except TooMany as error:
        form.refuse(error)
        return refused(_request_page(form), error)
    return redirect(url_for("password_resets.sent"), 303)


@blueprint.get("/sent")
def sent() -> str:
    """Say that a letter is on its way, if there is anybody to write to."""
    return render_template("accounts/reset_sent.html")


@blueprint.get("/<reset_token>")
@secret_address
def edit(reset_token: str) -> Answer:
    """Show the form for the new password."""
    return _page(reset_token, NewPasswordForm(formdata=None))


@blueprint.post("/<reset_token>")
@csrf.exempt
@secret_address
def update(reset_token: str) -> Answer:
    """Set the new password; the account is signed out everywhere."""
    form = NewPasswordForm()
    if not form.validate():
        return _page(reset_token, form, 422)
    try:
        _set_password(reset_token, form.password.data)
    except NotFound as error:
        return _used_up(error)
    except Invalid as error:
        form.refuse(error)
        return _page(reset_token, form, error.status)
    return redirect(url_for("password_resets.done"), 303)


@blueprint.get("/done")
def done() -> str:
    """Say that the password is changed, and lead to signing in."""
    return render_template("accounts/reset_done.html")


def _set_password(token: str, password: str) -> None:
    """Take the token for the password. Hashing waits outside any lock."""
    account = queries.get_reset(token, now=now())
    password_hash = services.new_password_hash(
        password, username=account.username, email=account.email
    )
    with transaction():
        services.reset_password(token=token, password_hash=password_hash, at=now())


def _request_page(form: ResetRequestForm) -> str:
    return render_template("accounts/reset_request.html", form=form)


def _page(token: str, form: NewPasswordForm, status: int = 200) -> Answer:
    try:
        account = queries.get_reset(token, now=now())
    except NotFound as error:
        return _used_up(error)
    return render_template("accounts/reset.html", form=form, token=token, account=account), status


def _used_up(error: NotFound) -> Answer:
    return used_up(
        error,
        ask_again=url_for("password_resets.show"),
        words="A link to a new password works once, and within the hour.",
    )
