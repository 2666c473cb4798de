"""Making an account."""

from flask import Blueprint, redirect, render_template, request, url_for

from bookreviews import viewing
from bookreviews.accounts import queries, services
from bookreviews.errors import Invalid, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.moderation import flags
from bookreviews.site import queries as site
from bookreviews.site.settings import BY_APPROVAL, BY_INVITATION
from bookreviews.transactions import transaction
from bookreviews.web.answers import Answer, local_path, refused
from bookreviews.web.forms import SignUpForm

blueprint = Blueprint("sign_up", __name__)


@blueprint.get("/sign-up")
def show() -> Answer:
    """Show the form; who is signed in already goes on at once."""
    wanted = local_path(request.args.get("next"))
    if viewing.viewer():
        return redirect(wanted or url_for("home.show"), 303)
    given = {"next": wanted, "invitation": request.args.get("invitation")}
    return _page(SignUpForm(formdata=None, data=given))


@blueprint.post("/sign-up")
@csrf.exempt  # the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Make the account and sign it in; a letter asks to confirm its address."""
    form = SignUpForm()
    if not form.validate():
        return _page(form), 422
    try:
        token = _open_account(form)
    except (Invalid, TooMany) as error:
        form.refuse(error)
        return refused(_page(form), error)
    viewing.begin(token)
    return redirect(local_path(form.next.data) or url_for("home.show"), 303)


def _page(form: SignUpForm) -> str:
    return render_template("accounts/sign_up.html", form=form)


def _open_account(form: SignUpForm) -> str:
    """Return the token of the new account's first session. Hashing waits outside any lock."""
    username, email, moment = form.username.data, form.email.data, now()
    invitation = _invitation_in(form)
    services.check_sign_up(
        username=username, name=form.name.data or "", email=email, password=form.password.data
    )
    services.check_invitation(code=invitation, at=moment)
    with transaction():
        services.register_sign_up(address=request.remote_addr or "", at=moment)
    password_hash = services.new_password_hash(form.password.data, username=username, email=email)
    with transaction():
        user = services.sign_up(
            username=username,
            name=form.name.data or "",
            email=email,
            password_hash=password_hash,
            approved_at=None if site.current().sign_up == BY_APPROVAL else moment,
            invitation=invitation,
            at=moment,
        )
        services.ask_to_confirm(user_id=user.id, at=moment)
        flags.examine_account(user_id=user.id, email=user.email, at=moment)
        return services.start_session(
            user_id=user.id,
            at=moment,
            address=request.remote_addr or "",
            agent=request.user_agent.string,
        )


def _invitation_in(form: SignUpForm) -> str | None:
    """Return the code that is needed here, or that is used up where it isn't needed but good."""
    code = form.invitation.data or ""
    if site.current().sign_up == BY_INVITATION:
        return code
    return code if code and queries.is_good_invitation(code, now=now()) else None
