"""What was done, in words: each kind of decision has them, for everyone and for who it concerns."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bookreviews.moderation.vocabulary import KINDS, KINDS_FOR, RULES
from bookreviews.site.settings import BY_NAME, SiteSettings
from bookreviews.web import deeds


def entry(**facts: Any) -> Any:
    usual = {
        "kind": "hide",
        "subject": "review",
        "reason": "spam",
        "rule": None,
        "is_automatic": False,
        "actor_name": "Mo",
        "actor_erased_at": None,
        "book_slug": None,
        "book_title": None,
    }
    return SimpleNamespace(**usual | facts)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [(subject, kind) for subject, kinds in KINDS_FOR.items() for kind in (*kinds, "reverse")],
)
def test_every_decision_has_its_sentence(subject: str, kind: str) -> None:
    sentence = deeds.deed(entry(subject=subject, kind=kind))
    assert "{}" not in sentence
    assert sentence[0].isupper()
    assert len(sentence.split()) > 3


# Decisions about a book concern nobody in person.
OF_BOOKS = {"lock", "unlock", "mend", "turn_down", "put_back"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_BOOKS))
def test_whom_it_concerns_is_told_what_it_means(kind: str) -> None:
    assert deeds.told(kind).meaning


@pytest.mark.parametrize("kind", ["lock", "unlock", "mend", "keep", "reverse"])
def test_titles_of_books_are_escaped(kind: str) -> None:
    sentence = deeds.deed(
        entry(subject="work", kind=kind, book_slug="x", book_title="<i>A</i> & {}")
    )
    assert '<a href="/books/x">&lt;i&gt;A&lt;/i&gt; &amp; {}</a>' in sentence


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({}, "Mo"),
        ({"actor_erased_at": "once"}, "a moderator"),
        ({"actor_name": None}, "the site’s operator"),
        ({"actor_name": None, "is_automatic": True}, "an automatic rule"),
    ],
)
def test_who_decided_is_named_if_the_operator_wants_it(facts: Any, name: str) -> None:
    assert deeds.decided_by(entry(**facts), SiteSettings(show_moderators=BY_NAME)) == name
    by_role = deeds.decided_by(entry(**facts), SiteSettings())
    assert by_role == ("a moderator" if name == "Mo" else name)


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_told_in_words(rule: str) -> None:
    assert deeds.means(entry(rule=rule)) == RULES[rule]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(15, "15 minutes"), (60, "1 hour"), (240, "4 hours"), (1440, "1 day"), (20160, "14 days")],
)
def test_waits_are_told_in_one_unit(minutes: int, words: str) -> None:
    assert deeds.within(timedelta(minutes=minutes)) == words


def test_what_never_waited_is_told_in_no_words() -> None:
    assert deeds.within(None) == ""
    assert deeds.month("2026-03") == "March 2026"
