"""Suggestions as JSON: the books that one may be about to ask for, while one types."""

from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from bookreviews.api.describing import refuses
from bookreviews.api.schemas import SuggestionArguments, SuggestionListSchema
from bookreviews.catalog import search
from bookreviews.catalog.covers import cover_svg
from bookreviews.catalog.images.making import files_of
from bookreviews.lib.orm import Record

blueprint = Blueprint("api_suggestions", __name__, description="Suggestions while one types")


@blueprint.route("/suggestions")
@blueprint.arguments(SuggestionArguments, location="query")
@blueprint.response(200, SuggestionListSchema)
@refuses(blueprint, 400)
def show(arguments: dict[str, str]) -> dict[str, Any]:
    """Return up to eight books, the likeliest first, and authors who are called so."""
    works = search.suggest(arguments["q"])
    authors = search.suggest_authors(arguments["q"], works)
    return {
        "suggestions": [_suggestion(work) for work in works],
        "authors": [
            {"name": author.name, "path": url_for("authors.show", slug=author.slug)}
            for author in authors
        ],
    }


def _suggestion(work: Record) -> dict[str, Any]:
    return {
        **work._mapping,
        "published": work.first_published,
        "path": url_for("works.show", slug=work.slug),
        "cover": cover_svg(title=work.title, byline=work.byline, subject=work.main_subject),
        "picture": url_for("media.show", name=files_of(work.cover)[0]) if work.cover else None,
    }
