"""Series: the page of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import queries
from bookreviews.reviews import lists
from bookreviews.web import linked_data

blueprint = Blueprint("series", __name__)


@blueprint.get("/series/<slug>")
def show(slug: str) -> str:
    """Show a series with its works in reading order."""
    series = queries.get_series(slug)
    page = lists.works_in_series(series.id, after=request.args.get("after"))
    return render_template(
        "series/show.html", series=series, page=page, linked=linked_data.series(series, page.rows)
    )
