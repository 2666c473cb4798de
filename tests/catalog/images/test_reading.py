"""What is read as a cover, and what is refused in words."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from bookreviews.catalog.images import reading
from bookreviews.catalog.images.reading import read_cover
from bookreviews.errors import Invalid
from tests.catalog.images.pictures import moving, picture


@pytest.mark.parametrize("kind", reading.FORMATS)
def test_the_formats_of_the_web_are_read(kind: str) -> None:
    read = read_cover(picture(kind))
    assert (read.mode, read.size) == ("RGB", (400, 600))


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("L", 9), ("P", 0), ("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("1", 1), ("I;16", 9)],
)
def test_all_kinds_of_pixels_become_colours_on_white_paper(mode: str, colour: object) -> None:
    read = read_cover(picture("PNG", mode=mode, colour=colour))
    assert read.mode == "RGB"
    if mode in ("RGBA", "LA"):
        assert read.getpixel((5, 5)) == (255, 255, 255)


def test_a_cover_of_four_inks_is_read() -> None:
    assert read_cover(picture("JPEG", mode="CMYK", colour=(0, 0, 0, 0))).mode == "RGB"


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    read = read_cover(picture("JPEG", size=(600, 400), exif=exif))
    assert read.size == (400, 600)
    red, _green, _blue = read.getpixel((390, 10))  # type: ignore[misc]
    assert red < 60  # the mark was upper left, and is upper right now


def test_a_word_in_the_place_of_a_direction_is_nothing() -> None:
    entry = b"\x01\x12\x00\x02\x00\x00\x00\x04abc\x00"
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + entry + bytes(4)
    assert read_cover(picture("JPEG", exif=exif)).size == (400, 600)


def test_a_photo_with_a_second_one_behind_it_is_read() -> None:
    assert read_cover(moving("MPO")).size == (200, 300)


def test_a_broken_colour_profile_is_left_out() -> None:
    assert read_cover(picture("JPEG", icc_profile=b"no profile at all")).mode == "RGB"


def _bomb() -> bytes:
    """Return a PNG that says it has 50,000 by 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        )

    head = (50_000).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    data = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": b"",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing": SVG,
    "an archive": b"PK\x03\x04" + bytes(100),
    "a film": moving("GIF"),
    "a moving picture": moving(),
    "a bomb": _bomb(),
    "a format for printers": picture("TIFF"),
    "a bitmap": picture("BMP"),
    "only a beginning": b"\x89PNG\r\n\x1a\n",
    "too small": picture(size=(100, 150)),
    "a stripe": picture(size=(150, 900)),
    "a banner": picture(size=(900, 300)),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_all_else_is_refused_beside_its_field(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_cover(content)
    assert list(refused.value.fields) == ["picture"]


@pytest.mark.parametrize("kind", reading.FORMATS)
def test_a_file_that_was_cut_off_is_refused_or_read_whole(kind: str) -> None:
    whole = picture(kind)
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(Invalid):
            read_cover(whole[: int(len(whole) * share)])


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1024 * 1024)
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(Invalid, match=reading.TOO_LARGE):
        read_cover(bytes(1024 * 1024 + 1))


def test_more_pixels_than_we_unpack_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PIXELS", 400 * 600 - 1)
    with pytest.raises(Invalid, match="pixels"):
        read_cover(picture())


def test_what_follows_the_picture_in_the_file_is_not_kept() -> None:
    from bookreviews.catalog.images.making import make_cover

    polyglot = picture("JPEG", comment=b"<script>alert(1)</script>") + SVG
    made = make_cover(read_cover(polyglot))
    for content in made.files.values():
        assert b"script" not in content
        assert Image.open(BytesIO(content)).size[0] <= 480
