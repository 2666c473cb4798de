"""Reviews: posting one, being thanked, its permanent page, revising and withdrawing it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.queries import get_work_id
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation.publishing import publish_review, publish_revision
from bookreviews.reviews import queries, rated_works, services, suggesting
from bookreviews.reviews.permissions import can_edit, can_see_earlier
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, viewer
from bookreviews.web.addresses import book_path, review_path
from bookreviews.web.answers import Answer
from bookreviews.web.forms import ReviewForm
from bookreviews.web.sign_in import sign_in_page
from bookreviews.web.statements import change_asked_for, statement_about
from bookreviews.web.works import book_page

blueprint = Blueprint("reviews", __name__)


@blueprint.post("/books/<slug>/reviews")
@csrf.exempt  # the form itself checks its token, so that the words survive a stale one
def create(slug: str) -> Answer:
    """Post a review; wrong or interrupted, the words come back in the form."""
    work_id = get_work_id(slug)
    form = ReviewForm()
    author = viewer()
    if author is None:
        return sign_in_page(keeping=form, slug=slug), 401
    if not form.validate():
        return _form_again(work_id, form), 422
    address = request.remote_addr or ""
    try:
        with transaction():
            review_id = publish_review(
                author=author, work_id=work_id, address=address, at=now(), **form.said
            ).id
    except services.AlreadyReviewed as error:
        return _offer_revision(work_id, form, error)
    except (Invalid, services.NotNow, services.WorkLocked) as error:
        form.refuse(error)
        return _form_again(work_id, form), error.status
    return redirect(url_for("reviews.thanks", review_id=review_id), 303)


@blueprint.get("/reviews/<int:review_id>/thanks")
@login_required
def thanks(review_id: int) -> str:
    """Thank the author, show the review as others see it, offer what comes next."""
    review = _own_review(review_id)
    unread = suggesting.works_for(signed_in_viewer(), most=1)
    return render_template("reviews/thanks.html", review=review, next_work=next(iter(unread), None))


@blueprint.get("/reviews/<int:review_id>")
def show(review_id: int) -> Answer:
    """Show one review at its permanent address; an earlier version leads to the later one."""
    reader = viewer()
    try:
        review = queries.get_review(review_id, reader)
    except NotFound:
        later = queries.find_later_review(review_id)
        if later is None:
            raise
        return redirect(review_path(later), 301)
    return render_template(
        "reviews/show.html",
        review=review,
        statement=_statement_for(reader, review),
        earlier=queries.earlier_versions(review_id) if can_see_earlier(reader, review) else (),
    )


@blueprint.get("/reviews/<int:review_id>/edit")
@login_required
def edit(review_id: int) -> str:
    """Show the form with the review as it stands."""
    review = _own_review(review_id)
    return _edit_page(review, ReviewForm(formdata=None, data=_as_saved(review)))


@blueprint.post("/reviews/<int:review_id>")
@csrf.exempt  # as in create
def revise(review_id: int) -> Answer:
    """Save a changed review; wrong or interrupted, the words come back in the form."""
    form = ReviewForm()
    author = viewer()
    if author is None:
        return sign_in_page(keeping=form, slug=queries.get_review(review_id).work_slug), 401
    review = _own_review(review_id)
    if not form.validate():
        return _edit_page(review, form), 422
    try:
        with transaction():
            publish_revision(
                author=author,
                review_id=review_id,
                version=form.version.data,
                at=now(),
                **form.said,
            )
    except (Invalid, NotAllowed, services.WorkLocked) as error:
        form.refuse(error)
        return _edit_page(review, form), error.status
    except Conflict as error:
        form.refuse(error)
        form.form_errors.append("Your words are still in the form; save again to replace it.")
        return _edit_page(_own_review(review_id), form), error.status
    return redirect(url_for("reviews.thanks", review_id=review_id), 303)


@blueprint.get("/reviews/<int:review_id>/withdrawal")
@login_required
def confirm_withdrawal(review_id: int) -> str:
    """Ask once before words are gone."""
    return render_template("reviews/withdraw.html", review=_own_review(review_id))


@blueprint.post("/reviews/<int:review_id>/withdrawal")
@login_required
def withdraw(review_id: int) -> Answer:
    """Take a review back."""
    review = _own_review(review_id)
    with transaction():
        services.withdraw_review(author=signed_in_viewer(), review_id=review_id, at=now())
    flash("Your review is withdrawn.", "success")
    return redirect(book_path(review.work_slug), 303)


def _own_review(review_id: int) -> Record:
    """Return the viewer's own review; another's page for its author does not exist."""
    review = queries.get_review(review_id, viewer())
    if not can_edit(viewer(), review):
        raise NotFound("This page is for the review's author.")
    return review


def _statement_for(reader: Viewer | None, review: Record) -> int | None:
    """Return the statement that tells the author why a review isn't shown; others get none."""
    return statement_about(review) if can_edit(reader, review) else None


def _edit_page(review: Record, form: ReviewForm) -> str:
    """Render the form to revise; saving it next replaces the version that is shown now."""
    form.version.data = review.version
    form.version.raw_data = None
    return render_template(
        "reviews/edit.html", review=review, form=form, asked=change_asked_for(review)
    )


def _form_again(work_id: int, form: ReviewForm) -> str:
    """Render the book's page, with the form as it was sent."""
    return book_page(rated_works.get_rated_work_by_id(work_id), form)


def _offer_revision(work_id: int, form: ReviewForm, error: Conflict) -> Answer:
    """Answer a second review: the same words were a double click; others may replace the first."""
    own = queries.find_own_review(work_id, signed_in_viewer())
    if own is None:  # withdrawn in the same moment
        form.refuse(error)
        return _form_again(work_id, form), error.status
    review = queries.get_review(own.id, viewer())
    if services.says_the_same(review, **form.said):
        return redirect(url_for("reviews.thanks", review_id=review.id), 303)
    form.refuse(error)
    return _edit_page(review, form), error.status


def _as_saved(review: Record) -> dict[str, object]:
    return {
        "stars": review.stars,
        "body": review.body_source or "",
        "has_spoilers": review.has_spoilers,
        "was_given": review.was_given,
    }
