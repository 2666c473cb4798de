"""How names and titles compare, and what they never make equal."""

import pytest

from bookreviews.catalog.naming import name_key, numbered, title_key, work_slugs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J. R. R. Tolkien", "J.R.R. TOLKIEN"),
        ("J.K. Rowling", "JK Rowling"),
        ("Gabriel García Márquez", "gabriel garcia marquez"),
        ("Flann O'Brien", "Flann O’Brien"),
    ],
)
def test_spellings_of_a_name_compare_equal(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("张伟", "章伟"), ("Iain Banks", "Iain M. Banks"), ("Paul Simon", "Simon Paul")],
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_marks_alone_has_no_key() -> None:
    assert name_key("…") == ""


def test_a_title_is_compared_with_its_first_author() -> None:
    assert title_key("Poems", ["John Keats"]) == title_key("POEMS.", ["john keats", "Ed. Itor"])
    assert title_key("Poems", ["John Keats"]) != title_key("Poems", [])
    assert title_key("!!!", []) != title_key("???", [])


def test_a_slug_with_a_number_fits() -> None:
    plain, _ = work_slugs("x" * 300, [])
    assert len(numbered(plain, 2**31 - 1)) == 80
