"""What was changed, by whom and why: lists for everyone, one change by itself, and what waits."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import login_required

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions, history, queries
from bookreviews.catalog.editing import ChangedSince
from bookreviews.catalog.models import DECLINED, SUGGESTED, WORK
from bookreviews.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import changes
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, viewer
from bookreviews.web.answers import Answer, local_path, refused
from bookreviews.web.catalogue.editing import KINDS_AT
from bookreviews.web.catalogue.forms import ReasonForm

blueprint = Blueprint("history", __name__)


@blueprint.get("/books/<slug>/history")
def of_work(slug: str) -> str:
    """Show all that was changed about a book and its editions, the newest first."""
    work = queries.get_facts(slug)
    return _list(WORK, work.id, name=work.title, path=f"/books/{work.slug}")


@blueprint.get("/<any(authors, series, subjects):place>/<slug>/history")
def of_name(place: str, slug: str) -> str:
    """Show all that was changed about an author, a series or a subject."""
    named = queries.get_named(KINDS_AT[place], slug)
    return _list(KINDS_AT[place], named.id, name=named.name, path=f"/{place}/{named.slug}")


@blueprint.get("/changes")
@login_required
def waiting() -> str:
    """Show what waits to be confirmed, to those who may; for others there is nothing here."""
    reader = signed_in_viewer()
    if not contributions.trusts(reader, at=now()):
        raise NotFound("There is nothing here.")
    page = history.waiting(after=request.args.get("after"))
    return render_template("catalogue/waiting.html", page=page, me=reader)


@blueprint.get("/changes/<int:edit_id>")
def show_edit(edit_id: int) -> str:
    """Show one change by itself, and what can be done about it."""
    return _edit_page(_visible_edit(edit_id))


@blueprint.post("/changes/<int:edit_id>/confirmation")
@login_required
def confirm(edit_id: int) -> Answer:
    """Let a suggestion hold, or what a new reader added stand."""
    edit = _visible_edit(edit_id)
    try:
        with transaction():
            changes.confirm(by=signed_in_viewer(), edit_id=edit_id, at=now())
    except (Conflict, NotAllowed, TooMany, Invalid) as error:
        return _refused(edit, error)
    flash("Confirmed. Thank you.", "success")
    return _back_from(edit)


@blueprint.post("/changes/<int:edit_id>/refusal")
@csrf.exempt  # here and below the form checks its token itself and keeps the reason
@login_required
def decline(edit_id: int) -> Answer:
    """Turn a suggestion down, or what a new reader added; who suggested it takes it back."""
    edit, form = _visible_edit(edit_id), ReasonForm()
    if not form.validate():
        return _edit_page(edit, form), 422
    by = signed_in_viewer()
    reason = form.summary.data or ("Taken back." if edit.editor_id == by.id else "")
    try:
        with transaction():
            changes.decline(by=by, edit_id=edit_id, reason=reason, at=now())
    except (Conflict, NotAllowed, TooMany, Invalid) as error:
        return _refused(edit, error, form)
    flash("It is turned down, and whoever made it is told.", "success")
    return _back_from(edit)


@blueprint.post("/changes/<int:edit_id>/reversal")
@csrf.exempt
@login_required
def revert(edit_id: int) -> Answer:
    """Put back what a change changed, with a reason."""
    edit, form = _visible_edit(edit_id), ReasonForm()
    if not form.validate():
        return _edit_page(edit, form), 422
    try:
        with transaction():
            reversal = changes.revert(
                by=signed_in_viewer(), edit_id=edit_id, reason=form.summary.data or "", at=now()
            )
            reversal_id = reversal.id
    except (Conflict, NotAllowed, TooMany, Invalid) as error:
        return _refused(edit, error, form)
    flash("Taken back: it says again what it said before.", "success")
    return redirect(_where_to_go_on() or f"/changes/{reversal_id}", 303)


def _list(kind: str, thing_id: int, *, name: str, path: str) -> str:
    page = history.edits_of(kind, thing_id, after=request.args.get("after"))
    return render_template(
        "catalogue/history.html",
        page=page,
        kind=kind,
        name=name,
        path=path,
        canonical=f"{path}/history",
    )


def _visible_edit(edit_id: int) -> Record:
    """Return a change; what doesn't hold is for its editor and those who may decide it."""
    edit = history.get_edit(edit_id)
    reader = viewer()
    is_own = reader is not None and reader.id == edit.editor_id
    if edit.state in (SUGGESTED, DECLINED) and not is_own and not _may_decide(reader):
        raise NotFound("There is no such change.")
    return edit


def _may_decide(reader: Viewer | None) -> bool:
    return contributions.trusts(reader, at=now())


def _edit_page(
    edit: Record, form: ReasonForm | None = None, *, problem: DomainError | None = None
) -> str:
    return render_template(
        "catalogue/change.html",
        edit=edit,
        form=form or ReasonForm(formdata=None),
        problem=problem,
        later=history.later_edits(edit) if isinstance(problem, ChangedSince) else (),
        may_decide=_may_decide(viewer()),
    )


def _refused(edit: Record, error: DomainError, form: ReasonForm | None = None) -> Answer:
    if form is not None and isinstance(error, Invalid):
        form.refuse(error)
        return refused(_edit_page(edit, form), error)
    return refused(_edit_page(history.get_edit(edit.id), form, problem=error), error)


def _back_from(edit: Record) -> Answer:
    """Go on where the button was: in the queue, on a case, or on the change's own page."""
    return redirect(_where_to_go_on() or f"/changes/{edit.id}", 303)


def _where_to_go_on() -> str | None:
    return local_path(request.form.get("back"))
