"""The demo: its files tell the truth, loading them fills the site, and only once."""

import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from bookreviews.accounts.models import ROLES, Credential, User
from bookreviews.accounts.queries import find_viewers, get_profile
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries as catalog
from bookreviews.catalog.models import Edition, Subject, Work
from bookreviews.cli import demo as demo_command
from bookreviews.config import ROOT
from bookreviews.extensions import db, engine, session
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.slugs import slug_of
from bookreviews.lib.text import is_blank, is_readable
from bookreviews.moderation import desk, queue
from bookreviews.moderation import queries as ledger
from bookreviews.moderation.models import ModerationAction, Statement
from bookreviews.reviews import rated_works, scores
from bookreviews.reviews.models import LONGEST_BODY, RatingSummary, Review
from bookreviews.transactions import transaction
from tests.cli.conftest import LoadedDemo
from tests.conftest import NOON, settings_for
from tests.reviews.acts import add_work

Table = dict[str, Any]

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def tables(pattern: str, kind: str) -> list[Table]:
    files = sorted((ROOT / "demo").glob(pattern))
    return [table for file in files for table in tomllib.loads(file.read_text("utf-8"))[kind]]


READERS = tables("readers.toml", "reader")
WORKS = tables("works/*.toml", "work")
REVIEWS = tables("reviews/*.toml", "review")
ACTS = tables("moderation.toml", "act")
EDITIONS = [(work, edition) for work in WORKS for edition in work.get("edition", ())]


def load(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["demo", "load"])


def repeated(things: Any) -> list[Any]:
    return [thing for thing, count in Counter(things).items() if count > 1]


class TestFiles:
    def test_hold_a_demo_that_is_worth_showing(self) -> None:
        assert len(WORKS) > 100
        assert len(READERS) >= 20
        assert len(REVIEWS) > 100

    def test_name_each_work_by_its_title(self) -> None:
        wrong = [w["slug"] for w in WORKS if w["slug"] != slug_of(w["title"], otherwise="book")]
        assert wrong == []
        assert repeated(work["slug"] for work in WORKS) == []

    def test_give_each_edition_an_isbn_that_is_one_and_no_others(self) -> None:
        isbns = [edition["isbn13"] for _, edition in EDITIONS if "isbn13" in edition]
        assert [isbn for isbn in isbns if isbn13_of(isbn) != isbn] == []
        assert repeated(isbns) == []
        assert len(isbns) > 100

    def test_say_of_each_work_what_a_page_shows(self) -> None:
        for work in WORKS:
            assert work["authors"], work["slug"]
            assert work["subjects"], work["slug"]
            assert not is_blank(work["description"]), work["slug"]
            assert is_readable(work["title"] + work["description"] + "".join(work["authors"]))
            assert LANGUAGE.fullmatch(work["language"]), work["slug"]
            assert -3000 < work["published"] <= date.today().year, work["slug"]  # noqa: DTZ011
            assert 0.5 <= work["appeal"] <= 5, work["slug"]
            assert 0 <= work["fame"] <= 1, work["slug"]

    def test_publish_no_edition_before_its_work(self) -> None:
        early = [
            (work["slug"], edition["published"])
            for work, edition in EDITIONS
            if edition.get("published", work["published"]) < work["published"]
        ]
        assert early == []

    def test_say_of_each_edition_what_can_be(self) -> None:
        for work, edition in EDITIONS:
            assert edition.get("pages", 1) > 0, work["slug"]
            assert LANGUAGE.fullmatch(edition["language"]), work["slug"]
            known = {"isbn13", "publisher", "published", "pages", "format", "language"}
            assert set(edition) <= known | {"translators"}, work["slug"]

    def test_put_one_work_at_each_place_of_a_series(self) -> None:
        places = [(w["series"]["name"], w["series"]["position"]) for w in WORKS if "series" in w]
        assert repeated(places) == []

    def test_name_each_reader_once(self) -> None:
        assert repeated(reader["username"] for reader in READERS) == []
        assert {reader["role"] for reader in READERS} <= set(ROLES)

    def test_let_readers_who_exist_review_works_that_exist(self) -> None:
        assert {r["reader"] for r in REVIEWS} <= {reader["username"] for reader in READERS}
        assert {r["work"] for r in REVIEWS} <= {work["slug"] for work in WORKS}

    def test_hold_one_review_for_each_reader_and_work(self) -> None:
        assert repeated((review["reader"], review["work"]) for review in REVIEWS) == []

    def test_hold_reviews_that_could_have_been_posted(self) -> None:
        joined = {reader["username"]: reader["joined"] for reader in READERS}
        for review in REVIEWS:
            which = (review["reader"], review["work"])
            assert review.get("stars") in (None, *scores.STARS), which
            assert not is_blank(review["body"]), which
            assert is_readable(review["body"]), which
            assert len(review["body"].strip()) <= LONGEST_BODY, which
            assert LANGUAGE.fullmatch(review["language"]), which
            written: datetime = review["written"]
            assert written.tzinfo is not None, which
            assert written.date() >= joined[review["reader"]], which

    def test_let_moderators_act_on_what_was_said_before(self) -> None:
        known: set[str] = set()
        written = {(review["reader"], review["work"]): review["written"] for review in REVIEWS}
        for act in ACTS:
            assert act.get("about") in (None, *known), act
            assert act["name"] not in known, act
            known.add(act["name"])
            if "review_by" in act:
                assert written[act["review_by"], act["work"]] < act["at"], act
        assert [act["at"] for act in ACTS] == sorted(act["at"] for act in ACTS)

    def test_have_the_accounts_of_the_sign_in_page(self) -> None:
        roles = {reader["username"]: reader["role"] for reader in READERS}
        assert {name: roles[name] for name, _ in DEMO_ACCOUNTS} == dict(DEMO_ACCOUNTS)
        assert sorted(role for role in roles.values() if role != "reader") == ["admin", "moderator"]


@pytest.fixture(scope="module")
def demo_app(
    demo_in: Callable[[Path], Flask], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Return an application with the demo in it."""
    app = demo_in(tmp_path_factory.mktemp("read"))
    yield app
    with app.app_context():
        engine().dispose()


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Flask]:
    """Return the application with the demo in it, inside its context; to be read, not changed."""
    with demo_app.app_context():
        yield demo_app


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    session().rollback()
    return {
        table.name: sorted(map(tuple, session().execute(select(table))), key=repr)
        for table in db.metadata.sorted_tables
    }


class TestLoading:
    def test_tells_how_much_it_added(self, loaded_demo: LoadedDemo, demo: Flask) -> None:
        reviews = len(everything()["reviews"])
        assert loaded_demo.told == (
            f"Added to the demo: {len(WORKS)} books, {reviews} ratings and reviews.\n"
        )
        assert reviews > 5 * len(REVIEWS)

    def test_twice_adds_nothing(self, demo: Flask) -> None:
        before = everything()
        again = load(demo)
        assert (again.exit_code, again.output) == (
            0,
            "Added to the demo: 0 books, 0 ratings and reviews.\n",
        )
        assert everything() == before

    def test_keeps_what_the_summaries_say_true(self, demo: Flask) -> None:
        distributions = {work_id: scores.empty() for work_id in session().scalars(select(Work.id))}
        in_words: Counter[int] = Counter()
        for review in session().execute(select(Review.work_id, Review.stars, Review.body_source)):
            in_words[review.work_id] += review.body_source is not None
            if review.stars is not None:
                distributions[review.work_id][scores.STARS.index(review.stars)] += 1
        for summary in session().scalars(select(RatingSummary)):
            counted = distributions.pop(summary.work_id)
            assert summary.distribution == counted
            assert (summary.ratings_count, summary.reviews_count) == (
                sum(counted),
                in_words[summary.work_id],
            )
            assert summary.average == scores.average(counted)
            assert summary.score == scores.score(counted)
        assert all(counted == scores.empty() for counted in distributions.values())

    def test_puts_each_work_at_its_address(self, demo: Flask) -> None:
        assert set(session().scalars(select(Work.slug))) == {work["slug"] for work in WORKS}
        for work in WORKS:
            row = rated_works.get_rated_work(work["slug"])
            assert (row.title, row.main_subject) == (work["title"], work["subjects"][0])
            authors, subjects = catalog.authors_and_subjects_of(row.id)
            assert [author.name for author in authors] == work["authors"]
            assert [subject.slug for subject in subjects] == work["subjects"]

    def test_keeps_every_edition(self, demo: Flask) -> None:
        isbns = session().scalars(select(Edition.isbn13)).all()
        assert len(isbns) == len(EDITIONS)
        assert {isbn for isbn in isbns if isbn} == {
            edition["isbn13"] for _, edition in EDITIONS if "isbn13" in edition
        }

    def test_names_subjects_for_people(self, demo: Flask) -> None:
        names = session().scalars(select(Subject.name)).all()
        assert {"Programming", "Crime & mystery"} <= set(names)
        assert [name for name in names if "-" in name or not name[0].isupper()] == []

    def test_posts_every_written_review_as_it_is_written(self, demo: Flask) -> None:
        posted = {
            (row.username, row.slug): (row.stars, row.body_source, row.posted_at)
            for row in session().execute(
                select(User.username, Work.slug, Review.stars, Review.body_source, Review.posted_at)
                .join(User, User.id == Review.author_id)
                .join(Work, Work.id == Review.work_id)
                .where(Review.body_source.is_not(None))
            )
        }
        assert posted == {
            (review["reader"], review["work"]): (
                review.get("stars"),
                review["body"].strip(),
                review["written"],
            )
            for review in REVIEWS
        }

    def test_lets_nobody_review_before_they_joined(self, demo: Flask) -> None:
        early = (
            select(User.username, User.joined_at, Review.posted_at)
            .join(User, User.id == Review.author_id)
            .where(Review.posted_at < User.joined_at)
        )
        assert session().execute(early).all() == []

    def test_adds_reviews_in_the_order_of_time(self, demo: Flask) -> None:
        moments = session().scalars(select(Review.posted_at).order_by(Review.id)).all()
        assert list(moments) == sorted(moments)


class TestHistory:
    def test_leaves_something_to_decide(self, demo: Flask) -> None:
        assert queue.count_open_cases() == 3
        subjects = {row.subject for row in queue.list_cases(queue.Filter()).rows}
        assert subjects == {"review", "work", "profile"}
        (appeal,) = desk.open_appeals()
        assert appeal.person_username == "bo"

    def test_fills_the_ledger(self, demo: Flask) -> None:
        entries = ledger.list_entries().rows
        assert {"keep", "mark_spoiler", "remove", "reverse"} == {one.kind for one in entries}
        assert {one.appeal_outcome for one in entries} == {None, "overturned"}
        assert all(one.at <= max(act["at"] for act in ACTS) for one in entries)

    def test_gives_the_demos_reader_a_statement(self, demo: Flask) -> None:
        bo = find_viewers(["bo"])["bo"]
        action = session().scalar(select(Statement.action_id).where(Statement.person_id == bo.id))
        assert action is not None
        assert ledger.get_statement(action, bo).kind == "mark_spoiler"
        assert ledger.reports_by(bo).rows[0].outcome == "upheld"
        assert bo.unread > 0

    def test_leaves_no_review_out_of_sight(self, demo: Flask) -> None:
        concealed = select(Review.id).where(Review.uncounted_because.is_not(None))
        assert session().scalars(concealed).all() == []


class TestAccounts:
    @pytest.mark.parametrize(("username", "role"), DEMO_ACCOUNTS)
    def test_of_the_sign_in_page_can_sign_in(self, demo: Flask, username: str, role: str) -> None:
        user_id = accounts.check_password(identifier=username, password=DEMO_PASSWORD)
        viewer = find_viewers([username])[username]
        assert replace(viewer, unread=0) == Viewer(
            user_id, username, get_profile(username).name, role
        )

    def test_are_otherwise_nobodys(self, demo: Flask) -> None:
        with_password = select(User.username).join(Credential, Credential.user_id == User.id)
        assert set(session().scalars(with_password)) == set(dict(DEMO_ACCOUNTS))


@pytest.fixture
def demo_to_be(sqlite_url: str) -> Iterator[Flask]:
    """Return the application of a demo that hasn't been loaded, inside its context."""
    app = create_app(settings_for(sqlite_url, demo=True))
    with app.app_context():
        yield app
        engine().dispose()


TITLES_OF_BEFORE = ("Python for Beginners", "Sapiens")


def tables_with_few_ratings(pattern: str, kind: str) -> list[Table]:
    """Return the demo's tables, where ratings are drawn for few books but those that were there."""
    found = tables(pattern, kind)
    if kind == "work":
        rated = {*TITLES_OF_BEFORE, "Moby-Dick"}
        return [{**work, "fame": work["fame"] * (work["title"] in rated)} for work in found]
    return found


@pytest.fixture(scope="module")
def second(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, list[int]]]:
    """Return an application where the demo came after other books, and those books' ids.

    Most of a demo's ratings are left out, since it takes seconds to post them.
    """
    file = tmp_path_factory.mktemp("second") / "demo.sqlite3"
    shutil.copyfile(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", demo=True))
    with app.app_context():
        ids = [add_work(title, description="Another course.") for title in TITLES_OF_BEFORE]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo_command, "_tables", tables_with_few_ratings)
            assert load(app).exit_code == 0
    yield app, ids
    with app.app_context():
        engine().dispose()


class TestLoadingBesideOtherBooks:
    @pytest.fixture(autouse=True)
    def inside(self, second: tuple[Flask, list[int]]) -> Iterator[None]:
        with second[0].app_context():
            yield

    def test_leaves_them_as_they_are(self, second: tuple[Flask, list[int]]) -> None:
        slugs = ("python-for-beginners", "sapiens")
        for book_id, slug in zip(second[1], slugs, strict=True):
            book = rated_works.get_rated_work(slug)
            facts = (book.id, book.description, book.ratings_count)
            assert facts == (book_id, "Another course.", 0)
        assert len(session().scalars(select(Work.id)).all()) == len(WORKS)

    def test_leaves_out_what_was_decided_about_their_reviews(self) -> None:
        kinds = session().scalars(select(ModerationAction.kind)).all()
        assert "remove" not in kinds
        assert "keep" in kinds


def test_a_reader_who_is_there_already_is_not_spoken_for(demo_to_be: Flask) -> None:
    with transaction():
        accounts.sign_up(
            username="bo", name="Bo", email="bo@example.org", password_hash=None, at=NOON
        )
    result = load(demo_to_be)
    assert result.exit_code == 1
    assert result.output.startswith("Error: bo is a reader of yours")
    assert session().scalars(select(User.username)).all() == ["bo"]
    assert session().scalars(select(Work.id)).all() == []


def test_a_site_that_is_no_demo_refuses_it(app: Flask) -> None:
    result = load(app)
    assert result.exit_code == 1
    assert "DEMO=1" in result.output
    assert session().scalars(select(User.id)).all() == []
