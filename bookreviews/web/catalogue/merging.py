"""Merging two that are one: choosing the other, a preview of what moves, and undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from bookreviews.catalog import contributions, duplicates, isbns, merges, queries, search
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.models import EDITION, WORK
from bookreviews.catalog.permissions import can_merge
from bookreviews.catalog.search.questions import LONGEST_QUESTION
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.orm import LARGEST_INTEGER, Record
from bookreviews.lib.text import is_readable
from bookreviews.moderation import merging
from bookreviews.reviews import queries as reviews
from bookreviews.reviews import rated_works
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer, viewer
from bookreviews.web.addresses import book_path, edition_path
from bookreviews.web.answers import Answer, refused
from bookreviews.web.catalogue.editing import KINDS_AT
from bookreviews.web.catalogue.forms import MergeForm, ReasonForm

blueprint = Blueprint("merging", __name__)

_LONGEST_ASKED = 300
_MOST_HITS = 8
_TELLING = ("By", "First published", "Ratings", "ISBN", "Published", "Books")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that may be one: what a preview says of it."""

    thing: Thing
    key: str
    name: str
    page: str
    facts: Sequence[tuple[str, str]]

    @property
    def link(self) -> str:
        """Return where it can be looked at."""
        return edition_path(self.thing.id or 0) if self.thing.kind == EDITION else self.page

    @property
    def choice(self) -> str:
        """Return its name with what tells it from another of the same name."""
        told = (f"{label.lower()}: {value}" for label, value in self.facts if label in _TELLING)
        return f"{self.name} ({'; '.join((self.link, *told))})"


@blueprint.get("/books/<slug>/merge")
@login_required
def choose_work(slug: str) -> str:
    """Ask with which other book this is to be merged, and show what would move."""
    return _preview(_work(slug))


@blueprint.post("/books/<slug>/merges")
@csrf.exempt  # here and below the form checks its token itself and keeps what was chosen
@login_required
def merge_works(slug: str) -> Answer:
    """Let this book and another be one."""
    return _merge(_work(slug))


@blueprint.get("/books/<slug>/editions/<int:edition_id>/merge")
@login_required
def choose_edition(slug: str, edition_id: int) -> str:
    """Ask with which other edition of the book this is to be merged."""
    return _preview(_edition(slug, edition_id))


@blueprint.post("/books/<slug>/editions/<int:edition_id>/merges")
@csrf.exempt
@login_required
def merge_editions(slug: str, edition_id: int) -> Answer:
    """Let this edition and another be one."""
    return _merge(_edition(slug, edition_id))


@blueprint.get("/<any(authors, series, subjects):place>/<slug>/merge")
@login_required
def choose_name(place: str, slug: str) -> str:
    """Ask with which other author, series or subject this is to be merged."""
    return _preview(_named(place, slug))


@blueprint.post("/<any(authors, series, subjects):place>/<slug>/merges")
@csrf.exempt
@login_required
def merge_names(place: str, slug: str) -> Answer:
    """Let this author, series or subject and another be one."""
    return _merge(_named(place, slug))


@blueprint.get("/merges/<int:merge_id>")
def show(merge_id: int) -> str:
    """Show what a merge moved, and how to undo it."""
    return _merge_page(merge_id)


@blueprint.post("/merges/<int:merge_id>/reversal")
@csrf.exempt
@login_required
def undo(merge_id: int) -> Answer:
    """Put back exactly what a merge moved."""
    form = ReasonForm()
    if not form.validate():
        return _merge_page(merge_id, form), 422
    try:
        with transaction():
            merging.undo(
                by=signed_in_viewer(), merge_id=merge_id, reason=form.summary.data or "", at=now()
            )
    except (Conflict, NotAllowed, TooMany, Invalid) as error:
        form.refuse(error)
        return refused(_merge_page(merge_id, form), error)
    flash("Undone: both are as they were.", "success")
    return redirect(f"/merges/{merge_id}", 303)


def _work(slug: str) -> Side:
    work = rated_works.get_rated_work(slug)
    editions = merges.count_belongings(WORK, work.id)
    facts = (
        ("By", work.byline or "nobody named"),
        ("First published", str(work.published or "not known")),
        ("Editions", f"{editions:,}"),
        ("Ratings", f"{work.ratings_count:,}"),
        ("Reviews in words", f"{work.reviews_count:,}"),
    )
    thing = Thing(WORK, work.id, work.id)
    return Side(thing, work.slug, work.title, book_path(work.slug), facts)


def _edition(slug: str, edition_id: int) -> Side:
    work = queries.get_facts(slug)
    edition = merges.get_edition(edition_id, work.id)
    facts = (
        ("ISBN", edition.isbn13 or "none"),
        ("Publisher", edition.publisher or "not known"),
        ("Published", str(edition.published or "not known")),
        ("Format", edition.format or "not known"),
        ("Pages", str(edition.pages or "not known")),
    )
    thing = Thing(EDITION, edition.id, work.id)
    path = f"{book_path(work.slug)}/editions/{edition.id}"
    return Side(thing, str(edition.id), f"Edition {edition.id} of {work.title}", path, facts)


def _named(place: str, slug: str) -> Side:
    kind = KINDS_AT[place]
    named = queries.get_named(kind, slug)
    facts = (("Books", f"{merges.count_belongings(kind, named.id):,}"),)
    return Side(Thing(kind, named.id), named.slug, named.name, f"/{place}/{named.slug}", facts)


def _preview(this: Side) -> str:
    _check_may(this.thing.kind)
    asked = request.args.get("other", "")[:_LONGEST_ASKED].strip()
    form = MergeForm(formdata=None)
    if not asked:
        return _page(this, form)
    try:
        return _page(this, form, other=_other(this, asked), asked=asked)
    except NotFound:
        return _page(this, form, asked=asked)


def _merge(this: Side) -> Answer:
    _check_may(this.thing.kind)
    form = MergeForm()
    try:
        other = _other(this, form.other.data or "")
    except NotFound as error:
        form.refuse(Invalid(other=str(error)))
        return _page(this, form), 422
    if not form.validate():
        return _page(this, form, other=other), 422
    winner, loser = (this, other) if form.stays.data == "this" else (other, this)
    try:
        with transaction():
            done = merging.merge(
                by=signed_in_viewer(),
                winner=winner.thing,
                loser=loser.thing,
                reason=form.summary.data or "",
                at=now(),
            )
            merge_id = done.id
    except (Conflict, NotAllowed, TooMany, Invalid) as error:
        form.refuse(error)
        return refused(_page(this, form, other=other), error)
    flash("They are one now.", "success")
    return redirect(f"/merges/{merge_id}", 303)


def _other(this: Side, asked: str) -> Side:
    """Return what an address, a slug or an ISBN names, or raise NotFound."""
    key = urlsplit(asked).path.rstrip("/").rpartition("/")[2] if "/" in asked else asked
    kind = this.thing.kind
    if kind == EDITION:
        number = int(key) if key.isdecimal() and len(key) < 11 else 0
        if not 0 < number <= LARGEST_INTEGER:
            raise NotFound("There is no such edition of this book here.")
        return _edition(queries.get_slug(this.thing.work_id or 0), number)
    if kind != WORK:
        place = next(place for place, one in KINDS_AT.items() if one == kind)
        return _led_on(lambda slug: _named(place, slug), key)
    isbn13 = isbn13_of(key)
    return _led_on(_work, isbns.find_slug(isbn13) or key if isbn13 else key)


def _led_on(find: Any, slug: str) -> Side:
    """Find it at its present address where this is a former one."""
    if not is_readable(slug):  # no address of ours has such characters, nor takes PostgreSQL them
        raise NotFound("There is nothing of this kind at that address.")
    try:
        found: Side = find(slug)
    except queries.Moved as moved:
        found = find(moved.slug)
    return found


def _check_may(kind: str) -> None:
    if not _may(kind):
        raise NotFound("There is nothing here.")


def _may(kind: str) -> bool:
    reader = viewer()
    return can_merge(reader, contributions.find(reader), kind=kind, at=now())


def _page(this: Side, form: MergeForm, *, other: Side | None = None, asked: str = "") -> str:
    is_same = other is not None and other.thing == this.thing
    form.other.data = other.key if other else ""
    if other is not None:
        form.stays.choices = [
            SelectChoice("this", f"This page: {this.choice}"),
            SelectChoice("other", f"The other: {other.choice}"),
        ]
    hits = _hits(this, asked) if asked and other is None else []
    return render_template(
        "catalogue/merge.html",
        this=this,
        other=None if is_same else other,
        is_same=is_same,
        asked=asked,
        form=form,
        hits=hits,
        likely=_likely(this, hits) if other is None or is_same else (),
        both=_readers_of_both(this, other),
    )


def _hits(this: Side, asked: str) -> list[Record]:
    """Return the books that the site's search finds by what was typed, typing errors included."""
    if this.thing.kind != WORK or not is_readable(asked):
        return []
    found = queries.works_of(search.find(asked[:LONGEST_QUESTION]).page.rows)
    return [work for work in found if work.slug != this.key][:_MOST_HITS]


def _likely(this: Side, hits: Sequence[Record]) -> list[Record]:
    """Return the books much like this one that aren't among the hits."""
    if this.thing.kind != WORK:
        return []
    known = {this.key, *(work.slug for work in hits)}
    return [work for work in duplicates.likely(this.name) if work.slug not in known]


def _readers_of_both(this: Side, other: Side | None) -> int:
    if other is None or this.thing.kind != WORK:
        return 0
    return reviews.count_readers_of_both(this.thing.id or 0, other.thing.id or 0)


def _merge_page(merge_id: int, form: ReasonForm | None = None) -> str:
    merge = merges.get_merge(merge_id)
    return render_template(
        "catalogue/merged.html",
        merge=merge,
        moved=_in_words(merge.moved),
        form=form or ReasonForm(formdata=None),
        may_undo=_may(merge.kind),
    )


def _in_words(moved: dict[str, Any]) -> list[tuple[str, int]]:
    """Return what a merge moved: what it is called, and how many."""
    rows = moved.get("rows", {})
    said = moved.get("reviews", {})
    pairs = said.get("pairs", [])
    counts = {
        "Editions": len(rows.get("editions", ())),
        "Reviews and ratings": len(said.get("alone", ())) + len(pairs),
        "Of these by readers of both": sum(pair[3] is not None for pair in pairs),
        "Books": sum(len(rows.get(name, ())) for name in ("authorships", "works", "work_subjects")),
        "Former addresses": len(rows.get("former_slugs", ())) + len(moved.get("addresses", ())),
        "Identifiers": sum(len(keys) for name, keys in rows.items() if "identifiers" in name),
        "Open cases": sum(len(ids) for ids in moved.get("cases", {}).values()),
        "Facts": len(moved.get("changed", {})),
    }
    return [(name, count) for name, count in counts.items() if count]
