"""Static files under an address that names their content, so that browsers keep them for ever.

The digest stands in the directory (/static/v-0123456789ab/css/base.css), therefore relative
addresses inside CSS stay within the same version. Nginx drops it (see nginx.conf); where Flask
serves the files itself, the route below does.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response


def digest_of(folder: Path) -> str:
    """Return twelve hexadecimal digits that change with any file's name or bytes."""
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(file.relative_to(folder)).encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:12]


def serve_versioned(app: Flask) -> None:
    """Give templates `asset(path)`, and serve what it names."""
    assert app.static_folder is not None
    prefix = f"/static/v-{digest_of(Path(app.static_folder))}/"

    def asset(path: str) -> str:
        """Return the lasting address of a file under static/."""
        return prefix + path

    def versioned(_version: str, filename: str) -> Response:
        response = app.send_static_file(filename)
        response.cache_control.max_age = 365 * 24 * 60 * 60
        response.cache_control.public = True
        response.cache_control.immutable = True
        return response

    app.add_url_rule("/static/v-<_version>/<path:filename>", "static_versioned", versioned)
    app.jinja_env.globals["asset"] = asset
