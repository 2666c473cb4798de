"""Many cases decided alike, as after a wave of spam: first shown, then done, then undone if wrong.

Just the cases that were shown are decided, but for those that the moderator spares: the ids of all
travel with the form in one field.
"""

from collections.abc import Mapping, Sequence

from flask import flash, request

from bookreviews.errors import Conflict, Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import deciding, desk, queue, taking_back
from bookreviews.moderation.vocabulary import MOST_AT_ONCE
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer, refused
from bookreviews.web.moderation import surges, wording
from bookreviews.web.moderation.doors import address_of, back_to, page, place, wanted_filter
from bookreviews.web.moderation.forms import BulkForm, numbers_in
from bookreviews.web.moderation.queue import queue_page

blueprint = place("bulk")

# What is told after a redirect must fit into the cookie.
_MOST_NAMED = 5
_LONGEST_NAME = 60


@blueprint.post("/bulk/preview")
def preview() -> Answer:
    """Show what would be decided: the chosen cases, or all that match. Nothing is written."""
    if request.form.get("all"):
        ids = queue.ids_of_cases(wanted_filter())
    else:
        ids = numbers_in(request.form.getlist("case"))[:MOST_AT_ONCE]
    if not ids:
        return queue_page(problem="Please choose at least one case first."), 422
    return _preview_page(BulkForm(None, data={"cases": ",".join(map(str, ids))}))


@blueprint.post("/bulk")
@csrf.exempt  # the form checks its token itself and stays as it was filled in
def create() -> Answer:
    """Decide all that was previewed; what others have decided or taken meanwhile is left out."""
    form = BulkForm()
    if not form.validate():
        return _preview_page(form), 422
    ids, decision = form.case_ids, form.decision(now())
    known = {case.id: case for case in queue.cases_by_ids(ids[:MOST_AT_ONCE], even_closed=True)}
    try:
        _check_fits(form, list(known.values()))
        with transaction():
            batch, left_out = deciding.decide_all(
                moderator=signed_in_viewer(), case_ids=ids, decision=decision, at=now()
            )
    except Invalid as error:
        form.refuse(error)
        return refused(_preview_page(form), error)
    done = [case for number, case in known.items() if number not in left_out]
    if not done:
        return _nothing_done(form, known)
    _tell(batch, decision.kind, done)
    if left_out:
        flash(_words_on([known[number] for number in left_out]), "warning")
    return back_to(address_of("", wanted_filter()))


@blueprint.post("/batches/<batch>/undo")
def undo(batch: str) -> Answer:
    """Take a whole bulk back."""
    with transaction():
        undone = taking_back.undo_batch(moderator=signed_in_viewer(), batch=batch, at=now())
    told = f"Taken back: {undone:,} {'decision' if undone == 1 else 'decisions'}."
    work_id = request.args.get("work", type=int)
    if work_id is not None:  # it was about one book's ratings, which had no cases
        flash(f"{told} The stars count as before.", "success")
        return back_to(surges.address_of(work_id))
    flash(f"{told} The cases are open again.", "success")
    return back_to(address_of("", wanted_filter()))


def _preview_page(form: BulkForm, *, problem: str | None = None) -> str:
    ids = form.shown_ids
    cases = queue.cases_by_ids(ids[:MOST_AT_ONCE])
    form.cases.data = ",".join(str(case.id) for case in cases)
    form.cases.raw_data = None
    if form.reason.data is None and cases:
        form.reason.data = cases[0].reason
    me, at = signed_in_viewer(), now()
    return page(
        "bulk",
        form=form,
        problem=problem,
        cases=cases,
        gone=len(ids) - len(cases),
        claimed=[case for case in cases if wording.claim_on(case, me, at) == "theirs"],
        kinds=wording.kinds_for_all(cases),
        wanted=wanted_filter(),
        me=me,
    )


def _nothing_done(form: BulkForm, known: Mapping[int, Record]) -> Answer:
    """Answer where all were decided by then: by the same form, sent twice, or by somebody else."""
    said, cases = form.decision(now()), list(known.values())
    batch = desk.own_batch(
        list(known), moderator=signed_in_viewer(), kind=said.kind, reason=said.reason
    )
    if batch is None:  # the words are still in the form
        return _preview_page(form, problem=_words_on(cases)), Conflict.status
    _tell(batch, said.kind, cases)
    return back_to(address_of("", wanted_filter()))


def _tell(batch: str, kind: str, done: Sequence[Record]) -> None:
    undo = address_of(f"/batches/{batch}/undo", wanted_filter())
    flash(wording.done_to_all(kind, done), undo)


def _check_fits(form: BulkForm, cases: Sequence[Record]) -> None:
    """Refuse what can't be done to all of them, before any of it is done."""
    if not cases:
        raise Invalid(cases="Please choose at least one case.")
    if form.kind.data not in wording.kinds_for_all(cases):
        raise Invalid(kind="Please choose what is to be done with all of them.")


def _words_on(left_out: Sequence[Record]) -> str:
    """Name what a bulk left out."""
    names = [wording.name_of(case)[:_LONGEST_NAME] for case in left_out[:_MOST_NAMED]]
    more = len(left_out) - len(names)
    listed = "; ".join(names) + (f"; and {more} more" if more else "")
    return (
        f"Left out, since somebody else has decided or taken it, or you may not decide: {listed}."
    )
