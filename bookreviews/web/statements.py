"""Statements: what somebody was told about a decision that concerns them, and their appeal."""

from flask import Blueprint, flash, redirect, render_template
from flask_login import login_required

from bookreviews.errors import Conflict, Invalid, NotAllowed
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import appealing, queries
from bookreviews.moderation.permissions import can_appeal
from bookreviews.moderation.vocabulary import APPEAL_WITHIN, APPEALABLE
from bookreviews.reviews.models import AWAITING_CHANGE
from bookreviews.site import queries as site
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web import deeds
from bookreviews.web.addresses import statement_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import AppealForm

blueprint = Blueprint("statements", __name__, url_prefix="/statements")


@blueprint.get("/<int:action_id>")
@login_required
def show(action_id: int) -> str:
    """Show what was decided, why, on which words, and how to appeal or what came of that."""
    return _page(action_id, AppealForm(formdata=None))


@blueprint.post("/<int:action_id>/appeal")
@csrf.exempt  # the form checks its token itself and stays as it was typed
@login_required
def appeal(action_id: int) -> Answer:
    """Appeal, once; another moderator decides."""
    form = AppealForm()
    if not form.validate():
        return _page(action_id, form), 422
    try:
        with transaction():
            appealing.make_appeal(
                viewer=signed_in_viewer(),
                action_id=action_id,
                words=form.words.data or "",
                at=now(),
            )
    except (Invalid, NotAllowed, Conflict) as error:
        form.refuse(error)
        return refused(_page(action_id, form), error)
    flash("Your appeal is made. Another moderator decides, and you will hear of it.", "success")
    return redirect(statement_path(action_id), 303)


def statement_about(review: Record | None) -> int | None:
    """Return the id of the statement that tells why a review isn't shown, or None if it is."""
    if review is None or review.concealment is None:
        return None
    action = queries.last_action_about(review.id)
    return action.id if action else None


def change_asked_for(review: Record) -> Record | None:
    """Return what a moderator asks the author to change, as long as the review waits for it."""
    if review.concealment != AWAITING_CHANGE:
        return None
    return queries.change_asked_for(review.id)


def _page(action_id: int, form: AppealForm) -> str:
    reader, moment = signed_in_viewer(), now()
    statement = queries.get_statement(action_id, reader)
    is_open = statement.appealed_at is None and statement.reversed_by_id is None
    return render_template(
        "statements/show.html",
        statement=statement,
        told=deeds.told(statement.kind),
        why=deeds.why(statement),
        means=deeds.means(statement),
        decided_by=deeds.decided_by(statement, site.current()),
        is_appealable=statement.kind in APPEALABLE,
        may_appeal=is_open
        and can_appeal(
            reader,
            kind=statement.kind,
            person_id=statement.person_id,
            acted_at=statement.at,
            at=moment,
        ),
        appeal_until=statement.at + APPEAL_WITHIN,
        form=form,
    )
