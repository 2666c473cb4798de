"""The catalogue as it grows: what was added last. Adding and editing are everyone's pages."""

from flask import render_template, request

from bookreviews.catalog import queries
from bookreviews.web.admin.doors import room

blueprint = room("books", "/books")


@blueprint.get("")
def show() -> str:
    """List the books as they were added, the newest first."""
    page = queries.list_additions(after=request.args.get("after"))
    return render_template("admin/books.html", page=page)
