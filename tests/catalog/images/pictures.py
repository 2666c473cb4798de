"""Pictures for tests, made on the spot."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    kind: str = "PNG",
    *,
    size: tuple[int, int] = (400, 600),
    colour: Any = (160, 40, 30),
    mode: str = "RGB",
    **how: Any,
) -> bytes:
    """Return a file with a picture of one colour, but for a mark in its upper left corner."""
    image = Image.new(mode, size, colour)
    if mode == "RGB":
        image.paste((20, 90, 70), (0, 0, size[0] // 4, size[1] // 4))
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def moving(kind: str = "WEBP") -> bytes:
    """Return a file of two pictures, one after the other."""
    frames = [Image.new("RGB", (200, 300), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()
