"""Books: the page of one, and browsing all."""

from datetime import datetime
from typing import cast, get_args

from flask import Blueprint, render_template, request

from bookreviews.catalog import contributions
from bookreviews.catalog import queries as catalog
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation.vocabulary import DECISION_REASONS
from bookreviews.reviews import lists, rated_works, scores, suggesting
from bookreviews.reviews import queries as reviews
from bookreviews.reviews.counting import YOUNG_ACCOUNT
from bookreviews.site import queries as site
from bookreviews.viewing import viewer
from bookreviews.web import linked_data
from bookreviews.web.choices import chosen_sort
from bookreviews.web.forms import ReviewForm, blank
from bookreviews.web.kept_pages import keep_until_changed
from bookreviews.web.statements import statement_about

blueprint = Blueprint("works", __name__)

_MOST_SIMILAR = 6
_MOST_EDITIONS = 6


@blueprint.get("/books")
def index() -> str:
    """Browse all books, in one of several orders."""
    sort = chosen_sort(lists.Sort)
    page = lists.works(sort=sort, after=request.args.get("after"), at=now())
    return render_template("works/index.html", page=page, sort=sort)


@blueprint.get("/books/<slug>")
def show(slug: str) -> str:
    """Show a book with its newest reviews, and the viewer's own or the form to write it."""
    work = rated_works.get_rated_work(slug)
    keep_until_changed(work)
    return book_page(work)


@blueprint.get("/books/<slug>/reviews")
def list_reviews(slug: str) -> str:
    """Show all reviews of a book, sorted and filtered as asked, a page at a time."""
    order = request.args.get("sort", "newest")
    order = cast(reviews.Order, order if order in get_args(reviews.Order) else "newest")
    stars = request.args.get("stars", type=int)
    stars = stars if stars in range(1, 6) else None
    after = request.args.get("after")
    work = rated_works.get_rated_work(slug)
    keep_until_changed(work, sort=order, stars=stars, after=after)
    page = reviews.reviews_of(work.id, order=order, stars=stars, after=after)
    return render_template(
        "works/reviews.html",
        work=work,
        bars=bars_of(work),
        tells_shares=tells_shares(work),
        young_days=YOUNG_ACCOUNT.days,
        page=page,
        order=order,
        stars=stars,
    )


def book_page(work: Record, form: ReviewForm | None = None, *, is_kept: bool = False) -> str:
    """Render a book's page, with the form as it was sent if something came in between.

    `is_kept` says that the words in it waited while their writer signed in.
    """
    reader = viewer()
    own = reviews.find_own_review(work.id, reader) if reader else None
    locked_until = lock_of(work)
    may_write = locked_until is None if own is None else own.body_html is None
    if reader and form is None and may_write:
        form = ReviewForm(formdata=None, obj=own) if own else blank(ReviewForm)
    if form and own:  # saving it revises the review that is there already
        form.version.data = own.version
    authors, subjects = catalog.authors_and_subjects_of(work.id)
    return render_template(
        "works/show.html",
        work=work,
        bars=bars_of(work),
        tells_shares=tells_shares(work),
        young_days=YOUNG_ACCOUNT.days,
        locked_until=locked_until,
        lock_reason=DECISION_REASONS.get(work.lock_reason or ""),
        authors=authors,
        subjects=subjects,
        editions=catalog.latest_editions_of(work.id, most=_MOST_EDITIONS),
        most_editions_counted=catalog.MOST_EDITIONS_COUNTED,
        page=reviews.reviews_of(work.id),
        similar=suggesting.works_like(work.id, most=_MOST_SIMILAR),
        own=own,
        own_statement=statement_about(own),
        form=form,
        is_kept=is_kept,
        is_trusted=contributions.trusts(reader, at=now()),
        linked=linked_data.book(work, authors, subjects),
    )


def bars_of(work: Record) -> list[scores.Bar]:
    """Return the five bars of a book's stars."""
    return scores.bars(work.distribution or scores.empty())


def tells_shares(work: Record) -> bool:
    """Tell whether a book has so many ratings that shares of them say something."""
    return bool(work.ratings_count >= site.current().shares_minimum)


def lock_of(work: Record) -> datetime | None:
    """Return until when a book takes no new reviews and ratings, or None if it does."""
    return work.locked_until if work.locked_until and work.locked_until > now() else None
