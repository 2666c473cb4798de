"""Pages that are the same for every visitor: told apart by a tag, compressed, kept.

Three places keep them, and each asks the one behind it whether they still hold: a worker of the
application by the book's version (`kept_pages.py`); Nginx for a second (`nginx.conf`), which is
why they are compressed here, once, rather than for each visitor there; the visitor's browser by the
tag.
"""

from hashlib import blake2b
from typing import cast

from flask import Response, request

from bookreviews.lib.compression import accepts_gzip, gzipped
from bookreviews.web.kept_pages import kept

# Browsers ask each time. A cache in front may answer for a second, and for two more while it asks
# anew.
CACHE_CONTROL = "max-age=0, must-revalidate, s-maxage=1, stale-while-revalidate=2"

_KINDS = ("text/html", "application/atom+xml")
_SHORTEST_COMPRESSED = 1000  # bytes


def is_public(response: Response) -> bool:
    """Tell whether an answer to somebody without a session is a page that all visitors get."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype in _KINDS
    )


def shared(response: Response) -> Response:
    """Return a public page as caches and browsers may keep it, or that theirs still holds."""
    body = response.get_data()
    response.set_etag(_tag_of(body), weak=True)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.vary.update(("Accept-Encoding", "Cookie"))
    if (page := kept(response)) is not None:
        return cast(Response, Response.from_app(page, request.environ))
    if len(body) >= _SHORTEST_COMPRESSED and accepts_gzip(
        request.headers.get("Accept-Encoding", "")
    ):
        response.set_data(gzipped(body))
        response.content_encoding = "gzip"
    if request.if_none_match:
        response.make_conditional(request)
    return response


def _tag_of(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()
