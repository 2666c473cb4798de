"""Pages that a link in a letter leads to: their address is a secret, and says so to browsers."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, render_template

from bookreviews.errors import NotFound
from bookreviews.web.answers import Answer

_P = ParamSpec("_P")

# No other site learns the address, no index lists it, no cache keeps the page.
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def secret_address(view: Callable[_P, Answer]) -> Callable[_P, Response]:
    """Keep what `view` answers, and where, between the site and whoever has the letter."""

    @wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        response.headers.update(_HEADERS)
        return response

    return guarded


def used_up(error: NotFound, *, ask_again: str, words: str) -> Answer:
    """Return the page of a link that leads nowhere (any more), with a way to another one."""
    page = render_template(
        "accounts/used_up.html", text=str(error), ask_again=ask_again, words=words
    )
    return page, error.status
