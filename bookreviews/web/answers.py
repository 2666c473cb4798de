"""What a view may answer, and where a redirect may lead."""

from typing import TypeAlias
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

Answer: TypeAlias = str | tuple[str, int] | Response


def local_path(wanted: str | None) -> str | None:
    r"""Return `wanted` if it is an address on this site, else None.

    Browsers read `//host`, `/\host` and control characters as ways off the site.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None
    if "\\" in wanted or any(
        ord(character) < 0x20 or ord(character) == 0x7F for character in wanted
    ):
        return None
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    return wanted if not parts.scheme and not parts.netloc else None
