"""A reader's own settings: what others read, the e-mail address, the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required

from bookreviews import viewing
from bookreviews.accounts import queries, services
from bookreviews.errors import DomainError, Invalid, NotAllowed, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import EmailForm, Form, PasswordForm, ProfileForm

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@login_required
def show() -> str:
    """Show all three forms."""
    return _page()


@blueprint.post("/profile")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
@login_required
def change_profile() -> Answer:
    """Change name, place and words about oneself."""
    form = ProfileForm(prefix="profile")
    if not form.validate():
        return _page(profile=form), 422
    try:
        with transaction():
            services.change_profile(
                viewer=viewing.signed_in_viewer(),
                name=form.name.data or "",
                place=form.place.data or "",
                about=form.about.data or "",
            )
    except Invalid as error:
        return _refused(form, error, profile=form)
    return _saved("Your profile is saved.")


@blueprint.post("/email")
@csrf.exempt
@login_required
def change_email() -> Answer:
    """Change the e-mail address, which asks for the password."""
    form = EmailForm(prefix="email")
    if not form.validate():
        return _page(email=form), 422
    try:
        _confirm_password(form.current_password.data)
        with transaction():
            services.change_email(
                viewer=viewing.signed_in_viewer(), email=form.email.data, at=now()
            )
    except (Invalid, TooMany) as error:
        return _refused(form, error, email=form)
    return _saved("Your e-mail address is changed.")


@blueprint.post("/password")
@csrf.exempt
@login_required
def change_password() -> Answer:
    """Change the password, and sign out everywhere else."""
    form = PasswordForm(prefix="password")
    if not form.validate():
        return _page(password=form), 422
    viewer = viewing.signed_in_viewer()
    try:
        _confirm_password(form.current_password.data)
        password_hash = services.new_password_hash(
            form.password.data,
            username=viewer.username,
            email=queries.get_account(viewer.id).email,
        )
        with transaction():
            services.change_password(
                viewer=viewer, password_hash=password_hash, token=viewing.token(), at=now()
            )
    except (Invalid, TooMany) as error:
        return _refused(form, error, password=form)
    return _saved("Your password is changed, and you are signed out everywhere else.")


def _page(**forms: Form) -> str:
    account = queries.get_account(viewing.signed_in_viewer().id)
    return render_template(
        "accounts/settings.html",
        profile=forms.get("profile") or ProfileForm(None, obj=account, prefix="profile"),
        email=forms.get("email") or EmailForm(None, obj=account, prefix="email"),
        password=forms.get("password") or PasswordForm(None, prefix="password"),
        account=account,
    )


def _refused(form: Form, error: DomainError, **forms: Form) -> Answer:
    form.refuse(error)
    return refused(_page(**forms), error)


def _saved(message: str) -> Answer:
    flash(message, "success")
    return redirect(url_for("settings.show"), 303)


def _confirm_password(password: str) -> None:
    """Ask for the password again before something that could lock its owner out."""
    viewer = viewing.signed_in_viewer()
    with transaction():
        services.register_confirmation(viewer=viewer, address=request.remote_addr or "", at=now())
    try:
        services.check_password(identifier=viewer.username, password=password)
    except NotAllowed:
        raise Invalid(current_password="This is not your password.") from None  # noqa: S106
    with transaction():
        services.forget_attempts(user_id=viewer.id)
