"""Works as JSON: one with all its facts, and its reviews."""

from typing import Any

from flask import request, url_for
from flask_smorest import Blueprint

from bookreviews.api.describing import SIGNED_IN, refuses
from bookreviews.api.problems import refuse_other_types, signed_in
from bookreviews.api.schemas import (
    NewReviewSchema,
    OwnReviewSchema,
    ReviewPageArguments,
    ReviewPageSchema,
    WorkSchema,
)
from bookreviews.catalog import queries as catalog
from bookreviews.lib.clock import now
from bookreviews.moderation.publishing import publish_review
from bookreviews.reviews import queries, rated_works
from bookreviews.transactions import transaction

blueprint = Blueprint("api_works", __name__, description="Books and their reviews")
blueprint.before_request(refuse_other_types)


@blueprint.route("/works/<int:work_id>")
@blueprint.response(200, WorkSchema)
@refuses(blueprint, 404)
def show(work_id: int) -> dict[str, Any]:
    """Return a work."""
    work = rated_works.get_rated_work_by_id(work_id)
    authors, subjects = catalog.authors_and_subjects_of(work_id)
    return {
        **work._mapping,
        "authors": authors,
        "subjects": subjects,
        "editions": catalog.editions_of(work_id),
        "rating": work,
    }


@blueprint.route("/works/<int:work_id>/reviews")
@blueprint.arguments(ReviewPageArguments, location="query")
@blueprint.response(200, ReviewPageSchema)
@refuses(blueprint, 400, 404)
def list_reviews(arguments: dict[str, Any], work_id: int) -> dict[str, Any]:
    """Return a page of a work's reviews in words."""
    rated_works.get_rated_work_by_id(work_id)
    page = queries.reviews_of(
        work_id, order=arguments["sort"], stars=arguments["stars"], after=arguments["after"]
    )
    return {"reviews": page.rows, "next": page.older}


@blueprint.route("/works/<int:work_id>/reviews", methods=["POST"])
@blueprint.arguments(NewReviewSchema)
@blueprint.response(201, OwnReviewSchema)
@blueprint.doc(security=[SIGNED_IN])
@refuses(blueprint, 400, 401, 404, 409, 413, 415)
def create_review(new: dict[str, Any], work_id: int) -> tuple[Any, int, dict[str, str]]:
    """Post one's review of a work."""
    author = signed_in()
    address = request.remote_addr or ""
    with transaction():
        review_id = publish_review(
            author=author, work_id=work_id, address=address, at=now(), **new
        ).id
    location = url_for("api_reviews.show", review_id=review_id)
    return queries.get_review(review_id, author), 201, {"Location": location}
