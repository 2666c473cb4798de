"""Static files under an address that names their content, so that browsers keep them for ever.

The digest stands in the directory (/static/v-0123456789ab/css/base.css), therefore relative
addresses inside CSS stay within the same version. Nginx drops it (see nginx.conf); where Flask
serves the files itself, the route below does.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory

_YEAR = 365 * 24 * 60 * 60  # seconds


def digest_of(folder: Path) -> str:
    """Return twelve hexadecimal digits that change with any file's name or bytes."""
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(file.relative_to(folder)).encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:12]


def serve_versioned(app: Flask) -> None:
    """Give templates `asset(path)`, and serve what it names."""
    folder = Path(str(app.static_folder))
    present = digest_of(folder)

    def asset(path: str) -> str:
        """Return the lasting address of a file under static/."""
        return f"/static/v-{present}/{path}"

    def versioned(version: str, filename: str) -> Response:
        # During an upgrade a page of the other version may ask: it gets what there is, not to keep.
        if version != present:
            return app.send_static_file(filename)
        response = send_from_directory(folder, filename, max_age=_YEAR)
        response.cache_control.immutable = True
        return response

    app.add_url_rule("/static/v-<version>/<path:filename>", "static_versioned", versioned)
    app.jinja_env.globals["asset"] = asset
