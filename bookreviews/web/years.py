"""Years: the decades in which books here came out, and the books of a decade or a year."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import browsing
from bookreviews.reviews import lists

blueprint = Blueprint("years", __name__)


@blueprint.get("/years")
def index() -> str:
    """List the decades, the latest first."""
    return render_template("years/index.html", decades=browsing.decades())


@blueprint.get("/years/<year:year>")
def show(year: int) -> str:
    """Browse the books first published in a year, the most read first."""
    page = lists.works_of_year(year, after=request.args.get("after"))
    return render_template("years/show.html", year=year, page=page)


@blueprint.get("/years/<decade:first_year>s")
def show_decade(first_year: int) -> str:
    """Browse the books first published in these ten years, the most read first."""
    page = lists.works_of_decade(first_year, after=request.args.get("after"))
    return render_template("years/decade.html", first_year=first_year, page=page)
