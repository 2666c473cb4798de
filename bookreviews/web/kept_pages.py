"""Whole pages that a worker keeps, and hands out before the application is asked.

Most visitors want a page that another visitor has just had. The way through Flask, the same for
everybody, would then cost many times what is left to do: to ask the database whether the page still
holds. So `KeptFirst` stands in front. It makes nothing: what it hands out is an answer that the
application gave, with its headers.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl

from flask import Flask, Response, g, request
from werkzeug.http import parse_etags

from bookreviews import reading
from bookreviews.catalog.queries import find_version
from bookreviews.config import Settings
from bookreviews.extensions import bound
from bookreviews.lib.compression import accepts_gzip, gzipped
from bookreviews.lib.orm import Record
from bookreviews.lib.outages import TROUBLES
from bookreviews.observing.requests import tell_route
from bookreviews.site import queries as site
from bookreviews.site.settings import SiteSettings

# What pages that are kept look at in their address; all else, as where a link was found, is
# nothing to them.
_ASKED = ("after", "sort", "stars")

_OF_THE_BODY = ("Content-Type", "Content-Length")

Environ = dict[str, Any]


class Basis(NamedTuple):
    """What a page was made from: it holds as long as this is the same."""

    slug: str
    work_id: int
    version: int
    settings: SiteSettings


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was answered, its body compressed; a WSGI application that answers with it."""

    gzipped: bytes
    content_type: str
    tag: str
    headers: tuple[tuple[str, str], ...]  # those that don't tell of the body
    route: str
    basis: Basis

    @classmethod
    def of(cls, response: Response, basis: Basis) -> KeptPage:
        """Return what is to be kept of the answer to this request."""
        tag, _ = response.get_etag()
        return cls(
            gzipped=gzipped(response.get_data()),
            content_type=response.headers["Content-Type"],
            tag=cast(str, tag),
            headers=tuple(one for one in response.headers if one[0] not in _OF_THE_BODY),
            route=str(request.url_rule),
            basis=basis,
        )

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer with the page as this request can read it, or that its own still holds."""
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(self.tag):
            start_response("304 NOT MODIFIED", [*self.headers])
            return ()
        headers = [("Content-Type", self.content_type), *self.headers]
        if accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = self.gzipped
            headers.append(("Content-Encoding", "gzip"))
        else:
            body = gzip.decompress(self.gzipped)
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


@dataclass(slots=True)
class KeptPages:
    """Pages by their address; `bind` gives one to each application, so each worker has its own.

    Of more than `most_bytes`, those go that nobody has asked for the longest. A page holds for
    `lasts` seconds at most, since not all of it follows from its basis: what other books' cards on
    it say, and that a lock has ended.
    """

    most_bytes: int
    lasts: float = 30.0
    clock: Callable[[], float] = monotonic
    _pages: OrderedDict[Hashable, tuple[float, KeptPage]] = field(
        default_factory=OrderedDict, init=False
    )
    _bytes: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def find(self, address: Hashable) -> KeptPage | None:
        """Return the page that was kept for `address`, unless it is too old."""
        with self._lock:
            made_at, page = self._pages.get(address, (0.0, None))
            if page is None:
                return None
            if self.clock() - made_at >= self.lasts:
                self._drop(address)
                return None
            self._pages.move_to_end(address)
            return page

    def keep(self, address: Hashable, page: KeptPage) -> None:
        """Keep a page in the place of the one before; one that alone is too large isn't kept."""
        with self._lock:
            self._drop(address)
            if len(page.gzipped) > self.most_bytes:
                return
            self._pages[address] = self.clock(), page
            self._bytes += len(page.gzipped)
            while self._bytes > self.most_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, address: Hashable) -> None:
        _, page = self._pages.pop(address, (0.0, None))
        if page is not None:
            self._bytes -= len(page.gzipped)


def bind(app: Flask) -> None:
    """Let `app` keep pages, in as much memory as its settings say."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["kept_pages"] = KeptPages(settings.kept_pages_mb * 1024 * 1024)
    app.wsgi_app = KeptFirst(app)  # type: ignore[method-assign]


def keep_until_changed(work: Record, **understood: object) -> None:
    """Let the page that is being made of `work` be kept, if it turns out to be everyone's.

    The row must be what is read first of all, or the page could be older than its version. What the
    page looks at in its address is given as it was `understood`. Where more was asked, or
    something else, it isn't kept: made-up addresses of one page would push out all others.
    """
    asked = {name: request.args[name] for name in _ASKED if name in request.args}
    if asked == {name: str(understood.get(name)) for name in asked}:
        g.basis = Basis(work.slug, work.id, work.version, site.current())


def kept(response: Response) -> KeptPage | None:
    """Keep the answer to this request if a view has allowed it, and return what is kept."""
    pages = _kept_pages()
    if "basis" not in g or not pages.most_bytes:
        return None
    page = KeptPage.of(response, g.basis)
    pages.keep(_address_of(request.environ), page)
    return page


class KeptFirst:
    """Answers visitors with pages that are kept and still hold; all else is the application's."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._application = app.wsgi_app
        # Who is signed in gets pages of their own, and who has just written sees what they wrote.
        self._cookies_of_readers = (app.config["SESSION_COOKIE_NAME"], reading.COOKIE)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        page = self._page_for(environ)
        if page is None:
            return self._application(environ, start_response)
        tell_route(page.route)
        return page(environ, start_response)

    def _page_for(self, environ: Environ) -> KeptPage | None:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_visitor(environ):
            return None
        with self._app.app_context():
            page = _kept_pages().find(_address_of(environ))
            return page if page is not None and _holds(page.basis) else None

    def _is_visitor(self, environ: Environ) -> bool:
        cookies = environ.get("HTTP_COOKIE", "")
        return not cookies or not any(name in cookies for name in self._cookies_of_readers)


def _kept_pages() -> KeptPages:
    return cast(KeptPages, bound("kept_pages"))


def _holds(basis: Basis) -> bool:
    """Tell whether a page would be made from the same now."""
    try:
        version = find_version(basis.slug)
        return version is not None and basis == (basis.slug, *version, site.current())
    except TROUBLES:  # the application meets them as well, and knows what to say
        return False


def _address_of(environ: Environ) -> Hashable:
    """Return what tells kept pages apart: the path, and what of the query they look at."""
    query = environ.get("QUERY_STRING", "")
    # As Werkzeug takes queries apart; what isn't UTF-8 stays distinct.
    given = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    first = dict(reversed(given))
    return environ["PATH_INFO"], *(first.get(name) for name in _ASKED)
