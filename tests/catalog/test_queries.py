"""Reads of the catalogue: what is there, what has moved, what never was."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from bookreviews.catalog import browsing, queries, services
from bookreviews.catalog.models import Work
from bookreviews.catalog.queries import Moved
from bookreviews.errors import NotFound
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


@pytest.fixture
def moved(book_id: int) -> int:
    """Return a work that was python-for-beginners and is python-at-last."""
    with transaction():
        services.retitle_work(work_id=book_id, title="Python at Last")
    return book_id


class TestAddress:
    def test_leads_to_its_work(self, book_id: int) -> None:
        assert queries.get_work_id("python-for-beginners") == book_id
        assert queries.is_known("python-for-beginners")

    @any_database
    def test_that_has_moved_tells_where(self, moved: int) -> None:
        with pytest.raises(Moved) as error:
            queries.get_work_id("python-for-beginners")
        assert error.value.slug == "python-at-last"
        assert queries.get_work_id("python-at-last") == moved
        assert queries.is_known("python-for-beginners")

    @pytest.mark.parametrize(
        "slug", ["", "python", "Python-For-Beginners", "python-for-beginners/", "%"]
    )
    def test_of_nothing_is_not_found(self, book_id: int, slug: str) -> None:
        with pytest.raises(NotFound) as error:
            queries.get_work_id(slug)
        assert not isinstance(error.value, Moved)
        assert not queries.is_known(slug)

    def test_error_is_the_one_to_raise(self, moved: int) -> None:
        assert isinstance(queries.missing_work("python-for-beginners"), Moved)
        assert not isinstance(queries.missing_work("python"), Moved)


@any_database
def test_editions_come_latest_first(book_id: int) -> None:
    for year in (2001, 2020, 1999, 2020):
        _add_edition(book_id, published=year)
    assert [edition.published for edition in queries.editions_of(book_id)] == [
        *(2020, 2020, 2001, 1999)
    ]
    assert queries.editions_of(4711) == []


@pytest.mark.parametrize(
    ("get", "slug", "name"),
    [
        (queries.get_author, "kuldeep-singh-kaswan", "Kuldeep Singh Kaswan"),
        (queries.get_subject, "programming", "Programming"),
        (queries.get_series, "first-steps", "First Steps"),
    ],
)
def test_authors_subjects_and_series_have_addresses(
    book_id: int, get: Callable[[str], Any], slug: str, name: str
) -> None:
    with transaction():
        services.add_work(services.NewWork(title="Next", series="First Steps"), at=NOON)
    found = get(slug)
    assert (found.slug, found.name) == (slug, name)
    for missing in ("", "nobody", slug.title(), f"{slug}-2"):
        with pytest.raises(NotFound):
            get(missing)


def test_subjects_are_listed_by_name(app: Flask) -> None:
    with transaction():
        new = services.NewWork(title="All", subjects=["Poetry", "Biography", "History"])
        services.add_work(new, at=NOON)
    assert [subject.name for subject in browsing.subjects_by_name().rows] == [
        *("Biography", "History", "Poetry")
    ]


def _add_edition(work_id: int, **facts: Any) -> None:
    with transaction():
        work = session().get_one(Work, work_id)
        services.add_edition(work=work, new=services.NewEdition(**facts))


@any_database
def test_additions_are_the_newest_first_page_by_page(app: Flask) -> None:
    with transaction():
        for number in range(queries.ADDITIONS_PAGE_SIZE + 1):
            services.add_work(services.NewWork(title=f"Volume {number}"), at=NOON)
    first = queries.list_additions()
    assert first.rows[0].title == f"Volume {queries.ADDITIONS_PAGE_SIZE}"
    assert first.older is not None
    assert [row.title for row in queries.list_additions(after=first.older).rows] == ["Volume 0"]


@any_database
def test_works_like_another_have_its_title_in_other_letters(app: Flask) -> None:
    with transaction():
        for title, author in (("Émma!", "Jane Austen"), ("Emma", "Another"), ("Emmanuel", "A")):
            services.add_work(services.NewWork(title=title, authors=[author]), at=NOON)

    def alike(title: str, *authors: str) -> list[str]:
        return [row.byline for row in queries.works_like(title, authors)]

    assert alike("emma") == ["Jane Austen"]
    assert alike("  Emma ", "Another") == ["Jane Austen", "Another"]
    assert alike("Persuasion") == []
