"""Reading a picture that somebody sends: what could be a cover, and what is refused.

Nothing of the bytes is believed: not the name, not the type that a browser says. Pillow looks for
four formats alone, and only at the beginning until we know how much there is to unpack.
"""

import struct
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from bookreviews.errors import Invalid

LARGEST_FILE = 8 * 1024 * 1024  # bytes; nginx.conf draws the same line
TOO_LARGE = f"Please choose a picture of at most {LARGEST_FILE // 2**20} MB."
MOST_PIXELS = 25_000_000
NARROWEST = 120  # pixels
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
# Width by height: from a tall paperback to a square record sleeve.
_SLIMMEST, _WIDEST = 0.4, 1.25

# What Pillow and its codecs raise on damaged files.
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, struct.error)


def read_cover(content: bytes) -> Image.Image:
    """Return the picture in `content`, upright and in RGB, or raise Invalid (`picture`)."""
    if not content:
        raise Invalid(picture="Please choose a picture.")
    if len(content) > LARGEST_FILE:
        raise Invalid(picture=TOO_LARGE)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _check(picture)
            picture.load()
            return _plain(picture)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise Invalid(
            picture="This can’t be read as a picture. Please choose a JPEG, PNG, WebP or AVIF file."
        ) from error


def _check(picture: Image.Image) -> None:
    """Refuse what no cover is by what its beginning says, before it is unpacked."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    # Many cameras write a second, smaller picture behind the first (MPO), which nobody sees.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Invalid(picture="This picture moves; please choose one that doesn’t.")
    if min(width, height) < NARROWEST:
        raise Invalid(
            picture=f"This picture is too small: a cover needs {NARROWEST} pixels each way."
        )
    lies = picture.getexif().get(_ORIENTATION) in _LYING
    upright = height / width if lies else width / height
    if not _SLIMMEST <= upright <= _WIDEST:
        raise Invalid(picture="This picture hasn’t the shape of a book’s cover.")


_ORIENTATION = 0x0112
_LYING = range(5, 9)  # whatever else a file says there, a word even, is nothing


def _plain(picture: Image.Image) -> Image.Image:
    """Turn it upright, put it on white paper and into the colours of screens."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    if upright.has_transparency_data or upright.mode in ("LA", "PA", "RGBA"):
        drawn = upright.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        return Image.alpha_composite(paper, drawn).convert("RGB")
    if profile and upright.mode in ("RGB", "CMYK"):
        upright = _in_screen_colours(upright, profile)
    return upright.convert("RGB")


def _in_screen_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """Convert from the profile that the file carries; a broken one is left out."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def _too_many_pixels() -> Invalid:
    return Invalid(
        picture=f"Please choose a picture of at most {MOST_PIXELS // 1_000_000} million pixels."
    )
