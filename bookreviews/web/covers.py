"""Covers: giving a book a picture, and taking it away again.

Those may who change the catalogue at once; who isn't trusted with it yet can report a cover.
"""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import login_required
from werkzeug.exceptions import RequestEntityTooLarge

from bookreviews.catalog import contributions
from bookreviews.catalog.images import covers
from bookreviews.catalog.images.making import make_cover
from bookreviews.catalog.images.reading import LARGEST_FILE, TOO_LARGE, read_cover
from bookreviews.errors import Invalid, NotAllowed
from bookreviews.extensions import bound, csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.reviews import rated_works
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import CoverForm, Form

blueprint = Blueprint("covers", __name__)

# The picture, and what a browser writes around it.
_LARGEST_REQUEST = LARGEST_FILE + 64 * 1024


@blueprint.get("/books/<slug>/cover")
@login_required
def edit(slug: str) -> str:
    """Show a book's cover, and the form for another."""
    work = rated_works.get_rated_work(slug)
    _check_trusted()
    return _page(work, CoverForm(formdata=None))


@blueprint.post("/books/<slug>/cover")
@csrf.exempt  # its token is a part of what only this view may read, since it can be this large
@login_required
def create(slug: str) -> Answer:
    """Give a book the picture that was sent."""
    request.max_content_length = _LARGEST_REQUEST
    work = rated_works.get_rated_work(slug)
    _check_trusted()
    try:
        form = CoverForm()
    except RequestEntityTooLarge:
        return _too_large(work)
    if not form.validate():
        return _page(work, form), 422
    sent = request.files.get("picture")
    try:
        made = make_cover(read_cover(sent.read() if sent else b""))
    except Invalid as error:
        form.refuse(error)
        return refused(_page(work, form), error)
    with transaction():
        uploader = _trusted_in_turn()
        covers.give_cover(
            work_id=work.id, made=made, storage=bound("media"), uploader_id=uploader, at=now()
        )
    flash("The book has its cover.", "success")
    return redirect(book_path(slug), 303)


@blueprint.post("/books/<slug>/cover/removal")
@login_required
def remove(slug: str) -> Answer:
    """Let a book show its drawn cover again."""
    work = rated_works.get_rated_work(slug)
    with transaction():
        editor_id = _trusted_in_turn()
        covers.take_cover(work_id=work.id, editor_id=editor_id, at=now())
    flash("The book shows its drawn cover again.", "success")
    return redirect(book_path(slug), 303)


def _check_trusted() -> None:
    if not contributions.trusts(signed_in_viewer(), at=now()):
        raise _untrusted()


def _trusted_in_turn() -> int:
    """Return who is looking, if they may change the catalogue at once at this moment."""
    editor = signed_in_viewer()
    if not contributions.begin(editor, at=now()):
        raise _untrusted()
    return editor.id


def _untrusted() -> NotAllowed:
    return NotAllowed(
        "Covers are set by readers whose work on the catalogue others have confirmed, and by "
        "moderators. You can report a cover that is wrong."
    )


def _too_large(work: Record) -> Answer:
    """Give the form back, which was not read, with the limit in words."""
    form = CoverForm(formdata=None)
    form.refuse(Invalid(picture=TOO_LARGE))
    return _page(work, form), 413


def _page(work: Record, form: CoverForm) -> str:
    return render_template(
        "covers/edit.html",
        work=work,
        form=form,
        removal=Form(formdata=None),
        largest=LARGEST_FILE // 2**20,
    )
