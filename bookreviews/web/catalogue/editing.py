"""Editing what the catalogue says: at once by those who are trusted, by others as a suggestion.

A form that is older than the thing keeps both: what others changed meanwhile stays, and where two
changed the same fact, the page comes back with both versions and everything that was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import login_required

from bookreviews.catalog import contributions, editing, history, isbns, queries
from bookreviews.catalog.editing import Clash, EditConflict
from bookreviews.catalog.facts import Facts, Thing
from bookreviews.catalog.models import AUTHOR, EDITION, SERIES, SUBJECT, SUGGESTED, WORK
from bookreviews.catalog.services import IsbnTaken
from bookreviews.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, viewer
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.catalogue.adding import SIGNED_OUT
from bookreviews.web.catalogue.forms import EditForm, filled_in, sent

blueprint = Blueprint("editing", __name__)

# The places of those that are only a name.
KINDS_AT = {"authors": AUTHOR, "series": SERIES, "subjects": SUBJECT}
PLACES = {kind: place for place, kind in KINDS_AT.items()}


@dataclass(frozen=True, slots=True)
class Edited:
    """What a page edits: the thing, what people call it, its page, and where its form goes."""

    thing: Thing
    name: str
    page: str
    action: str

    @property
    def kind(self) -> str:
        """Return of which kind it is."""
        return self.thing.kind


@blueprint.get("/books/<slug>/edit")
@login_required
def edit_work(slug: str) -> str:
    """Show the form with what is said of a book."""
    return _form_of(_work(slug))


@blueprint.post("/books/<slug>/changes")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
def change_work(slug: str) -> Answer:
    """Change what is said of a book, or suggest it."""
    return _change(_work(slug))


@blueprint.get("/books/<slug>/editions/<int:edition_id>/edit")
@login_required
def edit_edition(slug: str, edition_id: int) -> str:
    """Show the form with what is said of an edition."""
    return _form_of(_edition(slug, edition_id))


@blueprint.post("/books/<slug>/editions/<int:edition_id>/changes")
@csrf.exempt
def change_edition(slug: str, edition_id: int) -> Answer:
    """Change what is said of an edition, or suggest it."""
    return _change(_edition(slug, edition_id))


@blueprint.get("/books/<slug>/editions/new")
@login_required
def new_edition(slug: str) -> str:
    """Show the form for another edition of a book."""
    form = filled_in(EDITION, {"language": queries.get_facts(slug).language})
    return _edition_page(queries.get_facts(slug), form)


@blueprint.post("/books/<slug>/editions")
@csrf.exempt
def create_edition(slug: str) -> Answer:
    """Add an edition to a book, or suggest it; an ISBN that is here leads to its book."""
    work, form = queries.get_facts(slug), sent(EDITION)
    if viewer() is None:
        form.form_errors.append(SIGNED_OUT)
        return _edition_page(work, form), 401
    if not form.validate():
        return _edition_page(work, form), 422
    try:
        with transaction():
            made = editing.add_to_work(
                editor=signed_in_viewer(),
                work_id=work.id,
                wanted=form.facts,
                summary=form.summary.data or "",
                at=now(),
            )
            waits, edit_id = made.state == SUGGESTED, made.id
    except IsbnTaken as error:
        form.refuse(Invalid(isbn=str(error)))
        return refused(_edition_page(work, form, known=error.isbn13), error)
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return refused(_edition_page(work, form), error)
    return _done(waits, edit_id, book_path(work.slug))


@blueprint.get("/<any(authors, series, subjects):place>/<slug>/edit")
@login_required
def edit_name(place: str, slug: str) -> str:
    """Show the form for an author, a series or a subject."""
    return _form_of(_named(place, slug))


@blueprint.post("/<any(authors, series, subjects):place>/<slug>/changes")
@csrf.exempt
def change_name(place: str, slug: str) -> Answer:
    """Change what an author, a series or a subject is called, or suggest it."""
    return _change(_named(place, slug))


def _work(slug: str) -> Edited:
    work = queries.get_facts(slug)
    path = book_path(work.slug)
    return Edited(Thing(WORK, work.id, work.id), work.title, path, f"{path}/changes")


def _edition(slug: str, edition_id: int) -> Edited:
    work = queries.get_facts(slug)
    queries.check_edition(edition_id, work.id)
    path = book_path(work.slug)
    action = f"{path}/editions/{edition_id}/changes"
    return Edited(Thing(EDITION, edition_id, work.id), work.title, f"{path}#editions", action)


def _named(place: str, slug: str) -> Edited:
    kind = KINDS_AT[place]
    named = queries.get_named(kind, slug)
    path = f"/{place}/{named.slug}"
    return Edited(Thing(kind, named.id), named.name, path, f"{path}/changes")


def _form_of(edited: Edited) -> str:
    form = filled_in(edited.kind, _facts(edited))
    _be_about(form, edited, history.latest_number(edited.kind, edited.thing.id or 0))
    return _page(edited, form)


def _change(edited: Edited) -> Answer:
    """Make the change; wrong, interrupted or late, everything written comes back in the form."""
    form = sent(edited.kind)
    if viewer() is None:
        form.form_errors.append(SIGNED_OUT)
        return _page(edited, form), 401
    if not form.validate():
        return _page(edited, form), 422
    try:
        _check_is_the_same(edited, form)
        return _make(edited, form)
    except EditConflict as error:
        _be_about(form, edited, error.number)
        return refused(_page(edited, form, clashes=error.clashes), error)
    except (Invalid, NotAllowed, TooMany, Conflict) as error:
        form.refuse(_beside_field(error))
        return refused(_page(edited, form), error)


def _make(edited: Edited, form: EditForm) -> Answer:
    with transaction():
        made = editing.change(
            editor=signed_in_viewer(),
            thing=edited.thing,
            wanted=form.facts,
            seen=form.number,
            summary=form.summary.data or "",
            at=now(),
        )
        waits = made is not None and made.state == SUGGESTED
        edit_id = made.id if made else None
    return _done(waits, edit_id, _present_page(edited))


def _done(waits: bool, edit_id: int | None, page: str) -> Answer:
    """Say what became of it, where it can be seen."""
    if waits:
        flash("Thank you. It waits until a moderator or a trusted reader has looked.", "success")
        return redirect(url_for("history.show_edit", edit_id=edit_id), 303)
    flash("Saved." if edit_id else "All is as it was.", "success")
    return redirect(page, 303)


def _present_page(edited: Edited) -> str:
    """Return the page of a thing at the address that it has by now."""
    if edited.thing.work_id is not None:
        end = "#editions" if edited.kind == EDITION else ""
        return book_path(queries.get_slug(edited.thing.work_id)) + end
    slug = queries.get_name_slug(edited.kind, edited.thing.id or 0)
    return f"/{PLACES[edited.kind]}/{slug}"


def _check_is_the_same(edited: Edited, form: EditForm) -> None:
    """Show both versions where the form is about something that was merged into this meanwhile."""
    if form.of.data in (None, edited.thing.id):
        return
    clashes = editing.differences(edited.thing, form.facts)
    raise EditConflict(clashes, history.latest_number(edited.kind, edited.thing.id or 0))


def _be_about(form: EditForm, edited: Edited, number: int) -> None:
    """Let the form that is sent next be about what is there now."""
    form.of.data, form.seen.data = edited.thing.id, number
    form.of.raw_data = form.seen.raw_data = None


def _beside_field(error: DomainError) -> DomainError:
    return Invalid(isbn=str(error)) if isinstance(error, IsbnTaken) else error


def _facts(edited: Edited) -> Facts:
    return editing.read_facts(edited.thing)


def _page(edited: Edited, form: EditForm, *, clashes: Sequence[Clash] = ()) -> str:
    return render_template(
        "catalogue/edit.html",
        edited=edited,
        form=form,
        clashes=clashes,
        subjects=queries.offered_subjects() if edited.kind == WORK else (),
        is_trusted=contributions.trusts(viewer(), at=now()),
    )


def _edition_page(work: Record, form: EditForm, *, known: str | None = None) -> str:
    return render_template(
        "catalogue/edition_new.html",
        work=work,
        form=form,
        known_at=isbns.find_slug(known) if known else None,
        is_trusted=contributions.trusts(viewer(), at=now()),
    )
