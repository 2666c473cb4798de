"""Authors: the page of one."""

from flask import Blueprint, render_template

from bookreviews.catalog import queries
from bookreviews.reviews import rated_works

blueprint = Blueprint("authors", __name__)


@blueprint.get("/authors/<slug>")
def show(slug: str) -> str:
    """Show an author with the works, latest first."""
    author = queries.get_author(slug)
    return render_template(
        "authors/show.html", author=author, works=rated_works.works_by(author.id)
    )
