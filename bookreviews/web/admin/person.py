"""One person: who they are, where they are signed in, and what an admin can do for or about them.

Every act is told in the audit trail in its own transaction. So is looking: a GET that writes, the
only one, since a trail of lookups must not depend on who presses what.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, render_template, request, url_for

from bookreviews.accounts import confirming, people, queries, ways_in
from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries as audit
from bookreviews.audit import services as trail
from bookreviews.catalog import contributions
from bookreviews.errors import Conflict, DomainError, Invalid, NotFound, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.moderation import services as moderation
from bookreviews.notifications.services import notify
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, token
from bookreviews.web.admin.doors import back_to, room
from bookreviews.web.admin.forms import DecisionForm, ErasureForm, RoleForm, SuspensionForm
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import Form, session_id

blueprint = room("person", "/people/<username>")

_MOST_SIGN_INS = 20
_NO_WAY_BACK = (
    "No letter was written: another account has confirmed this address, or gave it first, or "
    "nobody can sign in to this account with a password."
)
_ENOUGH_LETTERS = (
    "No letter was written: this account was sent several in the last quarter of an hour. Please "
    "wait, or tell its owner to look for them."
)
_MOST_ENTRIES = 10


@blueprint.get("")
def show(username: str) -> str:
    """Show all that is known of somebody; that somebody looked is told in the trail."""
    person = _person(username)
    admin = signed_in_viewer()
    if trail.is_lookup_due(actor=admin, person_id=person.id, at=now()):
        with transaction():
            trail.record_lookup(actor=admin, person_id=person.id, at=now())
    return _page(person)


@blueprint.post("/role")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
def change_role(username: str) -> Answer:
    """Give somebody another role; there is always an admin."""
    person = _person(username)
    form = RoleForm(prefix="role")
    if not form.validate():
        return _page(person, role=form), 422
    role = form.role.data
    try:
        with transaction():
            people.change_role(user_id=person.id, role=role)
            if role != person.role:
                _record("changed a role", person, before=person.role, after=role)
                told = {"role": role}
                notify(user_id=person.id, kind="role_changed", details=told, at=now())
    except (Invalid, Conflict) as error:
        return _refused(person, error, role=form)
    return _done(person, f"{person.username} is {role} now.")


@blueprint.post("/trust")
def give_trust(username: str) -> Answer:
    """Let what somebody changes in the catalogue hold at once, whatever they have shown so far."""
    person = _person(username)
    with transaction():
        contributions.give_trust(user_id=person.id, at=now())
        _record("gave trust", person)
    return _done(person, f"What {person.username} changes in the catalogue holds at once now.")


@blueprint.post("/withdrawn-trust")
def withdraw_trust(username: str) -> Answer:
    """Take an admin's word back; what was earned stays."""
    person = _person(username)
    with transaction():
        contributions.withdraw_trust(user_id=person.id)
        _record("withdrew trust", person)
    return _done(person, "Taken back; trust that was earned by good changes stays.")


@blueprint.post("/ended-sessions")
def end_sessions(username: str) -> Answer:
    """Sign somebody out, in one browser or everywhere."""
    person = _person(username)
    is_one = "session" in request.form
    with transaction():
        if is_one:
            ways_in.end_session_by_id(session_id=session_id(), user_id=person.id)
        else:
            ways_in.end_sessions(user_id=person.id)
        _record("ended sessions", person, which="one" if is_one else "all")
    return _done(person, "They are signed out there." if is_one else "They are signed out.")


@blueprint.post("/approval")
def approve(username: str) -> Answer:
    """Let somebody in who waits for it."""
    person = _person(username)
    with transaction():
        people.approve(user_id=person.id, at=now())
        _record("approved an account", person)
    return _done(person, f"{person.username} can write here now.")


@blueprint.post("/confirmation")
def confirm(username: str) -> Answer:
    """Take somebody's address for theirs, since an admin knows that it is."""
    person = _person(username)
    try:
        with transaction():
            confirming.confirm_by_admin(user_id=person.id, at=now())
            _record("confirmed an address", person)
    except Conflict as error:
        return _refused(person, error)
    return _done(person, "Their address is confirmed.")


@blueprint.post("/way-back")
def send_way_back(username: str) -> Answer:
    """Write somebody a letter with a link where they choose a new password."""
    person = _person(username)
    try:
        _check_way_back(person)
        with transaction():
            is_written = confirming.ask_for_reset(
                identifier=person.username, address=request.remote_addr or "", at=now()
            )
            if is_written:
                _record("sent a way back in", person)
    except (Conflict, TooMany) as error:
        return _refused(person, error)
    if not is_written:
        return _refused(person, Conflict(_ENOUGH_LETTERS))
    return _done(person, "A letter is on its way to their address, with a link that works once.")


@blueprint.post("/suspension")
@csrf.exempt
def suspend(username: str) -> Answer:
    """Let somebody read but not write, for a time; they are told why."""
    person = _person(username)
    form = SuspensionForm(prefix="suspension")
    if not form.validate():
        return _page(person, suspension=form), 422
    try:
        with transaction():
            moderation.suspend(
                actor=signed_in_viewer(),
                user_id=person.id,
                reason=form.reason.data,
                words=form.words.data or "",
                until=now() + timedelta(days=int(form.days.data)),
                at=now(),
            )
    except DomainError as error:
        return _refused(person, error, suspension=form)
    return _done(person, f"{person.username} is suspended, and told why.")


@blueprint.post("/lifted-suspension")
@csrf.exempt
def lift(username: str) -> Answer:
    """End a suspension before its time."""
    person = _person(username)
    form = DecisionForm(prefix="lift")
    if not form.validate():
        return _page(person, lift=form), 422
    try:
        with transaction():
            moderation.lift(
                actor=signed_in_viewer(),
                user_id=person.id,
                reason=form.reason.data,
                words=form.words.data or "",
                at=now(),
            )
    except DomainError as error:
        return _refused(person, error, lift=form)
    return _done(person, f"{person.username} can write again.")


@blueprint.post("/erasure")
@csrf.exempt
def erase(username: str) -> Answer:
    """Erase an account for ever, where its username was typed to say so."""
    person = _person(username)
    form = ErasureForm(prefix="erasure")
    if not form.validate():
        return _page(person, erasure=form), 422
    try:
        if (form.username.data or "").strip().lower() != person.username:
            raise Invalid(username=f"To erase this account, type {person.username}.")
        with transaction():
            moderation.erase_person(actor=signed_in_viewer(), user_id=person.id, at=now())
    except DomainError as error:
        return _refused(person, error, erasure=form)
    flash("The account is erased.", "success")
    return back_to(url_for("admin_people.show"))


def _person(username: str) -> Any:
    known = queries.find_viewers([username.lower()])
    if username.lower() not in known:
        raise NotFound("There is no reader of this name here.")
    return queries.get_person(known[username.lower()].id)


def _check_way_back(person: Any) -> None:
    """Raise Conflict where no letter would be written: readers aren't told so, an admin is."""
    if queries.find_reset_account(person.username) is None:
        raise Conflict(_NO_WAY_BACK)


def _page(person: Any, **forms: Form) -> str:
    """Render the person's page with a form that came back, the others as if untouched."""
    return render_template(
        "admin/person.html",
        person=person,
        at=now(),
        known=contributions.find_by_id(person.id),
        sessions=queries.sessions_of(person.id, here=token()),
        sign_ins=queries.sign_ins_of(person.id, most=_MOST_SIGN_INS),
        entries=audit.entries(person=person.id).rows[:_MOST_ENTRIES],
        **{
            "role": RoleForm(prefix="role", formdata=None, data={"role": person.role}),
            "suspension": SuspensionForm(prefix="suspension", formdata=None),
            "lift": DecisionForm(prefix="lift", formdata=None),
            "erasure": ErasureForm(prefix="erasure", formdata=None),
            **forms,
        },
    )


def _refused(person: Any, error: DomainError, **forms: Form) -> Answer:
    """Tell of a refusal in the form that it is about, or above all where a button asked."""
    for form in forms.values():
        form.refuse(error)
    if not forms:
        flash(str(error), "error")
    return refused(_page(person, **forms), error)


def _done(person: Any, words: str) -> Answer:
    flash(words, "success")
    return back_to(url_for("admin_person.show", username=person.username))


def _record(act: str, person: Any, **details: Any) -> None:
    admin: Viewer = signed_in_viewer()
    told: Mapping[str, Any] = details
    trail.record(actor=admin, act=act, person_id=person.id, details=dict(told), at=now())
