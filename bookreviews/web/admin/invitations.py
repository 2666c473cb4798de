"""Invitations: making one, whose link is shown once, and taking one back."""

from flask import flash, render_template, request, session, url_for

from bookreviews.accounts import people, queries
from bookreviews.audit.services import record
from bookreviews.errors import Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.text import is_readable
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.admin.doors import back_to, room
from bookreviews.web.admin.forms import InvitationForm
from bookreviews.web.answers import Answer, refused

blueprint = room("invitations", "/invitations")

_JUST_MADE = "invitation"


@blueprint.get("")
def show() -> str:
    """List invitations, with the form for another, and the link of one that was just made."""
    return _page(InvitationForm(formdata=None), code=session.pop(_JUST_MADE, None))


@blueprint.post("")
@csrf.exempt  # the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Make an invitation. Its link is shown once: the database keeps only its digest."""
    form = InvitationForm()
    if not form.validate():
        return _page(form), 422
    admin = signed_in_viewer()
    try:
        with transaction():
            code = people.invite(made_by=admin, note=form.note.data or "", at=now())
            record(actor=admin, act="made an invitation", person_id=None, details={}, at=now())
    except Invalid as error:
        form.refuse(error)
        return refused(_page(form), error)
    session[_JUST_MADE] = code
    return back_to(url_for("admin_invitations.show"))


@blueprint.post("/revocations")
def revoke() -> Answer:
    """Take an invitation back that nobody has used."""
    admin = signed_in_viewer()
    digest = request.form.get("invitation", "")
    with transaction():
        people.revoke_invitation(code_digest=digest if is_readable(digest) else "")
        record(actor=admin, act="took an invitation back", person_id=None, details={}, at=now())
    flash("The invitation is taken back; its link leads nowhere now.", "success")
    return back_to(url_for("admin_invitations.show"))


def _page(form: InvitationForm, *, code: str | None = None) -> str:
    return render_template(
        "admin/invitations.html", form=form, code=code, invitations=queries.list_invitations()
    )
