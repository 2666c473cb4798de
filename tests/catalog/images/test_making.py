"""The files of a cover."""

from io import BytesIO

from PIL import Image

from bookreviews.catalog.images.making import cover_of, files_of, make_cover, size_of
from bookreviews.catalog.images.reading import read_cover
from tests.catalog.images.pictures import picture


def test_a_large_picture_is_made_in_two_widths() -> None:
    made = make_cover(read_cover(picture(size=(1200, 1800))))
    sizes = [Image.open(BytesIO(content)) for content in made.files.values()]
    assert [(image.format, image.size) for image in sizes] == [
        ("WEBP", (180, 270)),
        ("WEBP", (480, 720)),
        ("JPEG", (480, 720)),
    ]
    assert size_of(made.name) == (480, 720)
    assert list(made.files) == files_of(made.name)
    assert {cover_of(file) for file in made.files} == {made.name}


def test_a_small_picture_is_not_blown_up() -> None:
    assert size_of(make_cover(read_cover(picture(size=(150, 200)))).name) == (150, 200)


def test_the_same_picture_has_the_same_name_and_another_has_another() -> None:
    same = [make_cover(read_cover(picture())).name for _ in range(2)]
    other = make_cover(read_cover(picture(colour=(1, 2, 3)))).name
    assert same[0] == same[1] != other


def test_what_cameras_write_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera that knows where I live"
    made = make_cover(read_cover(picture("JPEG", exif=exif, comment=b"where I live")))
    for content in made.files.values():
        assert b"where I live" not in content
        assert not Image.open(BytesIO(content)).getexif()


def test_a_file_of_something_else_belongs_to_no_cover() -> None:
    assert cover_of("covers/ab/.unfinished-x1") is None
