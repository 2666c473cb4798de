"""The front page: what people read and say now; for a signed-in reader, their own page."""

from flask import Blueprint, render_template

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import browsing
from bookreviews.lib.clock import now
from bookreviews.reviews import lists, suggesting
from bookreviews.reviews import queries as reviews
from bookreviews.viewing import viewer

blueprint = Blueprint("home", __name__)

_MOST_WORKS = 12
_MOST_REVIEWS = 6
_MOST_TALKED_ABOUT = 6
_MOST_SUBJECTS = 24


@blueprint.get("/")
def show() -> str:
    """Show the visitors' page or the viewer's own."""
    reader = viewer()
    return _page_of(reader) if reader else _visitors_page()


def _visitors_page() -> str:
    return render_template(
        "home/visitor.html",
        works=lists.works().rows[:_MOST_WORKS],
        reviews=reviews.latest_reviews(most=_MOST_REVIEWS),
        talked_about=lists.works(sort="talk", at=now()).rows[:_MOST_TALKED_ABOUT],
        subjects=browsing.top_subjects(most=_MOST_SUBJECTS),
    )


def _page_of(reader: Viewer) -> str:
    return render_template(
        "home/reader.html",
        own=reviews.reviews_by(reader.id, reader),
        others=reviews.latest_on_books_of(reader, most=_MOST_REVIEWS),
        suggested=suggesting.works_for(reader, most=_MOST_WORKS),
        works=lists.works().rows[:_MOST_WORKS],
        reviews=reviews.latest_reviews(most=_MOST_REVIEWS),
    )
