"""The tree of subjects, and what it refuses."""

import itertools

import pytest
from flask import Flask

from bookreviews.catalog import browsing, listings, services
from bookreviews.errors import Conflict, NotFound
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


def plant(*names: str) -> None:
    """Add subjects, each part of the one before."""
    with transaction():
        slugs = [services.add_subject(name).slug for name in names]
        for whole, part in itertools.pairwise(slugs):
            listings.place_subject(slug=part, under=whole)


def names_of(path: object) -> list[str]:
    return [step.name for step in path]  # type: ignore[attr-defined]


@any_database
def test_a_subject_knows_of_what_it_is_part(app: Flask) -> None:
    plant("Fiction", "Science fiction", "Space opera")
    path = browsing.path_of_subject("space-opera")
    assert names_of(path) == ["Fiction", "Science fiction", "Space opera"]
    assert names_of(browsing.parts_of_subject(path[0].id)) == ["Science fiction"]
    assert names_of(browsing.top_subjects()) == ["Fiction"]
    assert names_of(browsing.parts_of_top_subjects()[path[0].id]) == ["Science fiction"]


@pytest.mark.parametrize("under", ["fiction", "space-opera", "science-fiction"])
def test_no_subject_becomes_part_of_itself(app: Flask, under: str) -> None:
    plant("Fiction", "Science fiction", "Space opera")
    with pytest.raises(Conflict), transaction():
        listings.place_subject(slug="fiction", under=under)


def test_a_tree_grows_only_so_deep(app: Flask) -> None:
    plant(*(f"Level {number}" for number in range(browsing.MOST_DEEP)))
    with transaction():
        services.add_subject("Too deep")
    with pytest.raises(Conflict), transaction():
        listings.place_subject(slug="too-deep", under=f"level-{browsing.MOST_DEEP - 1}")


@pytest.mark.parametrize(("slug", "under"), [("nothing", "fiction"), ("fiction", "nothing")])
def test_what_is_not_there_is_not_placed(app: Flask, slug: str, under: str) -> None:
    plant("Fiction")
    with pytest.raises(NotFound), transaction():
        listings.place_subject(slug=slug, under=under)


@any_database
def test_the_works_of_a_subject_are_counted_with_those_of_its_parts(app: Flask) -> None:
    plant("Fiction", "Fantasy")
    with transaction():
        for title, subjects in (("One", ["Fantasy"]), ("Two", ["Fantasy", "Fiction"])):
            services.add_work(services.NewWork(title=title, subjects=subjects), at=NOON)
    for rows in listings.miscounted_subjects():
        with transaction():
            listings.set_counts(rows)
    assert {row.name: row.works_count for row in browsing.subjects_by_name().rows} == {
        "Fantasy": 2,
        "Fiction": 2,
    }
    assert list(listings.miscounted_subjects()) == []


@any_database
def test_languages_and_decades_are_those_of_the_works(app: Flask) -> None:
    assert (browsing.languages(), browsing.decades()) == ([], [])
    with transaction():
        for year, language in ((1981, "en"), (1989, "de"), (1813, "en"), (-8, "grc"), (None, "en")):
            new = services.NewWork(title="A book", first_published=year, language=language)
            services.add_work(new, at=NOON)
    assert browsing.languages() == ["de", "en", "grc"]
    assert browsing.decades() == [1980, 1810, -10]
