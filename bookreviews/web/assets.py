"""Static files under addresses that name their content, so that browsers keep them for ever.

The digest of a file stands in the directory (/static/v-0123456789ab/css/base.css), and a style
sheet names the files it uses in the same way. An address is answered with exactly those bytes, or
with what there is now and no promise: during an upgrade pages of the other version may ask for
theirs.

Where Nginx serves them, it takes them from a folder that `lay_out` has written, compressed once.
"""

import gzip
import os
import posixpath
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, send_from_directory

_YEAR = 365 * 24 * 60 * 60  # seconds
# Pages of the release before are open in browsers, and its servers may run beside the new ones.
_STAYS = 7 * 24 * 60 * 60  # seconds, from when this file lies in the folder
_LEFT = ".left"
_NAMED_BY_SHEETS = re.compile(r"url\(\s*[\"']?(?![a-z]+:|/|#)([^\"')]+?)[\"']?\s*\)")
_COMPRESSED = (".css", ".js", ".svg")


@dataclass
class Assets:
    """The files of a folder as they are when it is first looked at."""

    folder: Path

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each file, twelve hexadecimal digits, by its path in the folder."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        found: dict[str, str] = {}
        for file in sorted(files, key=lambda file: file.suffix == ".css"):  # they name the others
            path = file.relative_to(self.folder).as_posix()
            found[path] = sha256(self._content(path, found)).hexdigest()[:12]
        return found

    def address_of(self, path: str) -> str:
        """Return the lasting address of a file; one that isn't there has none that lasts."""
        return _address(path, self.digests)

    def content_of(self, path: str) -> bytes:
        """Return the bytes that a file's lasting address stands for."""
        return self._content(path, self.digests)

    def _content(self, path: str, digests: dict[str, str]) -> bytes:
        content = (self.folder / path).read_bytes()
        if not path.endswith(".css"):
            return content
        place = posixpath.dirname(path)

        def lasting(found: re.Match[str]) -> str:
            return f"url({_address(posixpath.normpath(posixpath.join(place, found[1])), digests)})"

        return _NAMED_BY_SHEETS.sub(lasting, content.decode()).encode()


def _address(path: str, digests: dict[str, str]) -> str:
    digest = digests.get(path)
    return f"/static/v-{digest}/{path}" if digest else f"/static/{path}"


def serve_versioned(app: Flask) -> None:
    """Give templates `asset(path)`, and serve what it names."""
    assets = Assets(Path(str(app.static_folder)))

    def versioned(version: str, filename: str) -> Response:
        if assets.digests.get(filename) != version:
            return app.send_static_file(filename)
        if filename.endswith(".css"):
            response = Response(assets.content_of(filename), mimetype="text/css")
        else:
            response = send_from_directory(assets.folder, filename)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    app.add_url_rule("/static/v-<version>/<path:filename>", "static_versioned", versioned)
    app.jinja_env.globals["asset"] = assets.address_of


def lay_out(assets: Assets, folder: Path) -> None:
    """Write all files into `folder` as their addresses say, and compressed ones beside them.

    What is there already stays, so that pages of the version before find theirs during an upgrade;
    what no start has asked for in a week goes. Who rolls back to an older release writes it anew.
    All may be read by everybody, whatever is usual here: Nginx is somebody else.
    """
    usual = os.umask(0o022)
    try:
        _lay_out(assets, folder)
        _sweep(assets, folder)
    finally:
        os.umask(usual)


def _lay_out(assets: Assets, folder: Path) -> None:
    for path, digest in assets.digests.items():
        place = folder / f"v-{digest}" / path
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        content = assets.content_of(path)
        if place.suffix in _COMPRESSED:
            place.with_name(f"{place.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
            if brotli := shutil.which("brotli"):
                command = [brotli, "--best", "--stdout", "-"]
                packed = subprocess.run(command, input=content, capture_output=True, check=True)  # noqa: S603
                place.with_name(f"{place.name}.br").write_bytes(packed.stdout)
        unfinished = place.with_name(f"{place.name}.new")
        unfinished.write_bytes(content)
        unfinished.replace(place)  # last, so that what is there is whole


def _sweep(assets: Assets, folder: Path) -> None:
    """Mark what these files don't need any more, and remove what has been marked for a week."""
    needed = {f"v-{digest}" for digest in assets.digests.values()}
    for place in folder.glob("v-*"):
        left = place / _LEFT
        if place.name in needed:
            left.unlink(missing_ok=True)
        elif not left.exists():
            left.touch()
        elif time.time() - left.stat().st_mtime > _STAYS:
            shutil.rmtree(place)
