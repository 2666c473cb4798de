"""Which books an ISBN leads to, also one of several and one that is misprinted."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import isbns, services
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.models import Edition, EditionIdentifier, UnverifiedIsbn
from bookreviews.catalog.services import IsbnTaken, NewEdition
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.catalog.acts import add, decline, edit
from tests.conftest import any_database
from tests.reviews.acts import add_work

FIRST, FURTHER = "9780306406157", "9781491946008"


def add_with(title: str, *rows: Any) -> Edition:
    """Add a book with one edition, and these rows about it."""
    add_work(title, editions=[NewEdition(publisher="Wiley")])
    with transaction():
        edition = session().query(Edition).order_by(Edition.id.desc()).first()
        assert edition is not None
        for row in rows:
            row.edition_id = edition.id
            session().add(row)
    return edition


def further(isbn13: str) -> EditionIdentifier:
    return EditionIdentifier(scheme="isbn", value=isbn13)


def slugs(written: str) -> list[str]:
    return [work.slug for work in isbns.works_of(written)]


@pytest.mark.parametrize("isbn", [FIRST, "978-0-306-40615-7", "0-306-40615-2", " 0306406152 "])
def test_an_isbn_leads_to_the_book_at_its_present_address(app: Flask, isbn: str) -> None:
    work_id = add_work("Ema", editions=[NewEdition(isbn=FIRST)])
    with transaction():
        services.retitle_work(work_id=work_id, title="Emma")
    assert slugs(isbn) == ["emma"]
    assert isbns.find_slug(FIRST) == "emma"


@pytest.mark.parametrize("isbn13", ["", FURTHER, FIRST[:-1]])
def test_that_of_nothing_leads_nowhere(app: Flask, isbn13: str) -> None:
    add_work("Emma", editions=[NewEdition(isbn=FIRST)])
    assert isbns.find_slug(isbn13) is None


@any_database
def test_a_further_isbn_leads_to_the_book(app: Flask) -> None:
    add_with("Emma", further(FURTHER))
    assert (isbns.find_slug(FURTHER), isbns.find_slug(FIRST)) == ("emma", None)
    assert slugs("978-1-4919-4600-8") == ["emma"]


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        ("812971060", "812971060"),
        ("812971060", " 81297 1060 "),
        ("978-0-00-000000-3", "9780000000003"),
        ("9780000000003", "978-0-00-000000-3"),
        ("0-8129-7107-X", "081297107x"),
        ("97 80 00-0000003", "97 80 00-0000003"),
    ],
)
def test_a_misprinted_one_does_in_any_spelling(app: Flask, printed: str, asked: str) -> None:
    add_with("Emma", UnverifiedIsbn(value=printed))
    assert slugs(asked) == ["emma"]


@any_database
def test_a_misprinted_one_may_be_that_of_several(app: Flask) -> None:
    for title in ("Emma", "Persuasion"):
        add_with(title, UnverifiedIsbn(value="812971060"))
    assert slugs("812971060") == ["emma", "persuasion"]


@pytest.mark.parametrize("asked", ["", "1984", "emma", "8129710601234567", "８１２９７１０６０"])
def test_other_words_lead_nowhere(app: Flask, asked: str) -> None:
    add_with("Emma", UnverifiedIsbn(value=asked or "x"))
    assert slugs(asked) == []


@any_database
def test_all_of_an_edition_are_told(app: Flask) -> None:
    edition = add_with("Emma", further(FURTHER), further(FIRST), UnverifiedIsbn(value="812971060"))
    with transaction():
        session().get_one(Edition, edition.id).isbn13 = FIRST
    told = [(row.value, bool(row.holds)) for row in isbns.others_of(edition.id)]
    assert told == [(FURTHER, True), ("812971060", False)]


def test_a_further_isbn_is_taken_but_for_its_own_edition(mo: Viewer) -> None:
    edition = add_with("Emma", further(FURTHER))
    with pytest.raises(IsbnTaken):
        add(mo, "Persuasion", isbn=FURTHER)
    edit(mo, Thing("edition", edition.id, edition.work_id), isbn=FURTHER)
    assert session().get_one(Edition, edition.id, populate_existing=True).isbn13 == FURTHER


def test_that_of_a_book_turned_down_is_free(alex: Viewer, mo: Viewer) -> None:
    made = add(alex, "Spam", publisher="Spam")
    with transaction():
        row = further(FURTHER)
        row.edition_id = session().query(Edition.id).scalar()
        session().add(row)
    decline(mo, made)
    add(mo, "Emma", isbn=FURTHER)
    assert isbns.find_slug(FURTHER) == "emma"
