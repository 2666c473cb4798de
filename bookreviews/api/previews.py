"""Previews as JSON: words in Markdown, as others would see them."""

from flask_smorest import Blueprint

from bookreviews.api.describing import SIGNED_IN, refuses
from bookreviews.api.problems import refuse_other_types, signed_in
from bookreviews.api.schemas import PreviewSchema, WordsSchema
from bookreviews.reviews import services

blueprint = Blueprint("api_previews", __name__, description="Previews of words")
blueprint.before_request(refuse_other_types)


@blueprint.route("/previews", methods=["POST"])
@blueprint.arguments(WordsSchema)
@blueprint.response(200, PreviewSchema)
@blueprint.doc(security=[SIGNED_IN])
@refuses(blueprint, 400, 401, 413, 415)
def create(words: dict[str, str]) -> dict[str, str]:
    """Render words without keeping them."""
    signed_in()
    return {"html": services.preview(body=words["body"])}
