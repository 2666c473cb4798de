"""Appeals: what people say against decisions about them, for another moderator to decide."""

from flask import flash

from bookreviews.errors import Conflict, Invalid, NotAllowed
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import appealing, desk, queries
from bookreviews.moderation.models import OVERTURNED
from bookreviews.moderation.permissions import can_decide_appeal
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer, refused
from bookreviews.web.moderation.doors import PREFIX, back_to, page, place
from bookreviews.web.moderation.forms import AppealForm

blueprint = place("appeals", "/appeals")


@blueprint.get("")
def index() -> str:
    """List the appeals that wait, the oldest first."""
    return page("appeals", appeals=desk.open_appeals(), me=signed_in_viewer())


@blueprint.get("/<int:appeal_id>")
def show(appeal_id: int) -> str:
    """Show an appeal with the decision it is about."""
    return _appeal_page(queries.get_appeal(appeal_id))


@blueprint.post("/<int:appeal_id>/decision")
@csrf.exempt  # the form checks its token itself and stays as it was filled in
def decide(appeal_id: int) -> Answer:
    """Uphold or overturn the decision, with words to the person."""
    appeal, form = queries.get_appeal(appeal_id), AppealForm()
    if not form.validate():
        return _appeal_page(appeal, form), 422
    try:
        with transaction():
            decided = appealing.decide_appeal(
                moderator=signed_in_viewer(),
                appeal_id=appeal_id,
                outcome=form.outcome.data or "",
                answer=form.answer.data or "",
                at=now(),
            )
            is_overturned = decided.outcome == OVERTURNED
    except (Invalid, NotAllowed) as error:
        form.refuse(error)
        return refused(_appeal_page(appeal, form), error)
    except Conflict as error:
        page_of_now = _appeal_page(queries.get_appeal(appeal_id), form, problem=str(error))
        return refused(page_of_now, error)
    flash(
        "The decision is overturned, and everything is as it was before."
        if is_overturned
        else "The decision stands. The person has been told why.",
        "success",
    )
    return back_to(f"{PREFIX}/appeals")


def _appeal_page(
    appeal: Record, form: AppealForm | None = None, *, problem: str | None = None
) -> str:
    me = signed_in_viewer()
    return page(
        "appeal",
        appeal=appeal,
        form=form or AppealForm(formdata=None),
        problem=problem,
        may_decide=can_decide_appeal(me, acted_by_id=appeal.actor_id, person_id=appeal.person_id),
        me=me,
    )
