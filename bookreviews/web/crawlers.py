"""The door for search engines: what they may read, and where everything is.

The sitemap comes in parts. Each holds what has its ids in one range, so that a part is found by
the primary key and costs the same in a catalogue of any size.
"""

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, render_template

from bookreviews.catalog import sitemap as sitemap_parts
from bookreviews.web.addresses import author_path, book_path, series_path, subject_path

blueprint = Blueprint("crawlers", __name__)

_PATHS: dict[str, Callable[[str], str]] = {
    "books": book_path,
    "authors": author_path,
    "series": series_path,
    "subjects": subject_path,
}
_AN_HOUR = 3600  # seconds

# What is endless, another view of the same, or nobody's business.
_CLOSED = (
    "/search",
    "/moderation/cases",
    "/settings",
    "/notifications",
    "/sign-in",
    "/sign-up",
    "/password-resets",
    "/confirm",
    "/admin",
    "/*/reports",
    "/*?after=",
    "/*&after=",
)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what to leave out, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    lines += ["", f"Sitemap: {_site()}/sitemap.xml", ""]
    return _kept_for_an_hour(Response("\n".join(lines), mimetype="text/plain"))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the parts of the sitemap."""
    parts = [
        f"{_site()}/sitemaps/{kind}-{number}.xml"
        for kind, count in sitemap_parts.count_parts().items()
        for number in range(1, count + 1)
    ]
    return _xml("crawlers/index.xml", addresses=parts)


@blueprint.get("/sitemaps/<any(books, authors, series, subjects):kind>-<int:number>.xml")
def part(kind: str, number: int) -> Response:
    """List the pages of one part; a part that is no longer there is empty."""
    if number > sitemap_parts.MOST_PARTS:
        abort(404)
    path, site = _PATHS[kind], _site()
    slugs = sitemap_parts.slugs_in_part(kind, number)
    return _xml("crawlers/part.xml", addresses=[site + path(slug) for slug in slugs])


def _xml(template: str, **values: object) -> Response:
    text = render_template(template, **values)
    return _kept_for_an_hour(Response(text, content_type="application/xml; charset=utf-8"))


def _kept_for_an_hour(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={_AN_HOUR}"
    return response


def _site() -> str:
    return str(current_app.config["SETTINGS"].site_url.rstrip("/"))
