"""Files that people gave us, under addresses that name their content: browsers keep them for ever.

Nginx serves them where it sees the folder (see nginx.conf); where it doesn't, this does.
"""

from flask import Blueprint, Response, abort

from bookreviews.extensions import bound
from bookreviews.lib.storage import is_name

blueprint = Blueprint("media", __name__)

_YEAR = 365 * 24 * 60 * 60  # seconds
_KINDS = {"webp": "image/webp", "jpg": "image/jpeg"}


@blueprint.get("/media/<path:name>")
def show(name: str) -> Response:
    """Send a file."""
    kind = _KINDS.get(name.rpartition(".")[2])
    content = bound("media").get(name) if kind and is_name(name) else None
    if content is None:
        abort(404)
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response
