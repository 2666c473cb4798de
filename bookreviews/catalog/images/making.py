"""Making what pages show of a picture: two widths as WebP, one as JPEG for previews elsewhere.

All are encoded anew from pixels alone, so nothing that was hidden in the original (places, names,
a second file) is kept. A cover's name is made from its content and tells its size in pixels:
`3f9a…-480x720`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image

SMALL, LARGE = 180, 480  # pixels wide, where the original is as wide
PREFIX = "covers/"
SUFFIXES = (f"{SMALL}.webp", f"{LARGE}.webp", f"{LARGE}.jpg")

_NAME = re.compile(r"([0-9a-f]{32})-([0-9]{1,4})x([0-9]{1,4})")
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class MadeCover:
    """A cover's name, and its files by theirs."""

    name: str
    files: dict[str, bytes]


def make_cover(picture: Image.Image) -> MadeCover:
    """Return the files of a cover; the same picture always gives the same."""
    large = _at_most(picture, LARGE)
    webp = _encoded(large, "WEBP", method=4)
    digest = sha256(webp).hexdigest()[:32]
    name = f"{digest}-{large.width}x{large.height}"
    contents = (
        _encoded(_at_most(large, SMALL), "WEBP", method=4),
        webp,
        _encoded(large, "JPEG", optimize=True, progressive=True),
    )
    return MadeCover(name, dict(zip(files_of(name), contents, strict=True)))


def files_of(name: str) -> list[str]:
    """Return the names of a cover's files: the small one, the large one, the one for elsewhere."""
    return [f"{PREFIX}{name[:2]}/{name}-{suffix}" for suffix in SUFFIXES]


def size_of(name: str) -> tuple[int, int]:
    """Return width and height of a cover's large file, in pixels."""
    found = _NAME.fullmatch(name)
    assert found is not None
    return int(found[2]), int(found[3])


def cover_of(file: str) -> str | None:
    """Return the name of the cover that a file belongs to, or None where it belongs to none."""
    found = _NAME.search(file)
    return found[0] if found else None


def _at_most(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)


def _encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    plain = Image.frombytes("RGB", picture.size, picture.tobytes())  # pixels, and nothing else
    plain.save(file, kind, quality=_QUALITY, **how)
    return file.getvalue()
