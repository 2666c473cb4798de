"""The card of a book, drawn where other sites ask for a picture of it."""

from flask import Blueprint, Response, redirect

from bookreviews.catalog import queries
from bookreviews.catalog.covers import Card
from bookreviews.errors import NotFound
from bookreviews.site import queries as site
from bookreviews.web.answers import Answer
from bookreviews.web.pictures import card_path

blueprint = Blueprint("cards", __name__)

_YEAR = 365 * 24 * 60 * 60  # seconds


@blueprint.get("/cards/<int:work_id>-<version>.png")
def show(work_id: int, version: str) -> Answer:
    """Draw a card; the address of one that said something else leads to that of today."""
    works = queries.works_of([work_id])
    cards = (Card(one.title, one.byline, one.main_subject, site.current().name) for one in works)
    card = next((card for card in cards if card.digest), None)
    if card is None:
        raise NotFound("There is no such picture here.")
    if version != card.digest:
        return redirect(card_path(work_id, card), 302)
    response = Response(card.png, content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response
