"""Who may not come in, and errors as problem+json (RFC 9457): the pages' refusals for programs."""

import json
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from flask import Response, jsonify, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, Unauthorized, UnsupportedMediaType

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import DomainError, Invalid
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.lib.refusals import EXPIRED, words_for
from bookreviews.viewing import viewer

MEDIA_TYPE = "application/problem+json"


@singledispatch
def answer(error: Exception) -> Response:
    """Return the problem that tells a program of `error`."""
    raise error


@answer.register
def _refused(error: DomainError) -> Response:
    fields = error.fields if isinstance(error, Invalid) else {}
    response = problem(
        error.status,
        error.title,
        str(error),
        [{"field": name, "detail": detail} for name, detail in fields.items()],
    )
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@answer.register
def _broken_cursor(_error: BrokenCursor) -> Response:
    return problem(400, "Broken cursor", "Take `after` from the `next` of the page before.")


@answer.register
def _expired(_error: CSRFError) -> Response:
    return problem(400, *EXPIRED)


@answer.register
def _failed(error: HTTPException) -> Response:
    errors = list(_field_errors(getattr(error, "data", {}).get("messages", {})))
    title, words = words_for(error)
    if errors:
        words = " ".join(f"{one['field']}: {one['detail']}" for one in errors)
    elif error.description != type(error).description:  # a sentence of ours
        words = error.description or words
    response = problem(error.code or 500, title, words, errors)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def problem(status: int, title: str, detail: str, errors: list[Any] | None = None) -> Response:
    """Return an answer of the type application/problem+json."""
    body: dict[str, Any] = {"status": status, "title": title, "detail": detail}
    if errors:
        body["errors"] = errors
    response = jsonify(body)
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    return response


def refuse_other_types() -> None:
    """Refuse bodies that aren't JSON; a form from another site could send anything else."""
    if request.method not in ("POST", "PATCH", "PUT"):
        return
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    try:
        json.loads(request.get_data().decode())
    except (ValueError, RecursionError) as error:
        raise BadRequest("What you sent is not JSON that we can read.") from error


def signed_in() -> Viewer:
    """Return who is asking; nobody signed in is a 401."""
    reader = viewer()
    if reader is None:
        raise Unauthorized("Sign in first.")
    return reader


def _field_errors(messages: Any) -> Iterator[dict[str, str]]:
    """Flatten marshmallow's {"json": {"stars": ["Not a valid number."]}}."""
    for fields in messages.values() if isinstance(messages, dict) else ():
        for name, details in fields.items() if isinstance(fields, dict) else ():
            for detail in details if isinstance(details, list) else [str(details)]:
                yield {"field": str(name), "detail": str(detail)}
