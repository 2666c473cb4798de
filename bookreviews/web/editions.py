"""Editions: all of a book, and the page of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import isbns, queries
from bookreviews.lib.isbn import hyphenated, isbn10_of
from bookreviews.reviews import rated_works
from bookreviews.web import linked_data

blueprint = Blueprint("editions", __name__)


@blueprint.get("/books/<slug>/editions")
def index(slug: str) -> str:
    """List the editions of a book, latest first."""
    work = rated_works.get_rated_work(slug)
    page = queries.list_editions(work.id, after=request.args.get("after"))
    return render_template("editions/index.html", work=work, page=page)


@blueprint.get("/editions/<int:edition_id>")
def show(edition_id: int) -> str:
    """Show what is known of an edition, and lead to what readers say of the book."""
    edition = rated_works.get_edition(edition_id)
    authors, _subjects = queries.authors_and_subjects_of(edition.id)
    return render_template(
        "editions/show.html",
        edition=edition,
        authors=authors,
        other_isbns=[
            (hyphenated(one.value) if one.holds else one.value, one.holds)
            for one in isbns.others_of(edition_id)
        ],
        isbn13=hyphenated(edition.isbn13) if edition.isbn13 else None,
        isbn10=isbn10_of(edition.isbn13) if edition.isbn13 else None,
        linked=linked_data.edition(edition, authors),
    )
