"""Reviews as JSON: one at its address, and revising one's own."""

from typing import Any

from flask_smorest import Blueprint

from bookreviews.api.describing import SIGNED_IN, refuses
from bookreviews.api.problems import refuse_other_types, signed_in
from bookreviews.api.schemas import OwnReviewSchema, ReviewSchema, RevisionSchema
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.moderation.publishing import publish_revision
from bookreviews.reviews import queries
from bookreviews.transactions import transaction
from bookreviews.viewing import viewer

blueprint = Blueprint("api_reviews", __name__, description="Reviews")
blueprint.before_request(refuse_other_types)


@blueprint.route("/reviews/<int:review_id>")
@blueprint.response(200, ReviewSchema)
@refuses(blueprint, 404)
def show(review_id: int) -> Record:
    """Return a review."""
    return queries.get_review(review_id, viewer())


@blueprint.route("/reviews/<int:review_id>", methods=["PATCH"])
@blueprint.arguments(RevisionSchema)
@blueprint.response(200, OwnReviewSchema)
@blueprint.doc(security=[SIGNED_IN])
@refuses(blueprint, 400, 401, 403, 404, 409, 413, 415)
def revise(changes: dict[str, Any], review_id: int) -> Record:
    """Change one's review; only the parts that are sent."""
    author = signed_in()
    saved = queries.get_review(review_id, author)
    said = {
        "stars": saved.stars,
        "body": saved.body_source or "",
        "has_spoilers": saved.has_spoilers,
        "was_given": saved.was_given,
        "version": saved.version,
    }
    with transaction():
        publish_revision(author=author, review_id=review_id, at=now(), **{**said, **changes})
    return queries.get_review(review_id, author)
