"""Series: the page of one."""

from flask import Blueprint, render_template

from bookreviews.catalog import queries
from bookreviews.reviews import rated_works

blueprint = Blueprint("series", __name__)


@blueprint.get("/series/<slug>")
def show(slug: str) -> str:
    """Show a series with its works in reading order."""
    series = queries.get_series(slug)
    works = rated_works.works_in_series(series.id)
    return render_template("series/show.html", series=series, works=works)
