"""Errors as pages: what happened, in plain words, and a way on."""

from functools import singledispatch
from typing import cast
from urllib.parse import urlencode

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bookreviews.catalog.queries import MergedEdition, Moved
from bookreviews.errors import DomainError, Unavailable
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.lib.refusals import EXPIRED, words_for
from bookreviews.observing.doings import reference
from bookreviews.web.answers import refused, this_address
from bookreviews.web.resending import form_to_resend

_TEMPLATE = "errors/error.html"


@singledispatch
def answer(error: Exception) -> Response:
    """Return the page that tells a person of `error`."""
    raise error


@answer.register
def _refused(error: DomainError) -> Response:
    return refused(_page(error.status, error.title, str(error)), error)


@answer.register
def _unavailable(error: Unavailable) -> Response:
    """Show what was sent, to be sent again: it has been saved nowhere."""
    is_page = request.method in ("GET", "HEAD")
    page = _visitors_page(
        "errors/unavailable.html",
        status=error.status,
        title=error.title,
        text=str(error),
        sent=form_to_resend(),
        address=this_address() if is_page else None,
    )
    response = refused(page, error)
    response.headers["Cache-Control"] = "no-store"
    return response


@answer.register
def _moved(error: Moved) -> Response:
    """Lead from a former address to the present one: an old link, a bookmark, a printed one."""
    return _lead_on(slug=error.slug)


@answer.register
def _merged(error: MergedEdition) -> Response:
    """Lead on to the edition that stayed; if that one was merged as well, its address leads on."""
    return _lead_on(edition_id=error.edition_id)


def _lead_on(**present: str | int) -> Response:
    """Lead to this very page, with something else in its address."""
    assert request.view_args is not None
    assert request.endpoint is not None
    target = url_for(request.endpoint, **{**request.view_args, **present})
    query = request.query_string.decode("ascii", "ignore")
    code = 301 if request.method in ("GET", "HEAD") else 308
    return cast(Response, redirect(f"{target}?{query}" if query else target, code))


@answer.register
def _broken_cursor(_error: BrokenCursor) -> Response:
    """Lead from a cut-off link into a list to its start, which is better than an apology."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    target = f"{request.path}?{urlencode(kept)}" if kept else request.path
    return cast(Response, redirect(target, 302))


@answer.register
def _expired(_error: CSRFError) -> Response:
    return error_page(400, *EXPIRED)


@answer.register
def _failed(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return cast(Response, error.get_response())
    status = error.code or 500
    title, text = words_for(error)
    if status == 500:
        return _broken_page(title, text)
    response = error_page(status, title, text)
    if status == 405:
        response.headers.update(error.get_headers())
        response.content_type = "text/html; charset=utf-8"
    return response


def error_page(status: int, title: str, text: str) -> Response:
    """Return an error's page."""
    return make_response(_page(status, title, text), status)


def _page(status: int, title: str, text: str) -> str:
    return render_template(_TEMPLATE, status=status, title=title, text=text)


def _broken_page(title: str, text: str) -> Response:
    return make_response(_visitors_page(_TEMPLATE, status=500, title=title, text=text), 500)


def _visitors_page(name: str, **words: object) -> str:
    """Return a page that tells nobody who they are: only the database knows, if it isn't broken."""
    template = current_app.jinja_env.get_template(name)
    return template.render(words, reference=reference(), nobody_knows_who=True)
