"""Subjects: the tree of them, all by name, and the books of one."""

from flask import Blueprint, render_template, request

from bookreviews.catalog import browsing
from bookreviews.reviews import lists
from bookreviews.web import linked_data
from bookreviews.web.choices import chosen_sort

blueprint = Blueprint("subjects", __name__)


@blueprint.get("/subjects")
def index() -> str:
    """Show the biggest subjects, and with each what is part of it."""
    top = browsing.top_subjects()
    return render_template(
        "subjects/index.html",
        subjects=top,
        parts=browsing.parts_of_top_subjects(),
        has_more=len(top) == browsing.MOST_SUBJECTS,
    )


@blueprint.get("/subjects/by-name")
def by_name() -> str:
    """List all subjects from A to Z."""
    page = browsing.subjects_by_name(after=request.args.get("after"))
    return render_template("subjects/by_name.html", page=page)


@blueprint.get("/subjects/<slug>")
def show(slug: str) -> str:
    """Browse the books of one subject, and those of what is part of it."""
    path = browsing.path_of_subject(slug)
    subject, sort = path[-1], chosen_sort(lists.SubjectSort)
    parts = browsing.parts_of_subject(subject.id)
    page = lists.works_of_subject(subject.id, sort=sort, after=request.args.get("after"))
    return render_template(
        "subjects/show.html",
        subject=subject,
        above=path[:-1],
        parts=parts,
        page=page,
        sort=sort,
        linked=linked_data.subject(path),
    )
