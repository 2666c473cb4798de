"""Which words a text is found by."""

import pytest

from bookreviews.catalog.search.folding import fold, title_key_of, words_of_document
from bookreviews.catalog.search.spelling import keys_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Émile's Ærø", ["emiles", "aero"]),
        ("ÎLE-DE-FRANCE", ["ile", "de", "france"]),
        ("ﬁne ²", ["fine", "2"]),
        ("İstanbul ışık", ["istanbul", "isik"]),
        ("Ða þing", ["da", "thing"]),
        ("Τέλος ΤΕΛΟΣ", ["τελοσ", "τελοσ"]),
        ("أَلْف لَيْلَة", ["الف", "ليله"]),
        ("١٩٨٤", ["1984"]),
        ("ガラス がら", ["ガラス", "がら"]),
        ("한강", ["한강"]),
        ("हिन्दी", ["हिनदी"]),
        ("C++ & C#", ["cpp", "and", "csharp"]),
        ("e\u200dm\u202ema\u00ad", ["emma"]),
        ("x" * 50, ["x" * 40]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("!?", []),
    ],
)
def test_folding(text: str, words: list[str]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Emma, Emma", {"emma"}),
        ("O'Reilly's", {"oreillys", "reilly"}),
        ("Don't", {"dont", "don"}),
        ("L’Étranger", {"letranger", "etranger"}),
        ("J. R. R. Tolkien", {"j", "r", "jr", "jrr", "tolkien"}),
        ("Catch-22", {"catch", "22", "catch22"}),
        ("三体", {"三体", "体"}),
        ("刘慈欣 x", {"刘慈", "慈欣", "欣", "x"}),
        ("الكتاب", {"الكتاب", "كتاب"}),
    ],
)
def test_words_that_a_work_is_found_by(text: str, words: set[str]) -> None:
    found = words_of_document(text, text)
    assert (set(found), len(found)) == (words, len(words))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("The Hobbit", "hobbit"),
        ("The Hobbit: or There and Back Again", "hobbit"),
        ("The Hunger Games (The Hunger Games, #1)", "hunger games"),
        ("The", "the"),
        ("It", "it"),
        ("A Is for Alibi", "is for alibi"),
        ("[sic]", "sic"),
        ("?", ""),
    ],
)
def test_what_one_asks_who_wants_a_title(title: str, key: str) -> None:
    assert title_key_of(title) == key


def test_one_letter_more_or_less_or_two_swapped_share_a_key() -> None:
    for other in ("hobit", "hobbitt", "hobbti", "hobbut"):
        assert keys_of("hobbit") & keys_of(other), other
    assert not keys_of("hobbit") & keys_of("rabbit hole")
