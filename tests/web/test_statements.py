"""How much each page asks of the database: fixed numbers of statements, answered by indexes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.extensions import engine, session
from bookreviews.moderation.subjects import profile_subject, review_subject
from bookreviews.site import queries as site
from bookreviews.transactions import transaction
from bookreviews.web.kept_pages import KeptPages
from tests import crowd, rulings
from tests.client import Client, client_of
from tests.conftest import NOON, any_database
from tests.pages import next_of

BOOK = "/books/python-for-beginners"
BY_ALEX = "/reviews/1"  # the review that Alex wrote first

# Signed out, where nothing is kept yet: a book's page that is kept asks for the book's version
# alone. Signed in adds the one that tells who is looking, and what is said here.
STATEMENTS = {
    "/": 4,
    "/books": 1,
    "/books?sort=talk": 1,
    "/books?sort=title": 1,
    BOOK: 5,
    f"{BOOK}/reviews": 2,
    f"{BOOK}/reviews?sort=highest&stars=5": 2,
    BY_ALEX: 1,
    f"{BOOK}/editions": 2,
    "/editions/1": 3,
    "/subjects": 2,
    "/subjects/by-name": 1,
    "/subjects/programming": 3,
    "/languages": 1,
    "/languages/en": 1,
    "/years": 1,
    "/years/1901": 1,
    "/years/1900s": 1,
    "/authors/kuldeep-singh-kaswan": 2,
    "/series/courses": 2,
    "/robots.txt": 0,
    "/sitemap.xml": 1,
    "/sitemaps/books-1.xml": 1,
    f"{BOOK}/history": 2,
    "/authors/kuldeep-singh-kaswan/history": 2,
    "/api/v1/duplicates?title=Python": 5,
    "/rules": 0,
    "/search": 0,
    "/search?q=python": 4,
    "/search?q=pyhton": 6,
    "/search?q=xyzzy": 4,
    "/users/alex": 2,
    "/sign-in": 0,
    "/sign-up": 0,
    "/password-resets": 0,
    "/no-such-page": 0,
    "/books/no-such-book": 2,
    "/api/v1/works/1": 3,
    "/api/v1/works/1/reviews": 2,
    BY_ALEX.replace("/", "/api/v1/", 1): 1,
}
SIGNED_IN = {
    **{path: count + 1 for path, count in STATEMENTS.items()},
    "/": 6,
    "/robots.txt": 0,
    BOOK: 8,
    BY_ALEX: 3,
    f"{BOOK}/reviews": 3,
    f"{BOOK}/reviews?sort=highest&stars=5": 3,
    f"{BY_ALEX}/thanks": 3,
    f"{BY_ALEX}/edit": 2,
    f"{BY_ALEX}/withdrawal": 2,
    "/api/v1/duplicates?title=Python": 5,
    "/settings": 4,
    "/books/new": 3,
    f"{BOOK}/edit": 9,
    "/authors/kuldeep-singh-kaswan/edit": 5,
    f"{BOOK}/editions/new": 4,
    "/notifications": 2,
    "/api/v1/works/1": 3,
    "/api/v1/works/1/reviews": 2,
    BY_ALEX.replace("/", "/api/v1/", 1): 2,
}


# The rooms of admins. Whoever looks at a person's record is told of in the trail: the first look
# of an hour writes, those after it don't.
ADMINS = {
    "/admin": 12,
    "/admin/people": 2,
    "/admin/people?q=alex": 2,
    "/admin/people/alex": 8,
    "/admin/site": 4,
    "/admin/invitations": 2,
    "/admin/books": 2,
    "/admin/jobs": 5,
    "/admin/audit": 3,
}

# The moderators' desk.
MODERATORS = {
    "/moderation": 6,
    "/moderation?reason=spam&subject=review": 6,
    "/moderation/cases/1": 7,
    "/moderation/appeals": 2,
    "/changes": 2,
    "/moderation/works/1/surge": 6,
    "/moderation/works/1/surge?by=young": 6,
    f"{BOOK}/cover": 2,
}


@pytest.fixture(autouse=True)
def _known_site(app: Flask) -> None:
    """Let the settings of the site be known, as they are to each process but once a second."""
    app.extensions["site"].lasts = inf
    site.current()
    session().rollback()


many = pytest.mark.parametrize("count", [1, 60], ids=["one review", "sixty reviews"])


def fill(count: int, alex: Viewer, bo: Viewer) -> None:
    """Let Alex and others say something of one book of a series, and Bo of others like it."""
    course = catalog.NewWork(
        title="Python for Beginners",
        authors=["Kuldeep Singh Kaswan"],
        subjects=["Programming"],
        series="Courses",
        editions=[catalog.NewEdition(isbn="9780306406157")],
    )
    with transaction():
        work_id = catalog.add_work(course, at=NOON).id
    crowd.review_by_each([alex, *crowd.readers(count - 1)], work_id)
    for other in crowd.books(count, subject="Programming", series="Courses"):
        crowd.review_by_each([bo], other)


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Write down what the database is asked: each statement with its parameters."""
    statements: list[tuple[str, Any]] = []

    def write_down(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    event.listen(engine(), "before_cursor_execute", write_down)
    yield statements
    event.remove(engine(), "before_cursor_execute", write_down)


def counts(client: Client, paths: Iterable[str]) -> dict[str, int]:
    """Return how many statements each page takes."""
    counted = {}
    for path in paths:
        with asked() as statements:
            assert client.get(path).status_code < 500
        counted[path] = len(statements)
    return counted


@many
def test_for_visitors(app: Flask, client: Client, alex: Viewer, bo: Viewer, count: int) -> None:
    fill(count, alex, bo)
    assert counts(client, STATEMENTS) == STATEMENTS
    kept = dict.fromkeys((BOOK, f"{BOOK}/reviews", f"{BOOK}/reviews?stars=5&sort=highest"), 1)
    assert counts(client_of(app), kept) == kept  # who has been at /sign-in has a session


@many
def test_for_readers(as_alex: Client, alex: Viewer, bo: Viewer, count: int) -> None:
    fill(count, alex, bo)
    assert counts(as_alex, SIGNED_IN) == SIGNED_IN


@many
def test_for_moderators(app: Flask, alex: Viewer, bo: Viewer, mo: Viewer, count: int) -> None:
    fill(count, alex, bo)
    for review_id in range(1, count + 1):
        rulings.report(bo if review_id == 1 else alex, review_subject(review_id, None))
    assert counts(client_of(app, mo), MODERATORS) == MODERATORS


@many
def test_for_admins(app: Flask, alex: Viewer, bo: Viewer, ada: Viewer, count: int) -> None:
    fill(count, alex, bo)
    as_ada = client_of(app, ada)
    as_ada.get("/admin/people/alex")
    assert counts(as_ada, ADMINS) == ADMINS


# What moderation shows, to visitors and to the person it concerns.
MODERATION = {
    "/moderation/log": 2,
    "/moderation/log?kind=hide&reason=harassment": 1,
    "/moderation/log/1": 1,
    "/moderation/log.atom": 1,
    "/rules/ratings": 0,
}
CONCERNED = {
    **{path: count + 1 for path, count in MODERATION.items()},
    BOOK: 9,  # and what its author was told of a review that isn't shown
    BY_ALEX: 4,
    "/users/alex": 3,
    "/statements/1": 2,
    "/reports": 2,
    "/reviews/2/reports": 3,
    "/users/bo/reports": 3,
    f"{BOOK}/reports": 3,
}


@many
def test_of_moderation(
    client: Client, as_alex: Client, alex: Viewer, bo: Viewer, mo: Viewer, count: int
) -> None:
    fill(2, alex, bo)
    for _ in range(count):
        rulings.rule_on(1, mo, "hide")
        rulings.decide(rulings.report(alex, profile_subject(bo.id)), mo, "keep")
    assert counts(client, MODERATION) == MODERATION
    assert counts(as_alex, CONCERNED) == CONCERNED


def test_of_what_its_author_is_asked_to_change(
    as_alex: Client, alex: Viewer, bo: Viewer, mo: Viewer
) -> None:
    fill(2, alex, bo)
    rulings.rule_on(1, mo, "ask_change", words="Please name no names.")
    edit = f"{BY_ALEX}/edit"
    assert counts(as_alex, [edit]) == {edit: SIGNED_IN[edit] + 1}


def test_of_a_book_whose_stars_are_explained(client: Client, alex: Viewer, mo: Viewer) -> None:
    fill(60, alex, mo)
    rulings.rule_on(1, mo, "exclude")
    rulings.lock(1, mo)
    assert counts(client, [BOOK]) == {BOOK: STATEMENTS[BOOK]}


# Who posts a review takes the turn on its book with the third statement, so that others wait for
# what comes after it alone. PostgreSQL moves a book in all lists by one statement, SQLite by three.
POSTING = {"sqlite": 10, "postgresql": 8}


@any_database
@many
def test_of_posting_a_review(as_bo: Client, alex: Viewer, bo: Viewer, count: int) -> None:
    fill(count, alex, bo)
    form = {"csrf_token": as_bo.token, "stars": "4.5", "body": "Read *twice*."}
    with asked() as statements:
        assert as_bo.post(f"{BOOK}/reviews", data=form).status_code == 303
    assert len(statements) == POSTING[engine().dialect.name]
    assert statements[2][0].startswith("UPDATE works SET version")


# Each list that can grow without end, and the index that finds and sorts its pages.
LISTS = {
    "/books": "INDEX ix_works_popularity_id",
    "/books?sort=best": "INDEX ix_works_score_id",
    "/books?sort=newest": "works",  # by the primary key, which SQLite's tables are sorted by
    "/books?sort=published": "INDEX ix_works_first_published_id",
    "/books?sort=title": "INDEX ix_works_title_id",
    "/subjects/programming": "INDEX ix_listings_subject_id_popularity_work_id",
    "/subjects/programming?sort=best": "INDEX ix_listings_subject_id_score_work_id",
    "/subjects/programming?sort=newest": "INDEX ix_listings_subject_id_work_id",
    "/subjects/programming?sort=published": "INDEX ix_listings_subject_id_published_work_id",
    "/subjects/programming?sort=title": "INDEX ix_listings_subject_id_title_work_id",
    "/authors/octavia-butler": "INDEX ix_authorships_author_id_popularity_work_id",
    "/authors/octavia-butler?sort=published": "INDEX ix_authorships_author_id_published_work_id",
    "/languages/en": "INDEX ix_works_language_popularity_id",
    f"{BOOK}/reviews": "INDEX ix_reviews_in_words",
    f"{BOOK}/reviews?sort=oldest": "INDEX ix_reviews_in_words",
    f"{BOOK}/reviews?sort=highest": "INDEX ix_reviews_in_words_by_stars",
    f"{BOOK}/reviews?sort=lowest": "INDEX ix_reviews_in_words_by_stars",
    "/users/bo": "INDEX ix_reviews_author_id_posted_at_id",
    "/moderation/log": "INDEX ix_moderation_actions_at_id",
    "/moderation/log?kind=warn": "INDEX ix_moderation_actions_kind_at_id",
    "/moderation/log?reason=harassment": "INDEX ix_moderation_actions_reason_at_id",
}


def test_an_index_answers_each_page_of_a_long_list(
    app: Flask, client: Client, alex: Viewer, bo: Viewer, mo: Viewer
) -> None:
    app.extensions["kept_pages"] = KeptPages(0)  # each page asks for its list
    fill(60, alex, bo)
    for _ in range(51):
        rulings.rule_on(1, mo, "warn")
    for path, index in LISTS.items():
        second = next_of(client.get(path).text)
        assert second
        for page in (path, second):
            plan = plan_of_list(client, page)
            assert index in plan, page
            assert "TEMP B-TREE" not in plan, page
        assert "SCAN" not in plan, second  # it begins in the middle


def plan_of_list(client: Client, path: str) -> str:
    """Return how SQLite answers the last thing that a page asks, which is its list."""
    with asked() as statements:
        assert client.get(path).status_code == 200
    statement, values = statements[-1]
    explained = session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return "\n".join(row.detail for row in explained)
