"""The catalogue as it grows: what was added last, or what is looked for.

Adding and editing are everyone's pages.
"""

from flask import render_template, request

from bookreviews.catalog import isbns, queries, search
from bookreviews.catalog.search.questions import LONGEST_QUESTION
from bookreviews.lib.orm import Record
from bookreviews.lib.pagination import Page
from bookreviews.web.admin.doors import room

blueprint = room("books", "/books")


@blueprint.get("")
def show() -> str:
    """List the books that match, or all as they were added, the newest first."""
    q = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    after = request.args.get("after")
    page = _found(q, after) if q else queries.list_additions(after=after)
    return render_template("admin/books.html", page=page, q=q)


def _found(q: str, after: str | None) -> Page[Record]:
    if numbered := [work.id for work in isbns.works_of(q)]:
        return Page(queries.additions_of(numbered), None, is_first=True)
    page = search.find(q, after=after).page
    return Page(queries.additions_of(page.rows), page.older, page.is_first)
