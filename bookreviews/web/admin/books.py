"""The catalogue: what was added last, adding a book, setting its facts right."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for

from bookreviews.audit.services import record
from bookreviews.catalog import queries, services
from bookreviews.catalog.services import EARLIEST_YEAR, LATEST_YEAR, NewEdition, NewWork
from bookreviews.errors import Conflict, Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.orm import Record
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.admin.doors import back_to, room
from bookreviews.web.admin.forms import BookFactsForm, BookForm, lines_of, number_in
from bookreviews.web.answers import Answer, refused

blueprint = room("books", "/books")

_FACTS = ("title", "subtitle", "description", "language", "first_published")


@blueprint.get("")
def show() -> str:
    """List the books as they were added, the newest first."""
    page = queries.list_additions(after=request.args.get("after"))
    return render_template("admin/books.html", page=page)


@blueprint.get("/new")
def new() -> str:
    """Show the form for a book that isn't here yet."""
    return _adding(BookForm(formdata=None))


@blueprint.post("")
@csrf.exempt  # here and below the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Add a book; where one like it is here, ask first whether it is another."""
    form = BookForm()
    if not form.validate():
        return _adding(form), 422
    try:
        book = _new_work(form)
        alike = [] if form.is_new.data else queries.works_like(book.title, book.authors)
        if alike:
            return _adding(form, alike), 422
        slug = _add(book)
    except Invalid as error:
        form.refuse(_beside_fields(error))
        return refused(_adding(form), error)
    except Conflict as error:
        form.refuse(Invalid(isbn=str(error)))
        return refused(_adding(form), error)
    flash(f"“{book.title}” is on the shelves.", "success")
    return back_to(url_for("admin_books.edit", slug=slug))


@blueprint.get("/<slug>")
def edit(slug: str) -> str:
    """Show the form for a book's own facts."""
    work = queries.get_facts(slug)
    facts = {name: getattr(work, name) for name in _FACTS}
    if facts["first_published"] is None:
        facts["first_published"] = ""
    return _editing(work, BookFactsForm(formdata=None, data=facts))


@blueprint.post("/<slug>")
@csrf.exempt
def revise(slug: str) -> Answer:
    """Set a book's facts right; another title makes another address, and the old one leads on."""
    work = queries.get_facts(slug)
    form = BookFactsForm()
    if not form.validate():
        return _editing(work, form), 422
    admin = signed_in_viewer()
    try:
        first_published = _year_in(form.first_published)
        with transaction():
            changes = services.revise_work(
                work_id=work.id,
                title=form.title.data,
                subtitle=form.subtitle.data or "",
                description=form.description.data or "",
                language=form.language.data or "",
                first_published=first_published,
            )
            if changes:
                details = {"book": work.id, "changes": changes}
                record(actor=admin, act="revised a book", person_id=None, details=details, at=now())
    except Invalid as error:
        form.refuse(error)
        return refused(_editing(work, form), error)
    flash("The book is saved." if changes else "All is as it was.", "success")
    return back_to(url_for("admin_books.edit", slug=queries.get_slug(work.id)))


def _adding(form: BookForm, alike: Any = ()) -> str:
    return render_template("admin/book_new.html", form=form, alike=alike)


def _editing(work: Record, form: BookFactsForm) -> str:
    return render_template("admin/book.html", work=work, form=form)


def _add(book: NewWork) -> str:
    """Add a book and tell the trail; return its slug."""
    with transaction():
        work = services.add_work(book, at=now())
        record(
            actor=signed_in_viewer(),
            act="added a book",
            person_id=None,
            details={"book": work.id, "title": work.title},
            at=now(),
        )
        return work.slug


def _new_work(form: BookForm) -> NewWork:
    """Return what the form says, or raise one Invalid that names all that can't be so."""
    said: dict[str, Any] = {}
    problems: dict[str, str] = {}
    reads: dict[str, Callable[[], Any]] = {
        "authors": lambda: lines_of(form.authors),
        "subjects": lambda: lines_of(form.subjects),
        "series": lambda: " ".join(lines_of(form.series)) or None,
        "publisher": lambda: " ".join(lines_of(form.publisher))[:200],
        "series_position": lambda: number_in(form.series_position, least=0, most=9_999),
        "first_published": lambda: _year_in(form.first_published),
        "published": lambda: _year_in(form.published),
        "pages": lambda: number_in(form.pages, least=1, most=99_999),
    }
    for name, take in reads.items():
        try:
            said[name] = take()
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(**problems)
    edition = {name: said.pop(name) for name in ("publisher", "published", "pages")}
    isbn, language = (form.isbn.data or "").strip() or None, (form.language.data or "").strip()
    has_edition = isbn is not None or any(edition.values())
    return NewWork(
        title=form.title.data,
        subtitle=form.subtitle.data or "",
        description=form.description.data or "",
        language=language,
        editions=[NewEdition(isbn=isbn, language=language, **edition)] if has_edition else (),
        **said,
    )


def _year_in(field: Any) -> int | None:
    return number_in(field, least=EARLIEST_YEAR, most=LATEST_YEAR)


def _beside_fields(error: Invalid) -> Invalid:
    """Put what is wrong with some name beside the names of people, which come first."""
    fields = dict(error.fields)
    if "name" in fields:
        fields["authors"] = fields.pop("name")
    return Invalid(**fields)
