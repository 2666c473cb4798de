"""Which titles and authors may be those of one book, and which can't."""

import pytest

from bookreviews.catalog.loading.likeness import authors_are_alike, titles_are_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Hobbit", "Hobbit, The"),
        ("The Hobbit", "The Hobbit, or, There and Back Again"),
        ("Sapiens: A Brief History of Humankind", "Sapiens - Eine kurze Geschichte"),
        ("The Hunger Games (The Hunger Games, #1)", "Hunger games [large print]"),
        ("To Kill a Mockingbird", "To Kil a Mocking-bird"),
        ("Les Misérables", "MISERABLES"),
    ],
)
def test_titles_of_one_book(one: str, other: str) -> None:
    assert titles_are_alike(one, other)
    assert titles_are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("To kill a moose", "To Kill a Mockingbird"),
        ("The Stand", "The Road"),
        ("Dune", "1984"),
        ("?", "Dune"),
    ],
)
def test_titles_of_two_books(one: str, other: str) -> None:
    assert not titles_are_alike(one, other)
    assert not titles_are_alike(other, one)


@pytest.mark.parametrize(
    ("name", "byline"),
    [
        ("Tolkien", "J. R. R. Tolkien"),
        ("Lee Harper", "Harper Lee"),
        ("Leo Tolstoi", "Лев Толстой"),
        ("Lev Tolstoi", "Leo Tolstoy"),
        ("Neil Gaiman", "Terry Pratchett and Neil Gaiman"),
        ("", "Harper Lee"),
        ("Harper Lee", ""),
    ],
)
def test_authors_of_one_book(name: str, byline: str) -> None:
    assert authors_are_alike([name], byline)


@pytest.mark.parametrize("name", ["Harper M", "Harper Collins", "Cormac McCarthy", "Li Yu"])
def test_authors_of_two_books(name: str) -> None:
    assert not authors_are_alike([name], "Harper Lee")
