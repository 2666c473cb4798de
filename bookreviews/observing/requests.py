"""Watches each request from outside the application: its reference, its line, its numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from bookreviews.accounts.viewer import Viewer
from bookreviews.observing import metrics, watchdog
from bookreviews.observing.doings import Doing, current, new_reference

if TYPE_CHECKING:
    from bookreviews.observing.tracing import Tracing

HEADER = "X-Request-ID"

# Machines ask these every few seconds; nobody wants to read of it unless something is wrong.
QUIET = frozenset(("/healthz", "/readyz", "/metrics"))

_log = logging.getLogger("bookreviews.requests")

Who = Callable[[], Viewer | None]


@dataclass(slots=True)
class _Request(Doing):
    """A request; what is known only once it was answered is that of one that broke."""

    route: str = "none"
    method: str = ""
    status: int = 500
    length: int | None = None
    user_id: int | None = None


def watch_requests(app: Flask, *, who: Who) -> None:
    """Watch all requests of `app`; `who` tells the viewer, if this request has asked for them."""
    settings = app.config["SETTINGS"]
    believes = settings.trusted_proxies > 0
    app.wsgi_app = _Watch(app.wsgi_app, believes=believes, tracing=app.extensions["tracing"])  # type: ignore[method-assign]
    app.log_exception = _log_exception  # type: ignore[method-assign]

    @app.after_request
    def _note(response: Response) -> Response:
        seen = current.get()
        if isinstance(seen, _Request):
            _note_viewer(seen, response, who())
        return response


class _Watch:
    def __init__(self, application: Any, *, believes: bool, tracing: Tracing | None) -> None:
        self._application = application
        self._believes = believes
        self._tracing = tracing

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, and tell of it; a stream is told of when its first byte stands."""
        seen = self._begin(environ)
        token = current.set(seen)
        metrics.in_flight.inc()
        watchdog.begin()

        def begin_answer(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            _note_answer(seen, status, headers)
            return start_response(status, [*headers, (HEADER, seen.reference)], *failure)

        try:
            answer: Iterable[bytes] = self._application(environ, begin_answer)
            return answer
        finally:
            watchdog.end()
            metrics.in_flight.dec()
            _tell(seen)
            if self._tracing is not None and seen.route not in QUIET:
                _trace(seen, self._tracing)
            current.reset(token)

    def _begin(self, environ: dict[str, Any]) -> _Request:
        given = environ.get("HTTP_X_REQUEST_ID") if self._believes else None
        seen = _Request(new_reference(given), method=environ["REQUEST_METHOD"])
        if self._tracing is not None:
            seen.asked = []
            seen.traceparent = environ.get("HTTP_TRACEPARENT") if self._believes else None
        return seen


def tell_route(rule: str) -> None:
    """Tell which route answers this request, where Flask isn't asked."""
    seen = current.get()
    if isinstance(seen, _Request):
        seen.route = rule


def _note_answer(seen: _Request, status: str, headers: list[tuple[str, str]]) -> None:
    seen.status = int(status[:3])
    length = dict(headers).get("Content-Length")
    seen.length = None if length is None else int(length)


def _note_viewer(seen: _Request, response: Response, viewer: Viewer | None) -> None:
    """Note who was answered, and by which route; who runs the site sees what it cost."""
    if request.url_rule is not None:  # the rule, never the path: it may hold a name or a token
        seen.route = request.url_rule.rule
    if viewer is None:
        return
    seen.user_id = viewer.id
    if viewer.is_admin:
        response.headers["Server-Timing"] = (
            f"total;dur={seen.seconds * 1000:.1f}, sql;dur={seen.sql_seconds * 1000:.1f};"
            f'desc="{seen.statements} statements"'
        )


def _tell(seen: _Request) -> None:
    seconds = seen.seconds
    metrics.note(
        route=seen.route,
        method=seen.method,
        status=seen.status,
        seconds=seconds,
        asked=(seen.statements, seen.sql_seconds),
    )
    level = _level(seen)
    if _log.isEnabledFor(level):
        # Without `_log.log`, which would look for the line of code that called it.
        said = "%s %s", (seen.method, seen.route)
        record = logging.LogRecord(_log.name, level, __file__, 0, *said, None)
        record.facts = _facts(seen, seconds)
        _log.handle(record)


def _trace(seen: _Request, tracing: Tracing) -> None:
    tracing.tell(
        seen,
        name=f"{seen.method} {seen.route}",
        of_server=True,
        facts={
            "http.request.method": seen.method,
            "http.route": seen.route,
            "http.response.status_code": seen.status,
        },
        failed=seen.status >= 500,
    )


def _level(seen: _Request) -> int:
    if seen.status >= 500:
        return logging.ERROR
    return logging.DEBUG if seen.route in QUIET else logging.INFO


def _facts(seen: _Request, seconds: float) -> dict[str, Any]:
    return {
        "method": seen.method,
        "route": seen.route,
        "status": seen.status,
        "ms": round(seconds * 1000, 1),
        "statements": seen.statements,
        "sql_ms": round(seen.sql_seconds * 1000, 1),
        "bytes": seen.length,
        "user_id": seen.user_id,
    }


def _log_exception(exc_info: Any) -> None:
    """Log what broke; Flask itself would write the path, which may hold a token."""
    route = request.url_rule.rule if request.url_rule is not None else "none"
    _log.error("%s %s broke", request.method, route, exc_info=exc_info)
