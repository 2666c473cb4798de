"""Languages: all in which books here are written, and the books of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import browsing
from bookreviews.errors import NotFound
from bookreviews.reviews import lists

blueprint = Blueprint("languages", __name__)


@blueprint.get("/languages")
def index() -> str:
    """List the languages."""
    return render_template("languages/index.html", codes=browsing.languages())


@blueprint.get("/languages/<code>")
def show(code: str) -> str:
    """Browse the books written in one language, the most read first."""
    page = lists.works_in_language(code, after=request.args.get("after"))
    if not page.rows and page.is_first:
        raise NotFound("No book here is written in this language.")
    return render_template("languages/show.html", code=code, page=page)
