"""Finding a book by title, author or ISBN."""

import re

from flask import Blueprint, redirect, render_template, request

from bookreviews.catalog import queries, search
from bookreviews.errors import NotFound
from bookreviews.lib.isbn import isbn13_of
from bookreviews.reviews import rated_works
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer

blueprint = Blueprint("search", __name__)

_LONGEST_QUESTION = 200
_ISBN_BEFORE = re.compile(r"^isbn(-1[03])?[:\s]*", re.IGNORECASE)


@blueprint.get("/search")
def show() -> Answer:
    """Show what matches; an ISBN leads straight to its book."""
    question = request.args.get("q", "").strip()[:_LONGEST_QUESTION]
    isbn13 = isbn13_of(_ISBN_BEFORE.sub("", question))
    slug = queries.find_slug_by_isbn(isbn13) if isbn13 else None
    if slug:
        return redirect(book_path(slug), 302)
    works = rated_works.cards_of(search.find_work_ids(question))
    return render_template(
        "search/show.html",
        question=question,
        works=works,
        most=search.MOST_RESULTS,
        isbn13=isbn13,
    )


@blueprint.get("/isbn/<isbn>")
def show_isbn(isbn: str) -> Answer:
    """Lead from any spelling of an ISBN to its book."""
    isbn13 = isbn13_of(isbn)
    slug = queries.find_slug_by_isbn(isbn13) if isbn13 else None
    if slug is None:
        raise NotFound("No book here has this ISBN.")
    return redirect(book_path(slug), 302)
