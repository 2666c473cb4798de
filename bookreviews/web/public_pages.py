"""Pages that are the same for every visitor: told apart by a tag, compressed, kept by version.

Three places keep them, and each asks the one behind it whether they still hold: a worker of the
application (here) by the book's version; Nginx for a second (`nginx.conf`), which is why they are
compressed here, once, rather than for each visitor there; the visitor's browser by the tag.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from time import monotonic
from typing import cast

from flask import Flask, Response, request

from bookreviews.catalog.queries import get_version
from bookreviews.config import Settings
from bookreviews.extensions import bound
from bookreviews.site import queries as site
from bookreviews.viewing import viewer
from bookreviews.web.answers import Answer

# Browsers ask each time. A cache in front may answer for a second, and for two more while it asks
# anew.
CACHE_CONTROL = "max-age=0, must-revalidate, s-maxage=1, stale-while-revalidate=2"

_KINDS = ("text/html", "application/atom+xml")
_SHORTEST_COMPRESSED = 1000  # bytes
_LEVEL = 5  # a sixth larger than the best, in a third of its time


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page as it is kept: its bytes compressed, and the tag that changes with them."""

    gzipped: bytes
    tag: str

    @classmethod
    def of(cls, html: str) -> PublicPage:
        """Return what is to be kept of a page."""
        body = html.encode()
        return cls(_gzipped(body), _tag_of(body))

    def response(self) -> Response:
        """Return the page as this request can read it."""
        if request.accept_encodings["gzip"]:
            response = Response(self.gzipped, mimetype="text/html")
            response.content_encoding = "gzip"
        else:
            response = Response(gzip.decompress(self.gzipped), mimetype="text/html")
        response.set_etag(self.tag, weak=True)
        return response


@dataclass(slots=True)
class KeptPages:
    """Pages by what they show; `app.py` binds one to each application, so each worker has its own.

    Of more than `most_bytes`, those go that nobody has asked for the longest. A page holds for
    `lasts` seconds at most, since not all of it is in its key: what other books' cards on it say,
    and that a lock has ended.
    """

    most_bytes: int
    lasts: float = 30.0
    clock: Callable[[], float] = monotonic
    _pages: OrderedDict[Hashable, tuple[float, PublicPage]] = field(
        default_factory=OrderedDict, init=False
    )
    _bytes: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def find(self, key: Hashable) -> PublicPage | None:
        """Return the page that was kept for `key`, if it still holds."""
        with self._lock:
            made_at, page = self._pages.get(key, (0.0, None))
            if page is None:
                return None
            if self.clock() - made_at >= self.lasts:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: PublicPage) -> None:
        """Keep a page; one that alone is too large isn't kept."""
        with self._lock:
            self._drop(key)
            self._pages[key] = self.clock(), page
            self._bytes += len(page.gzipped)
            while self._bytes > self.most_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        _, page = self._pages.pop(key, (0.0, None))
        if page is not None:
            self._bytes -= len(page.gzipped)


def bind(app: Flask) -> None:
    """Let `app` keep pages, in as much memory as its settings say."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["kept_pages"] = KeptPages(settings.kept_pages_mb * 1024 * 1024)


def page_of_work(slug: str, *shown: Hashable, render: Callable[[], str]) -> Answer:
    """Return a page about a work: for visitors the one that is kept, if one is.

    `shown` says which page it is: what `render` looks at besides the work and the site's settings.
    """
    kept = cast(KeptPages, bound("kept_pages"))
    if viewer() is not None or not kept.most_bytes:
        return render()
    work = get_version(slug)  # before the page is read: it may be newer than this, never older
    key = (*shown, work.id, work.version, site.current())
    page = kept.find(key)
    if page is None:
        page = PublicPage.of(render())
        kept.keep(key, page)
    return page.response()


def is_public(response: Response) -> bool:
    """Tell whether an answer to somebody without a session is a page that all visitors get."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype in _KINDS
    )


def share(response: Response) -> None:
    """Let caches and browsers keep a public page, and tell them if theirs still holds."""
    if "ETag" not in response.headers:
        body = response.get_data()
        response.set_etag(_tag_of(body), weak=True)
        if len(body) >= _SHORTEST_COMPRESSED and request.accept_encodings["gzip"]:
            response.set_data(_gzipped(body))
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.vary.add("Accept-Encoding")
    if request.if_none_match:
        response.make_conditional(request)


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


def _tag_of(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()
