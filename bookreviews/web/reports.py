"""Reports: telling the moderators that something is wrong, and what came of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required

from bookreviews.accounts import queries as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation import flags, queries, reporting
from bookreviews.moderation.subjects import (
    Subject,
    profile_subject,
    review_subject,
    work_subject,
)
from bookreviews.moderation.vocabulary import COVER, PROFILE, REASONS, REVIEW, SUBJECTS, WORK
from bookreviews.reviews import queries as reviews
from bookreviews.reviews import rated_works
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, viewer
from bookreviews.web.addresses import book_path, review_path, user_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.forms import BookReportForm, ReportForm

blueprint = Blueprint("reports", __name__)


@dataclass(frozen=True, slots=True)
class Reported:
    """A thing that somebody may report: what it is called, where it stands, whose it is."""

    kind: str
    name: str
    path: str
    owner_id: int | None
    subject: Callable[[ReportForm], Subject]
    parts: dict[str, str]  # what can be reported of it, in words, by the keys of subjects

    @property
    def form(self) -> ReportForm:
        """Return the form as it was sent."""
        return (BookReportForm if self.kind == WORK else ReportForm).about(self.kind)

    @property
    def empty_form(self) -> ReportForm:
        """Return the form before anything was typed."""
        kind = BookReportForm if self.kind == WORK else ReportForm
        return kind.about(self.kind, formdata=None)


@blueprint.get("/reports")
@login_required
def index() -> str:
    """Show what the viewer has reported, and what came of each."""
    page = queries.reports_by(signed_in_viewer(), after=request.args.get("after"))
    return render_template("reports/index.html", page=page, reasons=REASONS, subjects=SUBJECTS)


@blueprint.get("/reviews/<int:review_id>/reports")
@login_required
def new_about_review(review_id: int) -> str:
    """Show the form to report a review."""
    return _form_about(_review(review_id))


@blueprint.post("/reviews/<int:review_id>/reports")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
def create_about_review(review_id: int) -> Answer:
    """Report a review; so many reports of weight hold it until a person has looked."""
    return _report(_review(review_id))


@blueprint.get("/users/<username>/reports")
@login_required
def new_about_profile(username: str) -> str:
    """Show the form to report a reader's profile."""
    return _form_about(_profile(username))


@blueprint.post("/users/<username>/reports")
@csrf.exempt
def create_about_profile(username: str) -> Answer:
    """Report a reader's profile."""
    return _report(_profile(username))


@blueprint.get("/books/<slug>/reports")
@login_required
def new_about_book(slug: str) -> str:
    """Show the form to report a mistake in a book's data, or its cover."""
    return _form_about(_book(slug))


@blueprint.post("/books/<slug>/reports")
@csrf.exempt
def create_about_book(slug: str) -> Answer:
    """Report a mistake in a book's data, or its cover."""
    return _report(_book(slug))


def _review(review_id: int) -> Reported:
    review = reviews.get_review(review_id, viewer())
    name = f"{review.author_name}’s review of {review.work_title}"
    path = review_path(review.id)
    return Reported(
        REVIEW,
        name,
        path,
        review.author_id,
        lambda _: review_subject(review.id, viewer()),
        {Subject(REVIEW, review.id).key: "this review"},
    )


def _profile(username: str) -> Reported:
    profile: Record = accounts.get_profile(username)
    name, path = f"the profile of {profile.name}", user_path(profile.username)
    subject = profile_subject(profile.id)
    parts = {subject.key: "this profile"}
    return Reported(PROFILE, name, path, profile.id, lambda _: subject, parts)


def _book(slug: str) -> Reported:
    work = rated_works.get_rated_work(slug)
    return Reported(
        WORK,
        work.title,
        book_path(work.slug),
        None,
        lambda form: work_subject(work.id, kind=form.part.data),
        {
            work_subject(work.id).key: "this book’s data",
            work_subject(work.id, kind=COVER).key: "its cover",
        },
    )


def _form_about(thing: Reported) -> str:
    reader = signed_in_viewer()
    _check_whose(thing, reader)
    waiting = queries.waiting_reports_by(reader, list(thing.parts))
    return _page(thing, thing.empty_form, waiting)


def _report(thing: Reported) -> Answer:
    """Make the report; wrong or interrupted, the words come back in the form."""
    form, reporter = thing.form, viewer()
    if reporter is None:
        form.form_errors.append(
            "You are signed out. Sign in in another window, then press the button again."
        )
        return _page(thing, form), 401
    if not form.validate():
        return _page(thing, form), 422
    _check_whose(thing, reporter)
    try:
        _make(thing, form, reporter)
    except (Invalid, NotAllowed, Conflict) as error:
        form.refuse(error)
        return refused(_page(thing, form), error)
    flash("Thank you. A moderator will look at it, and you will hear what came of it.", "success")
    return redirect(url_for("reports.index"), 303)


def _make(thing: Reported, form: ReportForm, reporter: Viewer) -> None:
    moment = now()
    with transaction():
        case = reporting.report(
            reporter=reporter,
            subject=thing.subject(form),
            reason=form.reason.data or "",
            words=form.words.data or "",
            at=moment,
        )
        if thing.kind == REVIEW:
            flags.hold_if_heavy(case, rule=None, at=moment)


def _check_whose(thing: Reported, reporter: Viewer) -> None:
    if thing.owner_id == reporter.id:
        raise NotAllowed(
            "This is your own, so there is nothing to report: you can change it, or take it back."
        )


def _page(thing: Reported, form: ReportForm, waiting: Collection[str] = ()) -> str:
    """Render the form, unless all of the thing waits already with a report of the viewer's."""
    told = [words for key, words in thing.parts.items() if key in waiting]
    return render_template(
        "reports/new.html",
        thing=thing,
        form=form,
        action=request.path,
        told=told,
        is_all_told=len(told) == len(thing.parts),
    )
