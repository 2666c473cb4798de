"""The stories: each plays through, its numbers are right, and no other database is touched."""

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import Credential, User
from bookreviews.accounts.queries import find_viewers
from bookreviews.backups.sqlite import file_of
from bookreviews.cli import demo as demo_command
from bookreviews.cli.scenarios import spam_wave
from bookreviews.cli.scenarios.stories import STORIES
from bookreviews.extensions import engine, session
from bookreviews.lib.orm import Record
from bookreviews.moderation import reporting
from bookreviews.moderation.models import (
    Appeal,
    Case,
    ModerationAction,
    Report,
    ReportingRecord,
    Statement,
)
from bookreviews.reviews.models import RatingSummary, Review
from bookreviews.reviews.rated_works import get_rated_work
from bookreviews.reviews.summaries import recount
from bookreviews.transactions import transaction
from tests.client import client_of
from tests.conftest import any_database, settings_for
from tests.reviews.acts import post

AT = "2026-11-20T12:00"
BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def demo(demo_in: Callable[[Path], Flask], tmp_path: Path) -> Iterator[Flask]:
    """Return the application on a demo of this test's own, inside its context."""
    app = demo_in(tmp_path)
    with app.app_context():
        yield app
        engine().dispose()


def run(app: Flask, *arguments: str, given: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["scenario", *arguments], input=given)


def play(app: Flask, *arguments: str) -> str:
    """Play a story, and return what it told."""
    result = run(app, "play", *arguments, "--at", AT)
    assert result.exit_code == 0, result.output
    assert "are as they were shown." in result.output
    session().rollback()
    return " ".join(result.output.split())


def kinds() -> Counter[str]:
    """Return how many actions of each kind the stories have added to the ledger."""
    added = select(ModerationAction.kind).where(ModerationAction.at >= BEGAN)
    return Counter(session().scalars(added))


def open_cases() -> int:
    statement = select(func.count()).select_from(Case)
    return session().scalar(statement.where(Case.closed_at.is_(None))) or 0


def reviews_by(username: str) -> list[Review]:
    mine = select(Review).join(User, User.id == Review.author_id).where(User.username == username)
    return list(session().scalars(mine.execution_options(populate_existing=True)))


def assert_all_summaries_are_true() -> None:
    with transaction():
        for summary in session().scalars(select(RatingSummary)).all():
            before = (summary.distribution, summary.reviews_count, summary.uncounted_count)
            anew = recount(summary.work_id, at=BEGAN + timedelta(days=20))
            assert (anew.distribution, anew.reviews_count, anew.uncounted_count) == before


@dataclass(frozen=True)
class Bombed:
    """A demo in which the review bomb has been played, and how the book was rated before."""

    file: Path
    told: str
    before: Record


@pytest.fixture(scope="module")
def bombed(demo_in: Callable[[Path], Flask], tmp_path_factory: pytest.TempPathFactory) -> Bombed:
    """Play the review bomb once: each test looks at a copy."""
    app = demo_in(tmp_path_factory.mktemp("bombed"))
    with app.app_context():
        before = get_rated_work("the-hobbit")
        told = play(app, "review-bomb")
        file = file_of(engine())
        session().remove()
        engine().dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Bombed(file, told, before)


class TestReviewBomb:
    @pytest.fixture(autouse=True)
    def demo(self, bombed: Bombed, tmp_path: Path) -> Iterator[Flask]:
        """Return the application on a copy, inside its context."""
        file = tmp_path / "bombed.sqlite3"
        shutil.copyfile(bombed.file, file)
        app = create_app(settings_for(f"sqlite:///{file}", demo=True))
        with app.app_context():
            yield app
            engine().dispose()

    def test_its_stars_are_out_of_the_summary_again(self, bombed: Bombed) -> None:
        before, told = bombed.before, bombed.told
        after = get_rated_work("the-hobbit")
        assert (after.ratings_count, after.average, after.distribution, after.reviews_count) == (
            before.ratings_count,
            before.average,
            before.distribution,
            before.reviews_count,
        )
        assert after.uncounted_count == 60
        assert f"It is as before: {before.ratings_count} ratings" in told
        worst = re.search(r"At the worst: (\d+) ratings, (\d\.\d\d) stars", told)
        assert worst is not None
        assert int(worst[1]) > before.ratings_count + 40
        assert float(worst[2]) < before.average - 1

    def test_the_ledger_tells_of_all(self, bombed: Bombed) -> None:
        told = bombed.told
        made = kinds()
        assert (made["lock"], made["unlock"]) == (1, 1)
        assert (made["exclude"], made["hide"]) == (54, 12)
        assert made["hold"] > 0
        assert "notices the book: 60 ratings in the last day" in told
        assert "takes no new reviews and ratings at the moment" in told

    def test_when_it_is_over_the_book_takes_ratings(self) -> None:
        book = get_rated_work("the-hobbit")
        assert book.locked_until is None
        with transaction():
            late = accounts.sign_up(
                username="late", name="Late", email="l@example.org", password_hash=None, at=BEGAN
            ).id
        post(find_viewers(["late"])["late"], book.id, at=BEGAN + timedelta(days=1))
        assert get_rated_work("the-hobbit").ratings_count == book.ratings_count + 1
        assert late

    def test_nobody_can_sign_in_with_its_accounts(self) -> None:
        bombers = select(User.id).where(User.username.like("bomber%"))
        assert len(session().scalars(bombers).all()) == 60
        assert (
            session().scalars(select(Credential).where(Credential.user_id.in_(bombers))).all() == []
        )

    def test_played_twice_it_meets_another_book(self, demo: Flask) -> None:
        told = play(demo, "review-bomb")
        assert "“Pride and Prejudice” is well liked" in told
        assert find_viewers(["bomber60_1", "bomber60_2"]).keys() == {"bomber60_1", "bomber60_2"}
        assert_all_summaries_are_true()


class TestSpamWave:
    def test_leaves_its_cases_to_practise(self, demo: Flask) -> None:
        before = open_cases()
        told = play(demo, "spam-wave")
        assert open_cases() == before + 200
        assert "200 cases wait" in told
        assert "They are yours" in told
        assert set(kinds()) == {"hold"}
        assert kinds()["hold"] > 180

    def test_to_the_end_it_is_cleared_but_for_the_honest_review(self, demo: Flask) -> None:
        before = open_cases()
        play(demo, "spam-wave", "--to-the-end")
        assert open_cases() == before
        made = kinds()
        assert (made["remove"], made["suspend"]) == (200, 5)
        assert (made["reverse"], made["keep"]) == (1, 1)
        removed = ModerationAction.kind == "remove", ModerationAction.at >= BEGAN
        assert len(set(session().scalars(select(ModerationAction.batch).where(*removed)))) == 1
        (honest,) = reviews_by("student1_1")
        assert (honest.concealment, honest.uncounted_because) == (None, None)
        gone = [one.concealment for n in range(1, 6) for one in reviews_by(f"seller{n}_1")]
        assert gone == ["removed"] * 199
        sellers = select(User.suspended_until).where(User.username.like("seller%"))
        assert all(until > BEGAN for until in session().scalars(sellers))
        assert_all_summaries_are_true()

    def test_waves_that_nobody_cleared_pile_up(
        self, demo: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spam_wave, "_WAVE", 20)
        before = open_cases()
        play(demo, "spam-wave")
        play(demo, "spam-wave")
        assert open_cases() == before + 40
        play(demo, "spam-wave", "--to-the-end")
        assert open_cases() == before + 40


class TestUnfairReport:
    def test_the_review_stays_in_sight_all_the_time(self, demo: Flask) -> None:
        told = play(demo, "unfair-report")
        assert told.count("It stays in sight.") == 2
        (review,) = reviews_by("critic1_1")
        assert (review.concealment, review.uncounted_because) == (None, None)
        assert kinds() == {"keep": 2}
        assert (
            session()
            .scalars(select(Statement).join(User).where(User.username == "critic1_1"))
            .all()
            == []
        )

    def test_the_second_mob_weighs_less(self, demo: Flask) -> None:
        told = play(demo, "unfair-report")
        first, second = (float(weight) for weight in re.findall(r"weigh (\d\.\d\d); a", told))
        assert second < first < 1
        fan = find_viewers(["fan1_1"])["fan1_1"]
        assert reporting.trust_in(f"user:{fan.id}") == pytest.approx(0.5)
        records = select(ReportingRecord).where(ReportingRecord.declined == 2)
        assert len(session().scalars(records).all()) == 30
        reports = select(func.count()).select_from(Report).where(Report.made_at >= BEGAN)
        assert session().scalar(reports) == 60


class TestAppeal:
    @pytest.fixture
    def small_demo(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
        """Return a demo with few books, which any database loads in a moment."""
        tables = demo_command._tables
        kept = {"moby-dick", "wuthering-heights"}

        def few(pattern: str, kind: str) -> list[demo_command.Table]:
            found = tables(pattern, kind)
            if kind == "work":
                return [table for table in found if table["slug"] in kept]
            return [] if kind in ("act", "subject") else found

        monkeypatch.setattr(demo_command, "_tables", few)
        app = create_app(settings_for(database_url, demo=True))
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 0
            yield app
            engine().dispose()

    @any_database
    def test_everything_is_back(self, small_demo: Flask) -> None:
        before = get_rated_work("moby-dick")
        told = play(small_demo, "appeal")
        after = get_rated_work("moby-dick")
        assert (after.ratings_count, after.reviews_count, after.uncounted_count) == (
            before.ratings_count + 1,
            before.reviews_count + 1,
            0,
        )
        (review,) = reviews_by("author1_1")
        assert (review.concealment, review.uncounted_because, review.stars) == (None, None, 1.5)
        appeal = session().scalars(select(Appeal)).one()
        people = find_viewers(["mo", "ada"])
        assert (appeal.acted_by_id, appeal.decided_by_id) == (people["mo"].id, people["ada"].id)
        assert kinds() == {"remove": 1, "reverse": 1}
        assert "appealed, overturned" in told
        assert_all_summaries_are_true()

    @any_database
    def test_it_plays_twice(self, small_demo: Flask) -> None:
        play(small_demo, "appeal")
        told = play(small_demo, "appeal")
        assert "Wuthering Heights" in told
        assert [one.outcome for one in session().scalars(select(Appeal))] == ["overturned"] * 2

    def test_the_report_counts_as_declined(self, small_demo: Flask) -> None:
        play(small_demo, "appeal")
        reporter = find_viewers(["hurried1_1"])["hurried1_1"]
        record = session().get_one(ReportingRecord, f"user:{reporter.id}")
        assert (record.upheld, record.declined) == (0, 1)

    def test_step_by_step_it_waits_for_enter(self, small_demo: Flask) -> None:
        result = run(small_demo, "play", "appeal", "--step", "--at", AT, given="\n" * 7)
        assert result.exit_code == 0, result.output
        assert result.output.count("Enter goes on") == 7
        assert "→ http://localhost/books/moby-dick" in result.output

    def test_who_stops_in_the_middle_leaves_what_was_done(self, small_demo: Flask) -> None:
        result = run(small_demo, "play", "appeal", "--step", "--at", AT, given="\n\n")
        assert result.exit_code == 1
        session().rollback()
        assert kinds() == {"remove": 1}
        play(small_demo, "appeal")

    def test_by_default_it_ends_about_now(self, small_demo: Flask) -> None:
        assert run(small_demo, "play", "appeal").exit_code == 0
        session().rollback()
        decided = session().scalars(select(Appeal.decided_at)).one()
        assert decided is not None
        assert timedelta() < datetime.now(UTC) - decided < timedelta(hours=2)

    def test_a_book_that_is_gone_is_passed_over(self, small_demo: Flask) -> None:
        """The list names four books, of which the small demo has two."""
        for _ in range(3):
            play(small_demo, "appeal")
        told = play(small_demo, "appeal")
        assert "Moby" in told or "Wuthering" in told

    @pytest.mark.parametrize("at", ["2023-01-01T12:00", "2999-01-01", "0001-01-01"])
    def test_times_that_make_no_sense_are_refused(self, small_demo: Flask, at: str) -> None:
        result = run(small_demo, "play", "appeal", "--at", at)
        assert result.exit_code == 1
        assert "A story begins between" in result.output

    def test_without_a_moderator_it_is_refused(self, small_demo: Flask) -> None:
        with transaction():
            accounts.change_role(user_id=find_viewers(["mo"])["mo"].id, role="reader")
        result = run(small_demo, "play", "appeal")
        assert (result.exit_code, "mo and ada as moderators" in result.output) == (1, True)
        assert kinds() == {}

    def test_when_all_its_books_are_locked_it_is_refused(self, small_demo: Flask) -> None:
        for slug in ("moby-dick", "wuthering-heights"):
            lock = small_demo.test_cli_runner().invoke(args=["moderation", "lock", slug])
            assert lock.exit_code == 0, lock.output
        result = run(small_demo, "play", "appeal")
        assert result.exit_code == 1
        assert "closed to new reviews" in result.output


@pytest.mark.parametrize("name", STORIES)
def test_each_page_to_look_at_is_there(
    demo: Flask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spam_wave, "_WAVE", 20)
    told = play(demo, name)
    desk = client_of(demo, find_viewers(["mo"])["mo"])
    pages = set(re.findall(r"→ http://localhost(\S+)", told))
    assert len(pages) >= 3
    assert {page: desk.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


class TestRefusals:
    @pytest.mark.parametrize("name", STORIES)
    def test_a_site_that_is_no_demo(self, app: Flask, name: str) -> None:
        result = run(app, "play", name)
        assert result.exit_code == 1
        assert "DEMO=1" in result.output
        assert session().scalars(select(User.id)).all() == []

    def test_a_demo_that_is_not_loaded(self, sqlite_url: str) -> None:
        app = create_app(settings_for(sqlite_url, demo=True))
        with app.app_context():
            result = run(app, "play", "appeal")
            assert result.exit_code == 1
            assert "This database isn't the demo's" in result.output
            engine().dispose()

    def test_readers_who_happen_to_have_the_same_names(self, demo: Flask) -> None:
        with transaction():
            mo = session().scalars(select(User).where(User.username == "mo")).one()
            mo.email = "mo@example.org"
        result = run(demo, "play", "appeal")
        assert result.exit_code == 1
        assert "mo is a reader of yours, not of the demo" in result.output
        assert kinds() == {}

    def test_a_story_that_is_not_told_here(self, app: Flask) -> None:
        assert run(app, "play", "flood").exit_code == 2


def test_the_list_tells_what_each_is_about(app: Flask) -> None:
    result = run(app, "list")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines] == list(STORIES)
    assert all(len(line) > 40 for line in lines)
