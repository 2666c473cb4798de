"""Languages to choose from."""

from bookreviews.lib import languages


def test_no_two_languages_have_one_name() -> None:
    names = [name for _, name in languages.choices("tlh")]
    assert len(set(names)) == len(names)


def test_not_known_comes_first_and_once() -> None:
    codes = [code for code, _ in languages.choices(languages.UNKNOWN)]
    assert codes[0] == languages.UNKNOWN
    assert codes.count(languages.UNKNOWN) == 1
