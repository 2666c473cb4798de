"""Finding works by words of title and author, the same on both databases."""

from collections.abc import Sequence

import pytest
from flask import Flask

from bookreviews.catalog import services
from bookreviews.catalog.search import MOST_RESULTS, find_work_ids, fold, words_of
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database

# Title, subtitle, authors: enough to tell every rule apart.
SHELF: tuple[tuple[str, str, list[str]], ...] = (
    ("Emma", "", ["Jane Austen"]),
    ("Pride and Prejudice", "", ["Jane Austen"]),
    ("Les Misérables", "", ["Victor Hugo"]),
    ("Émile", "or On Education", ["Jean-Jacques Rousseau"]),
    ("Don’t Make Me Think", "", ["Steve Krug"]),
    ("O’Reilly's Guide to 100% Coverage", "", ["Tim O'Reilly"]),
    ("snake_case", "", ["Guido"]),
    ("Война и мир", "", ["Лев Толстой"]),
    ("三体", "", ["刘慈欣"]),
    ("ألف ليلة وليلة", "", []),
    ("Øresund", "", ["Åsne Łukasz"]),
    ("Die Straße", "", ["Æsop"]),
    ("C++ Primer", "", ["Stanley Lippman"]),
    ("1984", "", ["George Orwell"]),
    ("Python in a Nutshell", "", ["Alex Martelli"]),
    ("Fluent Python", "Clear Programming", ["Luciano Ramalho"]),
    ("Python", "", ["Zed"]),
    ("Learning Python by Reading It Very Slowly", "", ["Mark Lutz"]),
)


def add(works: Sequence[tuple[str, str, list[str]]]) -> dict[int, str]:
    """Add works and return their titles by id."""
    titles = {}
    with transaction():
        for title, subtitle, authors in works:
            new = services.NewWork(title=title, subtitle=subtitle, authors=authors)
            titles[services.add_work(new, at=NOON).id] = title
    return titles


@pytest.fixture
def shelf(app: Flask) -> dict[int, str]:
    return add(SHELF)


@any_database
def test_every_way_of_asking(shelf: dict[int, str]) -> None:
    expected = {
        # Whole words, prefixes, any case, any order, title and author together.
        "Emma": ["Emma"],
        "eMM": ["Emma"],
        "austen": ["Emma", "Pride and Prejudice"],
        "prejudice pride": ["Pride and Prejudice"],
        "aust prej": ["Pride and Prejudice"],
        "  pride \t\n prejudice  ": ["Pride and Prejudice"],
        "emma emma": ["Emma"],
        "education": ["Émile"],
        # All words must match, and from their beginning.
        "emma hugo": [],
        "mma": [],
        "emmas": [],
        # Accents and letters that only look composed.
        "miserables": ["Les Misérables"],
        "MISÉRABLES": ["Les Misérables"],
        "mise\u0301rables": ["Les Misérables"],
        "émile": ["Émile"],
        "emile": ["Émile"],
        "oresund": ["Øresund"],
        "asne lukasz": ["Øresund"],
        "strasse": ["Die Straße"],
        "STRASSE aesop": ["Die Straße"],
        # Apostrophes of all kinds, or none.
        "dont": ["Don’t Make Me Think"],
        "don't": ["Don’t Make Me Think"],
        "donʼt": ["Don’t Make Me Think"],
        "oreilly": ["O’Reilly's Guide to 100% Coverage"],
        "O'REILLY’S": ["O’Reilly's Guide to 100% Coverage"],
        # Punctuation is no part of a word.
        "jean-jacques": ["Émile"],
        "c++": ["C++ Primer"],
        "100%": ["O’Reilly's Guide to 100% Coverage"],
        "1984": ["1984"],
        "19": ["1984"],
        # Other scripts.
        "война": ["Война и мир"],
        "ВОЙНА толстой": ["Война и мир"],
        "三体": ["三体"],
        "三": ["三体"],
        "刘慈欣": ["三体"],
        "ليلة": ["ألف ليلة وليلة"],
    }
    found = {question: _titles(shelf, question) for question in expected}
    # "c" begins other words too; the book that begins so comes first.
    found["c++"] = found["c++"][:1]
    assert found == expected


@any_database
def test_nothing_is_a_wildcard(shelf: dict[int, str]) -> None:
    for question in (
        "%",
        "_",
        "%mm%",
        "e%ma",
        "em_a",
        "*mma",
        "?",
        "[e]mma",
        "\\",
        "'",
        '"',
        ";--",
    ):
        assert "Emma" not in _titles(shelf, question)
    assert _titles(shelf, "snake_case") == ["snake_case"]
    assert _titles(shelf, "snakeXcase") == []


@any_database
def test_best_is_first(shelf: dict[int, str]) -> None:
    assert _titles(shelf, "python") == [
        "Python",
        "Python in a Nutshell",
        "Fluent Python",
        "Learning Python by Reading It Very Slowly",
    ]
    assert _titles(shelf, " PYTHON in") == ["Python in a Nutshell"]


@any_database
def test_titles_that_begin_so_are_first_in_any_spelling(app: Flask) -> None:
    titles = add([("On Émile", "", []), ("Émile and Sophie", "", [])])
    for question in ("émile", "Émile", "emile", "ÉMILE"):
        assert _titles(titles, question) == ["Émile and Sophie", "On Émile"]


def test_what_holds_no_word_finds_nothing(shelf: dict[int, str]) -> None:
    for question in ("", " ", "\n", "\u200b", "...", "!?", "🎉", "--", "\x00", "''"):
        assert find_work_ids(question) == []


@any_database
def test_characters_that_no_title_has_do_no_harm(shelf: dict[int, str]) -> None:
    for character in ("\x00", chr(0xD800), "\ufffd", "\U0010ffff"):
        assert _titles(shelf, f"emma{character}") == ["Emma"]
        assert _titles(shelf, f"{character}jane{character}emma") == ["Emma"]


def test_very_long_questions_do_no_harm(shelf: dict[int, str]) -> None:
    assert find_work_ids("emma " * 20_000) != []
    assert find_work_ids("x" * 100_000) == []
    assert find_work_ids("%" * 100_000) == []


def test_only_the_first_words_of_a_question_count(shelf: dict[int, str]) -> None:
    assert _titles(shelf, "jane emma " + "austen " * 6 + "python") == ["Emma"]


def test_a_long_word_is_found_by_its_beginning(app: Flask) -> None:
    word = "donaudampfschifffahrtsgesellschaftskapitaenswitwe"
    titles = add([(word, "", [])])
    assert _titles(titles, word) == [word]
    assert _titles(titles, word[:20]) == [word]


def test_results_have_an_end(app: Flask) -> None:
    titles = add([(f"Volume {number}", "", []) for number in range(MOST_RESULTS + 5)])
    found = find_work_ids("volume")
    assert len(found) == len(set(found)) == MOST_RESULTS
    assert set(found) <= set(titles)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Émile's Ærø", ["emiles", "aero"]),
        ("ÎLE-DE-FRANCE", ["ile", "de", "france"]),
        ("ﬁne ²", ["fine", "2"]),
        ("İstanbul ışık", ["istanbul", "isik"]),
        ("Ða þing", ["da", "thing"]),
        ("x" * 50, ["x" * 40]),
        ("", []),
    ],
)
def test_folding(text: str, words: list[str]) -> None:
    assert fold(text) == words


def test_a_work_has_each_word_once() -> None:
    assert words_of("Emma, Emma", "", "Emma and Jane") == {"emma", "and", "jane"}


def _titles(titles: dict[int, str], question: str) -> list[str]:
    return [titles[work_id] for work_id in find_work_ids(question)]
