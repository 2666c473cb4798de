"""What a view may answer, and where a redirect may lead."""

from typing import TypeAlias
from urllib.parse import urlsplit

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from bookreviews.errors import DomainError

Answer: TypeAlias = str | tuple[str, int] | AnyResponse


def refused(page: str, error: DomainError) -> Response:
    """Return the page that tells of `error`, with its status, and when to try again."""
    response = make_response(page, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def this_address() -> str | None:
    """Return where this request went, or None if a browser would read that as another site."""
    query = request.query_string.decode("ascii", "ignore")
    return local_path(f"{request.path}?{query}" if query else request.path)


def local_path(wanted: str | None) -> str | None:
    r"""Return `wanted` if it is an address on this site, else None.

    Browsers read `//host`, `/\host` and control characters as ways off the site.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None
    if "\\" in wanted or any(
        ord(character) < 0x20 or ord(character) == 0x7F for character in wanted
    ):
        return None
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    return wanted if not parts.scheme and not parts.netloc else None
