"""Suggestions as JSON: the books that one may be about to ask for, while one types."""

from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from bookreviews.api.describing import refuses
from bookreviews.api.schemas import SuggestionArguments, SuggestionListSchema
from bookreviews.catalog import search
from bookreviews.catalog.covers import cover_svg
from bookreviews.lib.orm import Record

blueprint = Blueprint("api_suggestions", __name__, description="Suggestions while one types")


@blueprint.route("/suggestions")
@blueprint.arguments(SuggestionArguments, location="query")
@blueprint.response(200, SuggestionListSchema)
@refuses(blueprint, 400)
def show(arguments: dict[str, str]) -> dict[str, Any]:
    """Return up to eight books, the likeliest first."""
    return {"suggestions": [_suggestion(work) for work in search.suggest(arguments["q"])]}


def _suggestion(work: Record) -> dict[str, Any]:
    return {
        **work._mapping,
        "published": work.first_published,
        "path": url_for("works.show", slug=work.slug),
        "cover": cover_svg(title=work.title, byline=work.byline, subject=work.main_subject),
    }
