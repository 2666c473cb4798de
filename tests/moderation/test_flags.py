"""Automatic flags: what each rule fires on, and what it leaves alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.moderation import desk, flags
from bookreviews.reviews import queries, services
from bookreviews.site.queries import current
from bookreviews.site.services import change
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database
from tests.moderation.scenes import LATER, decide, kinds, open_cases, report_review
from tests.reviews.acts import add_work, withdraw

pytestmark = any_database

ADVERT = "The best pills are at https://www.pills.example/buy, cheap and quick for everyone!"


def say(author: Viewer, work_id: int, body: str, *, at=NOON, address: str = "") -> list[str]:
    """Post a review and return the rules that fired on it."""
    with transaction():
        review = services.post_review(
            author=author, work_id=work_id, stars=None, body=body, address=address, at=at
        )
        return flags.examine_review(review, at=at)


def test_an_honest_review_fires_nothing(alex: Viewer, book_id: int) -> None:
    assert say(alex, book_id, "Slow at first, then it grips.", address="192.0.2.1") == []
    assert open_cases() == []


@pytest.mark.parametrize(
    ("waited", "fired"), [(timedelta(hours=23), ["early_links"]), (timedelta(days=1), [])]
)
def test_links_from_new_accounts(
    alex: Viewer, book_id: int, waited: timedelta, fired: list[str]
) -> None:
    assert say(alex, book_id, ADVERT, at=NOON + waited) == fired


def test_the_same_text_under_another_book(alex: Viewer, bo: Viewer, book_id: int) -> None:
    words = "This book changed my whole life and it will change yours too."
    assert say(alex, book_id, words) == []
    assert say(bo, book_id, words.upper()) == []  # two readers of one book may agree
    assert say(alex, add_work("Another"), f"**{words}**") == ["repeated_text"]
    assert say(alex, add_work("Third"), "Great!") == []  # too short to mean anything


def test_a_burst_from_one_account(app: Flask, alex: Viewer, ada: Viewer) -> None:
    limit(ada, burst_reviews_per_hour=3)
    books = [add_work(f"Book {number}") for number in range(5)]
    fired = [say(alex, book, f"Number {book}.") for book in books]
    assert fired == [[], [], [], ["burst"], ["burst"]]
    assert say(alex, add_work("Next day"), "Hm.", at=NOON + timedelta(days=1)) == []


def test_a_burst_from_one_network(app: Flask, ada: Viewer, book_id: int) -> None:
    limit(ada, burst_reviews_per_hour=2)
    fired = [
        say(reader, book_id, f"By {reader.name}.", address="192.0.2.7")
        for reader in crowd.readers(4)
    ]
    assert fired == [[], [], ["burst"], ["burst"]]
    (other,) = crowd.readers(1, first=9)
    assert say(other, book_id, "From elsewhere.", address="192.0.2.8") == []


def test_words_and_domains_on_the_list(app: Flask, ada: Viewer, book_id: int) -> None:
    limit(ada, listed_words=["miracle cure"], listed_domains=["pills.example"])
    first, second, third, fourth = crowd.readers(4)
    late = NOON + timedelta(days=2)
    assert say(first, book_id, "It is a MIRACLE CURE!", at=late) == ["listed_word"]
    assert say(second, book_id, "No miracle cures here.", at=late) == []
    assert say(third, book_id, "See http://shop.pills.example", at=late) == ["listed_domain"]
    assert say(fourth, book_id, "See http://notpills.example", at=late) == []


def test_above_the_threshold_it_is_held_and_told(
    app: Flask, alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
) -> None:
    limit(ada, listed_domains=["pills.example"])
    say(alex, book_id, ADVERT)
    assert kinds() == ["hold"]
    assert queries.reviews_of(book_id).rows == []
    (case,) = open_cases()
    fired = {report.rule: report.words for report in desk.reports_of(case)}
    assert fired == {"early_links": "pills.example", "listed_domain": "pills.example"}
    decide(mo, case, "keep")
    assert [row.author_id for row in queries.reviews_of(book_id).rows] == [alex.id]


def test_what_was_asked_for_was_changed(alex: Viewer, bo: Viewer, mo: Viewer, book_id: int) -> None:
    say(alex, book_id, "Rude words.")
    (row,) = queries.reviews_of(book_id).rows
    decide(mo, report_review(bo, row.id, reason="harassment"), "ask_change")
    with transaction():
        revised = services.revise_review(
            author=alex, review_id=row.id, stars=None, body="Kind words.", has_spoilers=False,
            at=LATER,
        )  # fmt: skip
        assert flags.examine_review(revised, at=LATER) == ["changed_as_asked"]
    assert len(open_cases()) == 1


@pytest.mark.parametrize(
    ("kind", "fired", "shown"),
    [("remove", "posted_again", False), ("ask_change", "changed_as_asked", True)],
)
def test_taken_back_and_posted_again_it_comes_before_a_person(
    alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, kind: str, fired: str, *, shown: bool
) -> None:
    say(alex, book_id, "Rude words.")
    (row,) = queries.reviews_of(book_id).rows
    decide(mo, report_review(bo, row.id, reason="harassment"), kind)
    withdraw(alex, row.id)
    assert say(alex, book_id, "Other words.", at=LATER) == [fired]
    assert len(open_cases()) == 1
    assert bool(queries.reviews_of(book_id).rows) is shown


def test_a_sign_up_from_a_listed_domain(app: Flask, alex: Viewer, ada: Viewer) -> None:
    limit(ada, listed_mail_domains=["throwaway.example"])
    with transaction():
        assert not flags.examine_account(user_id=alex.id, email="a@example.org", at=NOON)
        assert flags.examine_account(user_id=alex.id, email="a@x.throwaway.example", at=NOON)
    assert len(open_cases()) == 1


def limit(ada: Viewer, **values: object) -> None:
    """Let Ada set something, and everyone see it at once."""
    app_settings = current()
    assert replace(app_settings) == app_settings
    with transaction():
        change(actor=ada, values=values, at=NOON)
    from bookreviews.site.queries import forget

    forget()
