"""Books about which far more is said than usual: closing one for a while, opening it again."""

from flask import flash, request

from bookreviews.errors import Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.moderation import surges
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer, refused
from bookreviews.web.moderation.doors import PREFIX, back_to, place
from bookreviews.web.moderation.forms import LockForm
from bookreviews.web.moderation.queue import queue_page
from bookreviews.web.moderation.surges import address_of, prefix_for, surge_page

blueprint = place("books")


@blueprint.post("/surges/<int:work_id>/lock")
@csrf.exempt  # the form checks its token itself and stays as it was filled in
def lock(work_id: int) -> Answer:
    """Close a book to new reviews and ratings for a time."""
    form, at = LockForm(prefix=prefix_for(work_id)), now()
    if not form.validate():
        return _page_again(work_id, form), 422
    try:
        with transaction():
            surges.lock(
                actor=signed_in_viewer(),
                work_id=work_id,
                until=form.until.ends_at(at) or at,  # nothing chosen is no end: refused by the rule
                words=form.words.data or "",
                at=at,
            )
    except Invalid as error:
        form.refuse(error)
        return refused(_page_again(work_id, form), error)
    flash("The book is closed to new reviews and ratings; its page says so.", "success")
    return back_to(_where_from(work_id))


@blueprint.post("/surges/<int:work_id>/answer")
def answer(work_id: int) -> Answer:
    """Note that there is nothing unusual about a book after all."""
    with transaction():
        surges.answer(work_id=work_id, at=now())
    flash("Noted: nothing unusual.", "success")
    return back_to(_where_from(work_id))


@blueprint.post("/works/<int:work_id>/unlock")
def unlock(work_id: int) -> Answer:
    """Open a book again before its time."""
    with transaction():
        surges.unlock(actor=signed_in_viewer(), work_id=work_id, at=now())
    flash("The book is open to reviews and ratings again.", "success")
    return back_to(_where_from(work_id))


def _is_from_surge() -> bool:
    """Tell whether the form was on the book's own page at the desk, not in the queue."""
    return request.args.get("from") == "surge"


def _where_from(work_id: int) -> str:
    return address_of(work_id) if _is_from_surge() else PREFIX


def _page_again(work_id: int, form: LockForm) -> str:
    if _is_from_surge():
        return surge_page(work_id, lock_form=form)
    return queue_page(refused_locks={work_id: form})
