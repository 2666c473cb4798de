"""One case with all that helps to decide it: taking it, deciding it, taking the decision back."""

from flask import flash

from bookreviews.audit import services as trail
from bookreviews.errors import Conflict, Invalid, NotAllowed
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import claims, deciding, desk, queue, reporting, taking_back
from bookreviews.moderation.subjects import review_subject
from bookreviews.moderation.vocabulary import COVER
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer, refused
from bookreviews.web.moderation import wording
from bookreviews.web.moderation.doors import address_of, back_to, page, place, wanted_filter
from bookreviews.web.moderation.forms import DecisionForm

blueprint = place("cases")

_TAKEN_BACK = "Taken back: everything is as it was before."
_NO_PICTURE = (
    "Taken back. A cover that was removed as against the law is deleted for good, though: the book "
    "can only be given another picture."
)


@blueprint.get("/cases/<int:case_id>")
def show(case_id: int) -> str:
    """Show a case; a closed one shows what was decided."""
    return _case_page(desk.get_case(case_id))


@blueprint.post("/cases/<int:case_id>/claim")
def claim(case_id: int) -> Answer:
    """Take a case, so that others leave it alone for a while.

    A case shows somebody's record: that it was looked at is told in the admins' trail.
    """
    moderator = signed_in_viewer()
    try:
        with transaction():
            case = claims.claim(moderator=moderator, case_id=case_id, at=now())
            if case.person_id is not None:
                trail.record_lookup(actor=moderator, person_id=case.person_id, at=now())
    except Conflict as error:
        return refused(_case_page(desk.get_case(case_id), problem=str(error)), error)
    return _to_case(case_id)


@blueprint.post("/cases/<int:case_id>/release")
def release(case_id: int) -> Answer:
    """Give a case back to all."""
    with transaction():
        claims.release(moderator=signed_in_viewer(), case_id=case_id)
    return back_to(address_of("", wanted_filter()))


@blueprint.post("/cases/<int:case_id>/decision")
@csrf.exempt  # the form checks its token itself and stays as it was filled in
def decide(case_id: int) -> Answer:
    """Decide a case and go on to the next; who was slower is told who decided what.

    Who pressed the button twice was slower than themselves, and goes on all the same.
    """
    case, form = desk.get_case(case_id), DecisionForm()
    form.be_about(case.subject)
    if not form.validate():
        return _case_page(case, form), 422
    try:
        with transaction():
            action = deciding.decide(
                moderator=signed_in_viewer(),
                case_id=case_id,
                decision=form.decision(now()),
                at=now(),
            )
            action_id: int | None = action.id
    except (Invalid, NotAllowed) as error:
        form.refuse(error)
        return refused(_case_page(case, form), error)
    except Conflict as error:
        action_id = _decided_by_myself(case_id, form)
        if action_id is None:
            return refused(_case_page(desk.get_case(case_id), form, problem=str(error)), error)
    kind = form.kind.data or ""
    flash(wording.done(kind, case), address_of(f"/actions/{action_id}/reversal", wanted_filter()))
    return back_to(_what_follows(case))


@blueprint.post("/actions/<int:action_id>/reversal")
def reverse(action_id: int) -> Answer:
    """Take a decision back, and open its case again."""
    with transaction():
        reversal = taking_back.undo(moderator=signed_in_viewer(), action_id=action_id, at=now())
        case_id = reversal.case_id
        may_be_erased = reversal.subject == COVER and reversal.reason == "illegal"
    flash(_NO_PICTURE if may_be_erased else _TAKEN_BACK, "success")
    return _to_case(case_id) if case_id else back_to(address_of("", wanted_filter()))


@blueprint.post("/reviews/<int:review_id>/cases")
def create(review_id: int) -> Answer:
    """Open a case about a review that nobody has reported, or go to the one there is."""
    moderator = signed_in_viewer()
    subject = review_subject(review_id, moderator)
    if subject.person_id == moderator.id:
        raise NotAllowed("This review is your own; another moderator decides about it.")
    with transaction():
        case_id = reporting.case_of(subject, at=now()).id
    return _to_case(case_id)


def _case_page(
    case: Record, form: DecisionForm | None = None, *, problem: str | None = None
) -> str:
    """Render a case; `form` is one that was refused, whose words are shown in any event."""
    me, wanted, at = signed_in_viewer(), wanted_filter(), now()
    decisions = desk.earlier_decisions(case)
    if form is None:
        form = DecisionForm(None, data={"reason": case.reason})
        form.be_about(case.subject)
    return page(
        "case",
        case=case,
        form=form,
        problem=problem,
        me=me,
        wanted=wanted,
        claim=wording.claim_on(case, me, at),
        kinds=wording.kinds_for(case, me),
        reports=desk.reports_of(case.id),
        record=desk.record_of(case.person_id),
        decided=[one for one in decisions if one.case_id == case.id],
        earlier=[one for one in decisions if one.case_id != case.id],
        related=desk.related_reviews(case),
        previous=queue.neighbour(case, wanted, forward=False, viewer_id=me.id, now=at),
        following=queue.neighbour(case, wanted, forward=True, viewer_id=me.id, now=at),
    )


def _decided_by_myself(case_id: int, form: DecisionForm) -> int | None:
    said = form.decision(now())
    return desk.own_decision(
        case_id,
        moderator=signed_in_viewer(),
        kind=said.kind,
        reason=said.reason,
        words=said.words,
    )


def _to_case(case_id: int) -> Answer:
    return back_to(address_of(f"/cases/{case_id}", wanted_filter()))


def _what_follows(case: Record) -> str:
    """Return the address of the next case in the same part of the queue, or of the queue."""
    me, wanted, at = signed_in_viewer(), wanted_filter(), now()
    for forward in (True, False):
        found = queue.neighbour(case, wanted, forward=forward, viewer_id=me.id, now=at)
        if found is not None:
            return address_of(f"/cases/{found}", wanted)
    return address_of("", wanted)
