"""Subjects: all of them, and the books of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import queries
from bookreviews.reviews import rated_works
from bookreviews.web.works import chosen_sort

blueprint = Blueprint("subjects", __name__)


@blueprint.get("/subjects")
def index() -> str:
    """List all subjects."""
    return render_template("subjects/index.html", subjects=queries.list_subjects())


@blueprint.get("/subjects/<slug>")
def show(slug: str) -> str:
    """Browse the books of one subject."""
    subject = queries.get_subject(slug)
    sort = chosen_sort()
    page = rated_works.list_works(sort=sort, subject_id=subject.id, after=request.args.get("after"))
    return render_template("subjects/show.html", subject=subject, page=page, sort=sort)
