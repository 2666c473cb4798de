"""Adding a book that is missing: by its ISBN or by the form, with likely duplicates first.

Where the operator allows it, the form is filled in with what Open Library knows of the ISBN.
"""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_login import login_required

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import adding, contributions, duplicates, isbns, lookup, queries
from bookreviews.catalog.models import UNCONFIRMED
from bookreviews.catalog.permissions import can_contribute
from bookreviews.catalog.services import IsbnTaken
from bookreviews.errors import DomainError, Invalid, NotAllowed, NotFound, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.isbn import isbn13_of
from bookreviews.transactions import transaction
from bookreviews.viewing import viewer
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.catalogue.forms import NewBookForm

blueprint = Blueprint("adding", __name__)

_LONGEST_ASKED = 300
SIGNED_OUT = "You are signed out. Sign in in another window, then press the button again."


@blueprint.get("/books/new")
@login_required
def new() -> Answer:
    """Show the form, begun with what the address says; an ISBN that is here leads to its book."""
    asked = {name: request.args.get(name, "")[:_LONGEST_ASKED] for name in ("isbn", "title")}
    isbn13 = isbn13_of(asked["isbn"]) if asked["isbn"] else None
    if isbn13 and (slug := isbns.find_slug(isbn13)):
        return _to_known(slug)
    author = request.args.get("author", "")[:_LONGEST_ASKED]
    form = NewBookForm(formdata=None, data={**asked, "authors": [author, ""]})
    return _page(form, alike=duplicates.likely(asked["title"], [author]) if asked["title"] else ())


@blueprint.post("/books")
@csrf.exempt  # the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Add a book; where one like it is here, ask first whether it is another."""
    form, editor = NewBookForm(), viewer()
    if editor is None:
        form.form_errors.append(SIGNED_OUT)
        return _page(form), 401
    if not form.validate():
        return _page(form), 422
    try:
        return _add(form, editor)
    except adding.Alike as error:
        return _page(form, alike=error.works), 422
    except IsbnTaken as error:
        slug = isbns.find_slug(error.isbn13)
        return _to_known(slug) if slug else _refused(form, Invalid(isbn=str(error)))
    except (Invalid, NotAllowed, TooMany) as error:
        return _refused(form, error)


@blueprint.post("/books/new/lookup")
@csrf.exempt  # as for adding
def look_up() -> Answer:
    """Give the form back with what Open Library knows of its ISBN; nothing is added yet."""
    form, editor = NewBookForm(), viewer()
    if editor is None:
        form.form_errors.append(SIGNED_OUT)
        return _page(form), 401
    if not form.can_be_looked_up():
        return _page(form), 422
    try:
        return _looked_up(form, editor)
    except NotFound as error:
        return _page(form, told=str(error)), error.status
    except lookup.Unreachable as error:
        # Not 502: what stands between us and the reader may put its own page in place of this.
        return _page(form, told=str(error)), 422
    except (NotAllowed, TooMany) as error:
        return _refused(form, error)


def _looked_up(form: NewBookForm, editor: Viewer) -> Answer:
    if not can_contribute(editor, now()):
        raise NotAllowed("Your account can read at the moment, but not add books.")
    if slug := isbns.find_slug(isbn13_of(form.isbn.data) or ""):
        return _to_known(slug)
    found = lookup.look_up(_site_to_ask(), form.isbn.data)
    filled = form.fill_in(found, queries.offered_subjects())
    told = "Open Library knows nothing of this book that you haven’t filled in already."
    if filled:
        told = (
            f"Filled in from Open Library: {', '.join(filled)}. Please check it, then add the "
            "book; nothing is saved yet."
        )
    alike = duplicates.likely(form.title.data, [name for name in form.authors.data if name])
    return _page(form, alike=alike, told=told)


def _add(form: NewBookForm, editor: Viewer) -> Answer:
    with transaction():
        made = adding.add_book(
            editor=editor, said=form.facts, is_new=bool(form.is_new.data), at=now()
        )
        work_id, waits = made.work_id, made.state == UNCONFIRMED
    assert work_id is not None
    until = " Its page says that it is new until somebody has looked at it." if waits else ""
    flash(f"Thank you: the book is on the shelves.{until}", "success")
    return redirect(book_path(queries.get_slug(work_id)), 303)


def _refused(form: NewBookForm, error: DomainError) -> Answer:
    form.refuse(error)
    return refused(_page(form), error)


def _to_known(slug: str) -> Answer:
    flash("This book is here already: this is its page.", "success")
    return redirect(book_path(slug), 303)


def _site_to_ask() -> str:
    return str(current_app.config["SETTINGS"].open_library_url)


def _page(form: NewBookForm, *, alike: Any = (), told: str = "") -> str:
    """Render the form; `told` is what came of looking its ISBN up."""
    form.offer_languages()
    return render_template(
        "catalogue/new.html",
        form=form,
        alike=alike,
        told=told,
        can_look_up=bool(_site_to_ask()),
        subjects=queries.offered_subjects(),
        is_trusted=contributions.trusts(viewer(), at=now()),
    )
