"""One book's unusual days: what came in, from whom, and leaving ratings out of its stars together.

Just the ratings that were shown are left out: their ids travel with the form, in one field.
"""

from collections.abc import Sequence

from flask import flash, request

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.days import beginning_of, last_days
from bookreviews.lib.orm import Record
from bookreviews.moderation import deciding, unusual
from bookreviews.moderation.permissions import can_decide
from bookreviews.moderation.vocabulary import MOST_AT_ONCE, SURGE_PAST
from bookreviews.reviews import scores
from bookreviews.reviews.counting import YOUNG_ACCOUNT
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.answers import Answer, refused
from bookreviews.web.charts import chart_of
from bookreviews.web.moderation.doors import PREFIX, back_to, page, place
from bookreviews.web.moderation.forms import ExclusionForm, LockForm, numbers_in

blueprint = place("surges", "/works/<int:work_id>")

YOUNG = "young"

# What is told after a redirect must fit into the cookie.
_MOST_NAMED = 5


@blueprint.get("/surge")
def show(work_id: int) -> str:
    """Show what came in about a book in its unusual days, and what can be done about it."""
    return surge_page(work_id)


@blueprint.post("/exclusions/preview")
def preview(work_id: int) -> Answer:
    """Show what leaving ratings out would change: the chosen, or all that match."""
    if request.form.get("all"):
        since = unusual.began_at(unusual.get_work(work_id), now())
        ids = unusual.ids_of_ratings(work_id, since, young=_is_young_wanted())
    else:
        ids = numbers_in(request.form.getlist("rating"))[:MOST_AT_ONCE]
    if not ids:
        return surge_page(work_id, problem="Please choose at least one rating first."), 422
    return _preview_page(work_id, ExclusionForm(None, data={"ratings": ",".join(map(str, ids))}))


@blueprint.post("/exclusions")
@csrf.exempt  # the form checks its token itself and stays as it was filled in
def create(work_id: int) -> Answer:
    """Leave all that was previewed out of the stars, as one bulk; sent twice, it is done once."""
    form, me = ExclusionForm(), signed_in_viewer()
    if not form.validate():
        return _preview_page(work_id, form), 422
    try:
        chosen = _chosen_in(form, work_id)
        with transaction():
            batch, left_out = deciding.act_on_all(
                moderator=me,
                subjects=unusual.subjects_of(chosen),
                decision=form.decision,
                at=now(),
            )
    except Invalid as error:
        form.refuse(error)
        return refused(_preview_page(work_id, form), error)
    left = {one.review_id for one in left_out}
    done = [one for one in chosen if one.id not in left]
    if not done:
        return _nothing_done(work_id, form, chosen)
    _tell(work_id, batch, len(done))
    if left:
        flash(_words_on([one for one in chosen if one.id in left], me), "warning")
    return back_to(address_of(work_id))


def surge_page(
    work_id: int, *, lock_form: LockForm | None = None, problem: str | None = None
) -> str:
    """Render the page of one book's unusual days, with a form that was refused."""
    me, at = signed_in_viewer(), now()
    work = unusual.get_work(work_id)
    since, young = unusual.began_at(work, at), _is_young_wanted()
    days = last_days(SURGE_PAST.days, until=at)
    per_day = unusual.count_per_day(work_id, beginning_of(days[0]))
    last_day, before = unusual.stars_of_last_day(work, at)
    of_all, of_young = unusual.count_ratings(work_id, since)
    return page(
        "surge",
        work=work,
        is_locked=work.locked_until is not None and work.locked_until > at,
        is_open=work.noticed_at is not None and work.answered_at is None,
        lock_form=lock_form or LockForm(None, prefix=prefix_for(work_id)),
        since=since,
        chart=chart_of("came-in", "Reviews and ratings", per_day, days),
        last_day=scores.bars(last_day),
        before=scores.bars(before),
        count=of_young if young else of_all,
        of_all=of_all,
        of_young=of_young,
        young=young,
        young_days=YOUNG_ACCOUNT.days,
        problem=problem,
        may_leave_out=lambda rating: _may_leave_out(rating, me),
        me=me,
        ratings=unusual.list_ratings(work_id, since, young=young, after=request.args.get("after")),
    )


def address_of(work_id: int) -> str:
    """Return the address of a book's unusual days."""
    return f"{PREFIX}/works/{work_id}/surge"


def prefix_for(work_id: int) -> str:
    """Return what keeps the form of one book apart from those of others."""
    return f"work{work_id}-"


def _chosen_in(form: ExclusionForm, work_id: int) -> Sequence[Record]:
    """Return the ratings that a form is about, or refuse it where they are none or too many."""
    if len(form.review_ids) > MOST_AT_ONCE:
        raise Invalid(ratings=f"Please choose at most {MOST_AT_ONCE} at once.")
    chosen = unusual.ratings_by_ids(work_id, form.review_ids)
    if not chosen:
        raise Invalid(ratings="Please choose at least one rating.")
    return chosen


def _preview_page(work_id: int, form: ExclusionForm, *, problem: str | None = None) -> str:
    me = signed_in_viewer()
    work = unusual.get_work(work_id)
    chosen = unusual.ratings_by_ids(work_id, form.review_ids[:MOST_AT_ONCE])
    ratings = [one for one in chosen if _may_leave_out(one, me)]
    form.ratings.data = ",".join(str(one.id) for one in ratings)
    form.ratings.raw_data = None
    return page(
        "exclusions",
        work=work,
        form=form,
        problem=problem,
        ratings=ratings,
        left_out=[one for one in chosen if not _may_leave_out(one, me)],
        why_left_out=lambda rating: _why_left_out(rating, me),
        effect=unusual.effect_of(work, ratings),
        me=me,
    )


def _nothing_done(work_id: int, form: ExclusionForm, chosen: Sequence[Record]) -> Answer:
    """Answer where all were left out: a second click has done it already, or nothing is left."""
    me = signed_in_viewer()
    batch = unusual.batch_that_left_out([one.id for one in chosen], actor_id=me.id)
    if batch is not None:
        _tell(work_id, batch, len(chosen))
        return back_to(address_of(work_id))
    return _preview_page(work_id, form, problem=_words_on(chosen, me)), 409


def _tell(work_id: int, batch: str, number: int) -> None:
    done = f"{number:,} {'rating' if number == 1 else 'ratings'} left out of the stars."
    flash(done, f"{PREFIX}/batches/{batch}/undo?work={work_id}")


def _is_young_wanted() -> bool:
    return request.args.get("by") == YOUNG


def _may_leave_out(rating: Record, me: Viewer) -> bool:
    return unusual.can_be_left_out(rating) and can_decide(
        me, kind="exclude", person_id=rating.author_id, person_role=rating.author_role
    )


def _why_left_out(rating: Record, me: Viewer) -> str:
    """Say why a rating can't be left out of the stars, by this moderator or at all."""
    if rating.author_id == me.id:
        return "your own"
    if rating.excluded_at is not None:
        return "left out already"
    if rating.concealment is not None:
        return "isn’t shown, so it doesn’t count already"
    if rating.stars is None:
        return "has no stars"
    return "an admin’s, for another admin to decide"


def _words_on(left_out: Sequence[Record], me: Viewer) -> str:
    """Name whose ratings stay as they are, and why."""
    named = [f"{one.author_name} ({_why_left_out(one, me)})" for one in left_out[:_MOST_NAMED]]
    more = len(left_out) - len(named)
    return f"Not touched: {'; '.join(named)}{f'; and {more} more' if more else ''}."
