"""Which books may be the one that somebody is about to add: for the form, while one types."""

from typing import Any

from flask_smorest import Blueprint

from bookreviews.api.describing import refuses
from bookreviews.api.schemas import AlikeArguments, AlikeSchema
from bookreviews.catalog import duplicates

blueprint = Blueprint("api_duplicates", __name__, description="Books that are here already")


@blueprint.route("/duplicates")
@blueprint.arguments(AlikeArguments, location="query")
@blueprint.response(200, AlikeSchema)
@refuses(blueprint, 422)
def show(arguments: dict[str, str]) -> dict[str, Any]:
    """Return up to five books that may be the same as one of this title."""
    authors = [arguments["author"]] if arguments["author"] else []
    return {"works": duplicates.likely(arguments["title"], authors)}
