"""A reader's own settings: what others read, the address, the password, letters, sessions."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required

from bookreviews import viewing
from bookreviews.accounts import queries, services
from bookreviews.catalog import contributions, permissions
from bookreviews.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation.publishing import publish_profile
from bookreviews.transactions import transaction
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import (
    EmailForm,
    Form,
    MailsForm,
    PasswordForm,
    ProfileForm,
    session_id,
)

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

_LETTER_SENT = "We have written to this address. It is confirmed once you follow the link."


@blueprint.get("")
@login_required
def show() -> str:
    """Show all forms, and where the reader is signed in."""
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
            publish_profile(
                viewer=viewing.signed_in_viewer(),
                name=form.name.data or "",
                place=form.place.data or "",
                about=form.about.data or "",
                at=now(),
            )
    except (Invalid, NotAllowed) as error:
        return _refused(form, error, profile=form)
    return _saved("Your profile is saved.")


@blueprint.post("/email")
@csrf.exempt
@login_required
def change_email() -> Answer:
    """Have another e-mail address confirmed, which asks for the password."""
    form = EmailForm(prefix="email")
    if not form.validate():
        return _page(email=form), 422
    try:
        _confirm_password(form.current_password.data)
        with transaction():
            _count_letter()
            is_new = services.change_email(
                viewer=viewing.signed_in_viewer(), email=form.email.data, at=now()
            )
    except (Invalid, TooMany) as error:
        return _refused(form, error, email=form)
    return _saved(_LETTER_SENT if is_new else "This is your address already.")


@blueprint.post("/confirmations")
@login_required
def ask_to_confirm() -> Answer:
    """Write another letter with a link that confirms the address."""
    try:
        with transaction():
            _count_letter()
            services.ask_to_confirm(user_id=viewing.signed_in_viewer().id, at=now())
    except (Conflict, TooMany) as error:
        flash(str(error), "error")
        return refused(_page(), error)
    return _saved(_LETTER_SENT)


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


@blueprint.post("/mails")
@csrf.exempt
@login_required
def change_mails() -> Answer:
    """Choose what letters are about."""
    form = MailsForm(prefix="mails")
    if not form.validate():
        return _page(mails=form), 422
    with transaction():
        services.change_mails(viewer=viewing.signed_in_viewer(), groups=form.groups)
    return _saved("Your choice of letters is saved.")


@blueprint.post("/ended-sessions")
@login_required
def end_session() -> Answer:
    """Sign out in another browser."""
    with transaction():
        services.end_session_by_id(session_id=session_id(), user_id=viewing.signed_in_viewer().id)
    return _saved("You are signed out there.")


def _page(**forms: Form) -> str:
    viewer = viewing.signed_in_viewer()
    account, known = queries.get_account(viewer.id), contributions.find(viewer)
    return render_template(
        "accounts/settings.html",
        profile=forms.get("profile") or ProfileForm(None, obj=account, prefix="profile"),
        email=forms.get("email") or EmailForm(None, obj=account, prefix="email"),
        password=forms.get("password") or PasswordForm(None, prefix="password"),
        mails=forms.get("mails") or _mails_form(account),
        account=account,
        known=known,
        is_trusted=permissions.is_trusted(viewer, known, now()),
        trust=permissions,
        sessions=queries.sessions_of(viewer.id, here=viewing.token()),
    )


def _mails_form(account: Record) -> MailsForm:
    chosen = dict.fromkeys(account.mails_about, True)
    return MailsForm(None, data=chosen, prefix="mails")


def _refused(form: Form, error: DomainError, **forms: Form) -> Answer:
    form.refuse(error)
    return refused(_page(**forms), error)


def _saved(message: str) -> Answer:
    flash(message, "success")
    return redirect(url_for("settings.show"), 303)


def _count_letter() -> None:
    """Count a letter that this reader causes: not each address they type is theirs."""
    services.register_letter(
        user_id=viewing.signed_in_viewer().id, address=request.remote_addr or "", at=now()
    )


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
