"""A work's version rises with each write, and stays where the write is undone."""

import pytest
from flask import Flask

from bookreviews.catalog.models import Work
from bookreviews.catalog.turns import take_turns_on_works
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Invalid
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import any_database


def version_of(work_id: int) -> int:
    session().rollback()
    return session().get_one(Work, work_id).version


@any_database
def test_it_rises_with_each_write(app: Flask, book_id: int) -> None:
    assert version_of(book_id) == 1
    with transaction():
        assert raise_versions([book_id]) == 1
    assert version_of(book_id) == 2


@any_database
def test_those_of_several_works_rise_together(app: Flask, book_id: int) -> None:
    others = crowd.books(2)
    with transaction():
        assert raise_versions({*others, 99_999}) == 2
        assert raise_versions([]) == 0
    assert [version_of(one) for one in (book_id, *others)] == [1, 2, 2]


def test_what_the_session_holds_of_the_work_is_written_too(app: Flask, book_id: int) -> None:
    with transaction():
        session().get_one(Work, book_id).subtitle = "In Practice"
        raise_versions([book_id])
    session().rollback()
    work = session().get_one(Work, book_id)
    assert (work.subtitle, work.version) == ("In Practice", 2)


def test_an_undone_write_leaves_it_as_it_was(app: Flask, book_id: int) -> None:
    def raise_and_fail() -> None:
        with transaction():
            raise_versions([book_id])
            raise Invalid(title="No.")

    with pytest.raises(Invalid):
        raise_and_fail()
    assert version_of(book_id) == 1


def test_those_of_more_works_than_a_statement_takes_rise_too(app: Flask, book_id: int) -> None:
    with transaction():
        take_turns_on_works(range(1, 40_000))
        assert raise_versions(range(1, 40_000)) == 1
    assert version_of(book_id) == 2
