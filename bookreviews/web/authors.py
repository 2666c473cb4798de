"""Authors: the page of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import queries
from bookreviews.reviews import lists
from bookreviews.web import linked_data
from bookreviews.web.choices import chosen_sort

blueprint = Blueprint("authors", __name__)


@blueprint.get("/authors/<slug>")
def show(slug: str) -> str:
    """Show an author with the works, the most read or the latest first."""
    author = queries.get_author(slug)
    sort = chosen_sort(lists.AuthorSort)
    return render_template(
        "authors/show.html",
        author=author,
        page=lists.works_by(author.id, sort=sort, after=request.args.get("after")),
        sort=sort,
        linked=linked_data.author(author),
    )
