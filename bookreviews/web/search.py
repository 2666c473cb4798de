"""Finding a book by title, author, subject, series or ISBN; all that is asked is in the address."""

import re
from dataclasses import dataclass, replace
from typing import cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from bookreviews.catalog import isbns, search
from bookreviews.catalog.search import Facet
from bookreviews.catalog.search.facets import KINDS, MOST_CHOSEN
from bookreviews.catalog.search.questions import LONGEST_QUESTION
from bookreviews.errors import NotFound
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.pagination import Page
from bookreviews.reviews import rated_works
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer

blueprint = Blueprint("search", __name__)

_NEVER_TYPED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ISBN_BEFORE = re.compile(r"^isbn(-1[03])?[:\s]*", re.IGNORECASE)


@blueprint.get("/search")
def show() -> Answer:
    """Show what matches; an ISBN leads straight to its book."""
    question = _question()
    isbn = _ISBN_BEFORE.sub("", question)
    numbered = isbns.works_of(isbn)
    if len(numbered) == 1:
        return redirect(book_path(numbered[0].slug), 302)
    asked = _Asked(question, _chosen_sort(), _chosen_facets())
    if numbered:
        ids = [work.id for work in numbered]
        found = search.Found(Page(ids, None, is_first=True), total=len(ids))
    else:
        after = request.args.get("after")
        found = search.find(question, facets=asked.facets, sort=asked.sort, after=after)
    return render_template(
        "search/show.html",
        asked=asked,
        isbn13=isbn13_of(isbn),
        found=found,
        works=rated_works.cards_of(found.page.rows),
        names=search.names_of(asked.facets),
    )


@blueprint.get("/search/suggestions")
def suggest() -> Response:
    """Suggest titles to a browser's own search field, as OpenSearch wants them."""
    typed = request.args.get("q", "")[:LONGEST_QUESTION]  # as the browser knows it
    titles = [work.title for work in search.suggest(typed)]
    answer = jsonify([typed, list(dict.fromkeys(titles))])
    answer.mimetype = "application/x-suggestions+json"
    return answer


@blueprint.get("/opensearch.xml")
def describe() -> Response:
    """Tell browsers how to search here from their own search field."""
    return Response(
        render_template("search/opensearch.xml"), mimetype="application/opensearchdescription+xml"
    )


@blueprint.get("/isbn/<isbn>")
def show_isbn(isbn: str) -> Answer:
    """Lead from any spelling of an ISBN to its book."""
    works = isbns.works_of(isbn)
    if not works:
        raise NotFound("No book here has this ISBN.")
    if len(works) > 1:
        return redirect(f"/search?{urlencode({'q': isbn})}", 302)
    return redirect(book_path(works[0].slug), 302)


def _question() -> str:
    """Return what was typed, without the control characters that nobody types."""
    return _NEVER_TYPED.sub(" ", request.args.get("q", "")).strip()[:LONGEST_QUESTION]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search, all of which stands in its address."""

    q: str
    sort: search.Sort
    facets: tuple[Facet, ...]

    def path(self, *, after: str | None = None) -> str:
        """Return the address of this search, from a cursor on."""
        told = [("q", self.q), *((facet.kind, facet.value) for facet in self.facets)]
        told.append(("sort", "" if self.sort == "relevance" else self.sort))
        told.append(("after", after or ""))
        query = urlencode([(name, value) for name, value in told if value])
        return f"/search?{query}" if query else "/search"

    def for_words(self, q: str) -> str:
        """Return the address of a search for other words."""
        return replace(self, q=q).path()

    def sorted_by(self, sort: search.Sort) -> str:
        """Return the address of the same in another order."""
        return replace(self, sort=sort).path()

    def narrowed_by(self, facet: Facet) -> str:
        """Return the address of the same, narrowed further."""
        return replace(self, facets=(*self.facets, facet)).path()

    def without(self, *facets: Facet) -> str:
        """Return the address of the same, not narrowed by these."""
        return replace(self, facets=tuple(one for one in self.facets if one not in facets)).path()


def _chosen_sort() -> search.Sort:
    asked = request.args.get("sort")
    return cast(search.Sort, asked if asked in get_args(search.Sort) else "relevance")


def _chosen_facets() -> tuple[Facet, ...]:
    """Return what the address narrows by; what no work has narrows to nothing."""
    asked = [Facet(kind, value) for kind in KINDS for value in request.args.getlist(kind) if value]
    return tuple(dict.fromkeys(asked))[:MOST_CHOSEN]
